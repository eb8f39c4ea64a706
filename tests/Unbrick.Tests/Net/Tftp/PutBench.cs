using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>A <see cref="TftpPut"/> in virtual time; packets in and out as words.</summary>
internal sealed class PutBench
{
    public static readonly IPEndPoint Device = new(IPAddress.Parse("192.168.1.1"), 69);
    public static readonly IPEndPoint Transfer = new(Device.Address, 2048);

    private readonly TftpPutActions _actions = new();

    public PutBench(int size, TftpPutOptions? options = null, params IPEndPoint[] targets)
    {
        Content = new byte[size];
        new Random(size).NextBytes(Content);
        Put = new TftpPut(options ?? new TftpPutOptions { Name = "image.bin" }, Content, targets.Length > 0 ? targets : [Device]);
    }

    public byte[] Content { get; }

    public TftpPut Put { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(100);

    public List<TftpPutReport> Reports { get; } = [];

    public List<TftpPutSend> Sent { get; } = [];

    public IEnumerable<T> Told<T>() => Reports.OfType<T>();

    public TransferReport Ended => Assert.Single(Told<TftpPutReport.Ended>()).Transfer;

    public string Ask()
    {
        Put.Ask(Now, _actions);
        return Took();
    }

    public string Hear(IPEndPoint from, params byte[] packet)
    {
        Put.OnDatagram(packet, from, Now, _actions);
        return Took();
    }

    public string Ack(int block, IPEndPoint? from = null) => Hear(from ?? Transfer, TftpWire.Ack((ushort)block));

    public string Error(int code, string text, IPEndPoint? from = null) => Hear(from ?? Transfer, TftpWire.Error((TftpErrorCode)code, text));

    /// <summary>Lets time pass, every timer on time.</summary>
    public string Pass(double seconds)
    {
        List<string> all = [];
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        while (Put.NextDue <= end)
        {
            Now = Put.NextDue > Now ? Put.NextDue : Now;
            Put.OnTimer(Now, _actions);
            if (Took() is { Length: > 0 } said)
                all.Add(said);
        }
        Now = end;
        return string.Join("; ", all);
    }

    public string Stop()
    {
        Put.Stop(Now, _actions);
        return Took();
    }

    /// <summary>A device that acknowledges everything, each ACK <paramref name="roundTrip"/> later; what it has got.</summary>
    public byte[] Answer(int blockSize = 512, double roundTrip = 0.001)
    {
        MemoryStream got = new();
        while (true)
        {
            byte[] data = Sent.Last(s => TftpWire.OpcodeOf(s.Packet) == TftpOpcode.Data).Packet;
            got.Write(data.AsSpan(4));
            Now += TimeSpan.FromSeconds(roundTrip);
            Put.OnDatagram(TftpWire.Ack((ushort)(data[2] << 8 | data[3])), Transfer, Now, _actions);
            Took();
            if (data.Length - 4 < blockSize)
                return got.ToArray();
        }
    }

    private string Took()
    {
        Sent.AddRange(_actions.Sends);
        Reports.AddRange(_actions.Reports);
        string said = string.Join(", ", _actions.Sends.Select(Describe));
        _actions.Clear();
        return said;
    }

    private static string Describe(TftpPutSend send)
    {
        byte[] packet = send.Packet;
        int number = packet[2] << 8 | packet[3];
        string what = TftpWire.OpcodeOf(packet) switch
        {
            TftpOpcode.Wrq => $"WRQ {System.Text.Encoding.ASCII.GetString(packet[2..]).Replace('\0', ' ').Trim()}",
            TftpOpcode.Data => $"DATA {number} {packet.Length - 4}",
            TftpOpcode.Error => $"ERROR {number}",
            _ => Convert.ToHexString(packet),
        };
        string to = send.To.Equals(Transfer) || send.To.Equals(Device) ? "" : $" to {send.To}";
        return what + to;
    }
}
