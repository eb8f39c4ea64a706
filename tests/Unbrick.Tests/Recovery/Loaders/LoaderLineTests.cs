using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Transfer;
using Unbrick.Recovery.Loaders;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

public sealed class LoaderLineTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("## Ready for binary (ymodem) download to 0x40200000 at 115200 bps...\r\nC", "")]
    [InlineData("## Ready for binary (ymodem) download to 0x40200000 at 115200 bps...\r\n", "C")]
    [InlineData("## Ready for binary (ymodem) do", "wnload to 0x40200000 at 115200 bps...\r\nC")]
    public void A_receivers_first_request_is_answered_at_once_even_when_it_came_with_the_line_before(string before, string after)
    {
        Script port = new(_time);
        LoaderLine line = new(port, _time);
        line.Gate.Open();
        line.Text.Add(Encoding.ASCII.GetBytes(before));
        port.Says(after);
        YmodemSender sender = new(new byte[100], "x", new XmodemOptions { Baud = 115200 });
        using CancellationTokenSource stop = new();

        line.Send(sender, _ => stop.Cancel(), stop.Token);

        Assert.Equal(XmodemFrame, port.Written[0]);
        Assert.InRange(_time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private const byte XmodemFrame = 0x01;

    private sealed class Script(VirtualTime time) : ISerialPort
    {
        private readonly Queue<byte> _bytes = new();

        public List<byte> Written { get; } = [];

        public SerialPortInfo Info { get; } = new("script", true, false, false, TimeSpan.Zero);

        public int Baud => 115200;

        public SerialErrors? Errors => null;

        public void Says(string text)
        {
            foreach (byte b in Encoding.ASCII.GetBytes(text))
                _bytes.Enqueue(b);
        }

        public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
        {
            for (count = 0; count < into.Length && _bytes.TryDequeue(out byte b); count++)
                into[count] = b;
            if (count > 0)
                return SerialRead.Data;
            time.AdvanceTo(time.Elapsed + wait);
            return SerialRead.Silent;
        }

        public void Write(ReadOnlySpan<byte> bytes) => Written.AddRange(bytes);

        public bool TrySetBaud(int baud) => true;

        public bool SetLines(bool dtr, bool rts) => false;

        public bool SetBreak(bool on) => false;

        public void Discard() => _bytes.Clear();

        public void Dispose()
        {
            // nothing to give back
        }
    }
}
