using System.Net;
using System.Text;

namespace Unbrick.Tests.Net.Dhcp;

/// <summary>
/// An answer of the server as the most fragile client reads it: options are walked as U-Boot 1.1.3 does (no pads, no bounds), and every
/// promise about the shape is asserted on the way.
/// </summary>
internal sealed class ServerReply
{
    public ServerReply(byte[] bytes)
    {
        Bytes = bytes;
        Assert.InRange(bytes.Length, 300, 576 - 28);
        Assert.Equal(2, bytes[0]);
        Assert.Equal([0x63, 0x82, 0x53, 0x63], bytes[236..240]);
        int at = 240;
        while (bytes[at] != 255)
        {
            Assert.NotEqual(0, bytes[at]);
            Assert.NotEqual(52, bytes[at]);
            Options.Add((bytes[at], bytes[(at + 2)..(at + 2 + bytes[at + 1])]));
            at += 2 + bytes[at + 1];
        }
        Assert.All(bytes[(at + 1)..], pad => Assert.Equal(0, pad));
        Assert.Equal(Options.Count, Options.Select(option => option.Code).Distinct().Count());
    }

    public byte[] Bytes { get; }

    public List<(byte Code, byte[] Value)> Options { get; } = [];

    public IEnumerable<byte> Codes => Options.Select(option => option.Code);

    /// <summary>"offer", "dhcpack", "nak", "bootreply": the words of the case file.</summary>
    public string Kind => this[53] switch
    {
        null => "bootreply",
        [2] => "offer",
        [5] => "dhcpack",
        [6] => "nak",
        _ => "?",
    };

    public uint Xid => (uint)(Bytes[4] << 24 | Bytes[5] << 16 | Bytes[6] << 8 | Bytes[7]);

    public string YourAddress => Address(16);

    public string NextServer => Address(20);

    public string ServerName => Text(44, 64);

    public string File => Text(108, 128);

    public byte[]? this[byte code] => Options.Where(option => option.Code == code).Select(option => option.Value).SingleOrDefault();

    public string Address(int at) => new IPAddress(Bytes[at..(at + 4)]).ToString();

    private string Text(int at, int length) => Encoding.UTF8.GetString(Bytes.AsSpan(at, length)).TrimEnd('\0');
}
