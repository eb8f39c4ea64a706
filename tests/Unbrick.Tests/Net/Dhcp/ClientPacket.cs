using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text;
using Unbrick.Net;

namespace Unbrick.Tests.Net.Dhcp;

/// <summary>What a client sends, written byte by byte and not with the code under test.</summary>
internal sealed record ClientPacket
{
    public static readonly PhysicalAddress Device = PhysicalAddress.Parse("52-54-00-AA-BB-CC");

    public byte Operation { get; init; } = 1;

    public byte HardwareType { get; init; } = 1;

    public byte? HardwareLength { get; init; }

    public PhysicalAddress Mac { get; init; } = Device;

    public uint Xid { get; init; } = 0x3903f326;

    public ushort Flags { get; init; }

    public string ClientAddress { get; init; } = "0.0.0.0";

    public string YourAddress { get; init; } = "0.0.0.0";

    public string NextServer { get; init; } = "0.0.0.0";

    public string Relay { get; init; } = "0.0.0.0";

    public byte[] ServerName { get; init; } = [];

    public byte[] File { get; init; } = [];

    /// <summary>Behind the cookie; null for no cookie and 64 bytes of nothing.</summary>
    public byte[]? Options { get; init; } = [];

    public static byte[] Discover(PhysicalAddress? mac = null, uint xid = 0x3903f326, params byte[][] more) =>
        new ClientPacket { Mac = mac ?? Device, Xid = xid, Options = [53, 1, 1, .. more.SelectMany(option => option), 255] }.Build();

    public static byte[] Request(PhysicalAddress? mac = null, uint xid = 0x3903f326, params byte[][] more) =>
        new ClientPacket { Mac = mac ?? Device, Xid = xid, Options = [53, 1, 3, .. more.SelectMany(option => option), 255] }.Build();

    public static byte[] Bootp(PhysicalAddress? mac = null, uint xid = 0x3903f326) =>
        new ClientPacket { Mac = mac ?? Device, Xid = xid, Options = [255] }.Build();

    public static byte[] Option(byte code, string text) => [code, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Address(byte code, string address) => [code, 4, .. Bytes(address)];

    public static PhysicalAddress MacOf(int number) =>
        new([0x02, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    public byte[] Build()
    {
        byte[] options = Options ?? new byte[60];
        byte[] packet = new byte[Math.Max(300, 240 + options.Length)];
        byte[] mac = Mac.GetAddressBytes();
        packet[0] = Operation;
        packet[1] = HardwareType;
        packet[2] = HardwareLength ?? (byte)mac.Length;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), Xid);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Flags);
        Bytes(ClientAddress).CopyTo(packet, 12);
        Bytes(YourAddress).CopyTo(packet, 16);
        Bytes(NextServer).CopyTo(packet, 20);
        Bytes(Relay).CopyTo(packet, 24);
        mac.CopyTo(packet, 28);
        ServerName.CopyTo(packet, 44);
        File.CopyTo(packet, 108);
        if (Options is not null)
            new byte[] { 0x63, 0x82, 0x53, 0x63 }.CopyTo(packet, 236);
        options.CopyTo(packet, 240);
        return packet;
    }

    private static byte[] Bytes(string address) =>
        Ipv4.TryParse(address, out System.Net.IPAddress parsed) ? parsed.GetAddressBytes() : [];
}
