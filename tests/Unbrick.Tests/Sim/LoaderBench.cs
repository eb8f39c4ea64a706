using System.Buffers.Binary;
using System.Net;
using System.Text;
using Unbrick.Net.Host;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

/// <summary>A simulated loader with fixed addresses, and a hand that sends it packet by packet and reads what it answers.</summary>
internal sealed class LoaderBench
{
    public static readonly IPAddress PcIp = new([192, 168, 1, 2]);
    public static readonly IPAddress DeviceIp = new([192, 168, 1, 1]);
    private readonly IUdpPort _listener;
    private readonly byte[] _buffer = new byte[2048];
    private IUdpPort? _tid;

    public LoaderBench(UBootTftpOptions tftp, CableFaults? faults = null, bool dhcp = false, bool modern = false)
    {
        Router = new UBootRouter(Time, new UBootRouterOptions
        {
            Tftp = tftp,
            OwnIp = dhcp ? null : DeviceIp,
            File = dhcp ? "" : "image.bin",
            ModernDhcp = modern,
            Seed = 1,
        });
        Router.ConsoleText += text => Console.Append(text);
        Host = new SimNetworkHost(Time, Router, faults ?? CableFaults.None);
        Host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(PcIp, 24));
        Stack = Host.OpenStack();
        _listener = Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 69)), Read);
        Router.PowerOn();
    }

    public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

    public UBootRouter Router { get; }

    public SimNetworkHost Host { get; }

    public INetworkStack Stack { get; }

    public StringBuilder Console { get; } = new();

    /// <summary>
    /// What came from the device, one word each: "RRQ image.bin", "ACK 7", "ERROR 8 …"; emptied by <see cref="Answers"/>.
    /// </summary>
    public List<string> Heard { get; } = [];

    public IPEndPoint? Client { get; private set; }

    public LoaderRecord Loader => Router.Loader;

    /// <summary>Lets time pass, then says what was heard in it.</summary>
    public string Answers(double seconds = 0.05)
    {
        TimeSpan end = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Time.Elapsed < end)
            Stack.Poll(end - Time.Elapsed);
        string all = string.Join(", ", Heard);
        Heard.Clear();
        return all;
    }

    /// <summary>Waits for the request, so that data can be sent.</summary>
    public LoaderBench AfterRequest()
    {
        while (Client is null)
            Stack.Poll(TimeSpan.FromSeconds(60));
        Heard.Clear();
        _tid = Stack.OpenUdp(new UdpBinding(new IPEndPoint(PcIp, 0), Client), Read);
        return this;
    }

    /// <summary>A block from the server's transfer port, filled with its number's low byte.</summary>
    public string Data(int block, int length = 512)
    {
        SendData(block, length);
        return Answers();
    }

    public void SendData(int block, int length = 512, byte? fill = null)
    {
        byte[] packet = new byte[4 + length];
        packet[1] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)block);
        packet.AsSpan(4).Fill(fill ?? (byte)block);
        _tid!.Send(packet);
    }

    /// <summary>A block whose answer is not looked at: for tests that need 65,536 of them.</summary>
    public void SendAndPass(int block, int length = 512)
    {
        SendData(block, length);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Stack.Poll(TimeSpan.Zero);
        Heard.Clear();
    }

    public string Raw(string text)
    {
        _tid!.Send(Encoding.Latin1.GetBytes(text));
        return Answers();
    }

    /// <summary>The same from another transfer port.</summary>
    public string FromOtherPort(string text)
    {
        using IUdpPort other = Stack.OpenUdp(new UdpBinding(new IPEndPoint(PcIp, 0)), Read);
        other.Send(Encoding.Latin1.GetBytes(text), Client);
        return Answers();
    }

    private void Read(IUdpPort port)
    {
        while (port.TryReceive(_buffer, out Arrival arrival))
        {
            Client ??= arrival.From;
            if (ReferenceEquals(port, _listener))
                Client = arrival.From;
            string text = Encoding.Latin1.GetString(_buffer, 4, Math.Max(0, arrival.Length - 4)).TrimEnd('\0');
            int number = arrival.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2));
            Heard.Add(_buffer[1] switch
            {
                1 => "RRQ " + Encoding.Latin1.GetString(_buffer, 2, arrival.Length - 2).Replace('\0', ' ').Trim(),
                4 => $"ACK {number}",
                5 => $"ERROR {number} {text}",
                _ => $"opcode {_buffer[1]}",
            });
        }
    }
}
