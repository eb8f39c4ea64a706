using System.Text;
using Unbrick.Cli;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Lines;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;
using Unbrick.Sim.Lines;

namespace Unbrick.Tests.Sim;

/// <summary>A bad cable before any port.</summary>
public sealed class FaultySerialPortTests
{
    private static readonly byte[] s_text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("U-Boot 1.1.3 (May 11 2020 - 10:41:20)\r\nflash: 16 MB, eth0 up\r\n", 200)));

    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Without_faults_everything_passes()
    {
        (byte[] heard, Loop loop) = Through("seed=1");
        Assert.Equal(s_text, heard);
        Assert.Equal(s_text, loop.Sent);
    }

    [Theory]
    [InlineData("drop=1%")]
    [InlineData("flip=1%")]
    [InlineData("double=1%")]
    public void Bytes_come_to_grief_in_both_directions_and_the_same_with_the_same_seed(string fault)
    {
        (byte[] heard, Loop loop) = Through($"{fault},seed=7");
        Assert.NotEqual(s_text, heard);
        Assert.NotEqual(s_text, loop.Sent);
        Assert.InRange(Math.Abs(heard.Length - s_text.Length), 0, s_text.Length / 40);
        Assert.Equal(heard, Through($"{fault},seed=7").Heard);
        Assert.NotEqual(heard, Through($"{fault},seed=8").Heard);
    }

    [Fact]
    public void A_broken_wire_lets_nothing_through()
    {
        (byte[] heard, Loop loop) = Through("dead-rx");
        Assert.Equal(s_text, heard);
        Assert.Empty(loop.Sent);
        (heard, loop) = Through("swap");
        Assert.Empty(heard);
        Assert.Empty(loop.Sent);
    }

    [Fact]
    public void It_is_pulled_out_when_its_time_comes()
    {
        using FaultySerialPort port = new(new Loop(s_text), ConsoleFaults.Parse("unplug=5s"), _time);
        byte[] buffer = new byte[64];
        Assert.Equal(SerialRead.Data, port.Read(buffer, TimeSpan.Zero, out _));
        _time.Advance(TimeSpan.FromSeconds(5));
        while (port.Read(buffer, TimeSpan.Zero, out _) == SerialRead.Data)
        {
            // what came before
        }
        Assert.Equal(SerialRead.Gone, port.Read(buffer, TimeSpan.FromSeconds(1), out int count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void A_rate_that_seems_to_be_another_is_found()
    {
        using SimLine line = new(new SimLineOptions { Stages = [new(115_200, [.. s_text])], Repeats = true, Start = 0.1 }, _time);
        using FaultySerialPort port = new(line, ConsoleFaults.Parse("garble=57600"), _time);
        LineVerdict? verdict = new LineFinder(port, _time).Run(new LineSearch(new LineSearchOptions { ChecksReceive = false }), TestContext.Current.CancellationToken);
        Assert.Equal((LineKind.Text, 57_600), (verdict!.Kind, verdict.Baud));
        Assert.Equal(115_200, line.Baud);
    }

    [Theory]
    [InlineData("fault:cut=5s:/dev/ttyUSB0", "sim-unknown-fault")]
    [InlineData("fault:nothing:/dev/ttyUSB0", "sim-unknown-fault")]
    [InlineData("fault:drop=1%:/dev/no-such-port", "serial-not-found")]
    public void What_cannot_be_is_told_before_the_port_is_opened(string address, string code) =>
        Assert.Equal(code, Assert.Throws<UnbrickException>(() => Ports.Open(address, TimeProvider.System)).Problem.Code);

    private (byte[] Heard, Loop Loop) Through(string faults)
    {
        Loop loop = new(s_text);
        using FaultySerialPort port = new(loop, ConsoleFaults.Parse(faults), _time);
        port.Write(s_text);
        List<byte> heard = [];
        byte[] buffer = new byte[100];
        while (port.Read(buffer, TimeSpan.Zero, out int count) == SerialRead.Data)
            heard.AddRange(buffer.AsSpan(0, count));
        return ([.. heard], loop);
    }

    /// <summary>A port with some bytes in it, which keeps what is sent.</summary>
    private sealed class Loop(byte[] coming) : ISerialPort
    {
        private int _at;

        public List<byte> Sent { get; } = [];

        public SerialPortInfo Info { get; } = new("loop", true, false, false, TimeSpan.Zero);

        public int Baud => 115_200;

        public SerialErrors? Errors => null;

        public bool TrySetBaud(int baud) => true;

        public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
        {
            count = Math.Min(into.Length, coming.Length - _at);
            coming.AsSpan(_at, count).CopyTo(into);
            _at += count;
            return count > 0 ? SerialRead.Data : SerialRead.Silent;
        }

        public void Write(ReadOnlySpan<byte> bytes) => Sent.AddRange(bytes);

        public bool SetLines(bool dtr, bool rts) => false;

        public bool SetBreak(bool on) => false;

        public void Discard() => _at = coming.Length;

        public void Dispose()
        {
        }
    }
}
