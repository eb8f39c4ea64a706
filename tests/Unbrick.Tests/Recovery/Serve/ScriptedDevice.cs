using System.Net;
using Unbrick.Net;
using Unbrick.Sim;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Something on the cable that sends exactly what a test says, when it says so.</summary>
internal sealed class ScriptedDevice(VirtualTime time, ulong mac = 0x0200_0000_0a0b) : SimDevice(time, new MacAddress(mac), 100)
{
    private readonly byte[] _frame = new byte[EthernetFrame.MostSize];

    /// <summary>UDP that it hears: sender, source port, destination port, payload.</summary>
    public Action<IPAddress, int, int, byte[]> OnUdp { get; set; } = static (_, _, _, _) => { };

    /// <summary>Its hardware address from now on; firmware often has another than the boot loader.</summary>
    public ulong Speaks { get; set; } = mac;

    public override void PowerOn() => SetLink(true);

    public override void PowerOff() => SetLink(false);

    /// <summary>who-has <paramref name="target"/>, tell <paramref name="sender"/>.</summary>
    public void AskArp(string sender, string target) => SendArp(
        new ArpPacket(ArpPacket.Request, new MacAddress(Speaks), Number(sender), default, Number(target)), MacAddress.Broadcast, TimeSpan.Zero);

    public void SendUdp(string from, int fromPort, string to, int toPort, params byte[] payload)
    {
        MacAddress receiver = to == "255.255.255.255" ? MacAddress.Broadcast : HostNetwork.Mac;
        EthernetFrame.WriteHeader(_frame, receiver, new MacAddress(Speaks), EthernetFrame.Ipv4Type);
        int total = Ipv4Header.Size + UdpDatagram.HeaderSize + payload.Length;
        Span<byte> packet = _frame.AsSpan(EthernetFrame.HeaderSize);
        new Ipv4Header(Ipv4Header.Size, total, 1, Ipv4Header.DontFragment, Ipv4Header.Udp, Number(from), Number(to)).Write(packet);
        new UdpDatagram((ushort)fromPort, (ushort)toPort, payload).Write(packet[Ipv4Header.Size..], Number(from), Number(to), withChecksum: true);
        SendFrame(_frame.AsSpan(0, EthernetFrame.Pad(_frame, EthernetFrame.HeaderSize + total)), TimeSpan.Zero);
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> rest = frame[EthernetFrame.HeaderSize..];
        if (ArpPacket.TryRead(rest, out ArpPacket arp) && arp.Operation == ArpPacket.Request && Owns(arp.TargetIp))
            SendArp(new ArpPacket(ArpPacket.Reply, new MacAddress(Speaks), arp.TargetIp, arp.SenderMac, arp.SenderIp), arp.SenderMac, TimeSpan.Zero);
        else if (Ipv4Header.TryRead(rest, out Ipv4Header ip) && UdpDatagram.TryRead(rest[ip.HeaderLength..ip.TotalLength], out UdpDatagram udp))
            OnUdp(Ipv4.FromNumber(ip.Source), udp.FromPort, udp.ToPort, udp.Payload.ToArray());
    }

    /// <summary>Addresses for which it answers ARP.</summary>
    public string[] Addresses { get; init; } = [];

    private bool Owns(uint address) => Addresses.Any(a => Number(a) == address);

    private static uint Number(string address) => Ipv4.ToNumber(IPAddress.Parse(address));
}
