using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using Unbrick.Net.Frames;

namespace Unbrick.Tests.Net.Frames;

public sealed class HeardFrameTests
{
    // Ethernet: to all, from 00:03:7f:11:22:33, ARP | 1, IPv4, 6, 4, request | sender | target
    private const string ArpRequest =
        "ffffffffffff 00037f112233 0806 | 0001 0800 06 04 0001 | 00037f112233 c0a80056 | 000000000000 c0a80042";

    // Ethernet | IPv4, 20 bytes, length 47, UDP, 192.168.1.1 > 192.168.1.2 | port 1400 > 69, length 27 | RRQ f, octet, timeout 5 (cut off)
    private const string Request =
        "020000000001 00037f112233 0800 | 45 00 002f 0001 0000 40 11 0000 c0a80101 c0a80102 | 0578 0045 001b 0000 | "
        + "0001 6600 6f6374657400 74696d656f757400 35";

    [Fact]
    public void An_ARP_request_tells_who_asks_for_whom()
    {
        HeardFrame heard = Read(ArpRequest);
        Assert.Equal(HeardKind.ArpRequest, heard.Kind);
        Assert.Equal(PhysicalAddress.Parse("00037F112233"), heard.Mac);
        Assert.Equal((IPAddress.Parse("192.168.0.86"), IPAddress.Parse("192.168.0.66")), (heard.Sender, heard.Target));
    }

    [Fact]
    public void An_ARP_reply_tells_who_is_where()
    {
        HeardFrame heard = Read(ArpRequest.Replace("04 0001", "04 0002", StringComparison.Ordinal));
        Assert.Equal((HeardKind.ArpReply, IPAddress.Parse("192.168.0.86")), (heard.Kind, heard.Sender));
    }

    [Fact]
    public void A_datagram_tells_addresses_ports_and_where_its_payload_stands()
    {
        byte[] frame = Bytes(Request);
        HeardFrame heard = Read(Request);
        Assert.Equal(HeardKind.Udp, heard.Kind);
        Assert.Equal(PhysicalAddress.Parse("00037F112233"), heard.Mac);
        Assert.Equal((IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.2")), (heard.Sender, heard.Target));
        Assert.Equal((1400, 69), (heard.SourcePort, heard.DestinationPort));
        Assert.Equal("\0\u0001f\0octet\0timeout\05", Encoding.ASCII.GetString(frame[heard.Payload]));
    }

    [Fact]
    public void IP_options_are_skipped_and_the_padding_of_a_short_frame_is_no_payload()
    {
        byte[] frame = Bytes(Request
            .Replace("45 00 002f", "46 00 0026", StringComparison.Ordinal)
            .Replace("c0a80102 |", "c0a80102 94040000 |", StringComparison.Ordinal) // router alert
            .Replace("0045 001b", "0045 000e", StringComparison.Ordinal));
        Assert.True(HeardFrame.TryRead(frame, out HeardFrame heard));
        Assert.Equal((1400, 69), (heard.SourcePort, heard.DestinationPort));
        Assert.Equal("\0\u0001f\0oc", Encoding.ASCII.GetString(frame[heard.Payload]));
    }

    [Theory]
    [InlineData(ArpRequest, "0806", "0807")] // another protocol
    [InlineData(ArpRequest, "0001 0800", "0006 0800")] // not Ethernet
    [InlineData(ArpRequest, "0800 06 04", "86dd 06 04")] // not IPv4
    [InlineData(ArpRequest, "06 04", "06 10")]
    [InlineData(ArpRequest, "04 0001", "04 0003")] // RARP
    [InlineData(Request, "45 00", "65 00")] // IPv6
    [InlineData(Request, "45 00", "44 00")] // a header of 16 bytes
    [InlineData(Request, "45 00", "4f 00")] // a header that is longer than the packet
    [InlineData(Request, "002f", "0030")] // longer than the frame
    [InlineData(Request, "002f", "001b")] // too short for UDP
    [InlineData(Request, "0001 0000 40", "0001 0001 40")] // a later fragment
    [InlineData(Request, "40 11", "40 06")] // TCP
    [InlineData(Request, "001b 0000", "001c 0000")] // longer than the IP packet
    [InlineData(Request, "001b 0000", "0007 0000")] // shorter than its header
    public void What_is_inconsistent_or_of_no_use_is_not_heard(string frame, string bytes, string others) =>
        Assert.False(HeardFrame.TryRead(Bytes(frame.Replace(bytes, others, StringComparison.Ordinal)), out _));

    [Theory]
    [InlineData(ArpRequest)]
    [InlineData(Request)]
    public void A_frame_cut_anywhere_is_not_heard(string frame)
    {
        byte[] bytes = Bytes(frame);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(HeardFrame.TryRead(bytes.AsSpan(0, length), out _));
        Assert.True(HeardFrame.TryRead(bytes, out _));
    }

    private static HeardFrame Read(string hex)
    {
        Assert.True(HeardFrame.TryRead(Bytes(hex), out HeardFrame heard));
        return heard;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "").Replace("|", ""));
}
