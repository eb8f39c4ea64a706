using System.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpReplyTests
{
    [Fact]
    public void An_OFFER_is_these_bytes()
    {
        DhcpBench bench = new(DhcpBench.Usual with { Router = IPAddress.Parse("192.168.79.254") });
        byte[] request = new ClientPacket { Xid = 0x3903f326, Flags = 0x8000, Options = [53, 1, 1, 255] }.Build();
        byte[] expected = Packet(
            "02 01 06 00",                      // BOOTREPLY, Ethernet, 6 bytes, 0 hops
            "39 03 f3 26",                      // xid
            "00 00 80 00",                      // secs, flags
            "00 00 00 00",                      // ciaddr
            "c0 a8 4f 64",                      // yiaddr 192.168.79.100
            "c0 a8 4f 01",                      // siaddr 192.168.79.1
            "00 00 00 00",                      // giaddr
            "52 54 00 aa bb cc" + Zeros(10),    // chaddr
            Text("192.168.79.1", 64),           // sname
            Text("recovery.bin", 128),          // file
            "63 82 53 63",                      // cookie
            "35 01 02",                         // 53 OFFER
            "36 04 c0 a8 4f 01",                // 54 server
            "33 04 00 00 00 78",                // 51 lease of 120 s
            "01 04 ff ff ff 00",                // 1 mask
            "03 04 c0 a8 4f fe",                // 3 router
            "42 0c" + Text("192.168.79.1", 12), // 66 TFTP server
            "43 0c" + Text("recovery.bin", 12), // 67 boot file
            "ff" + Zeros(4));                   // End, then zeros up to 300 bytes
        Assert.Equal(expected, bench.Hear(request)!.Bytes);
    }

    [Fact]
    public void A_BOOTP_reply_is_these_bytes()
    {
        DhcpBench bench = new();
        byte[] expected = Packet(
            "02 01 06 00",
            "39 03 f3 26",
            "00 00 00 00",
            "00 00 00 00",
            "c0 a8 4f 64",
            "c0 a8 4f 01",
            "00 00 00 00",
            "52 54 00 aa bb cc" + Zeros(10),
            Text("192.168.79.1", 64),
            Text("recovery.bin", 128),
            "63 82 53 63",
            "01 04 ff ff ff 00",                // 1 mask; no 53, 51, 54
            "ff" + Zeros(53));                  // End, then zeros up to 300 bytes
        Assert.Equal(expected, bench.Hear(ClientPacket.Bootp())!.Bytes);
    }

    [Fact]
    public void A_BOOTP_request_without_the_cookie_is_answered_too()
    {
        ServerReply reply = new DhcpBench().Hear(new ClientPacket { Options = null }.Build())!;
        Assert.Equal("bootreply", reply.Kind);
        Assert.Equal([1], reply.Codes);
        Assert.Equal(300, reply.Bytes.Length);
    }

    [Fact]
    public void Server_and_file_stand_in_every_place_a_loader_may_look()
    {
        DhcpBench bench = new(DhcpBench.Usual with { NextServer = IPAddress.Parse("192.168.79.7") });
        ServerReply reply = bench.Hear(ClientPacket.Discover())!;
        Assert.Equal("192.168.79.7", reply.NextServer);
        Assert.Equal("192.168.79.7", reply.ServerName);
        Assert.Equal("192.168.79.7"u8.ToArray(), reply[66]);
        Assert.Equal("recovery.bin", reply.File);
        Assert.Equal("recovery.bin"u8.ToArray(), reply[67]);
        Assert.Equal([192, 168, 79, 1], reply[54]);
    }

    [Fact]
    public void Nothing_is_sent_but_what_a_loader_needs()
    {
        byte[] greedy = ClientPacket.Discover(more: [[55, 12, 1, 3, 6, 12, 15, 17, 28, 42, 43, 58, 59, 119]]);
        Assert.Equal([53, 54, 51, 1, 66, 67], new DhcpBench().Hear(greedy)!.Codes);
    }

    [Fact]
    public void The_longest_names_still_fit_the_smallest_datagram_any_client_takes()
    {
        DhcpServerOptions options = DhcpBench.Usual with { BootFile = new string('x', 127), Router = IPAddress.Parse("192.168.79.254") };
        ServerReply reply = new DhcpBench(options).Hear(ClientPacket.Discover(more: [[57, 2, 0, 64]]))!;
        Assert.Equal(127, reply.File.Length);
        Assert.Equal(127, reply[67]!.Length);
    }

    [Fact]
    public void A_client_that_allows_more_gets_no_more() =>
        Assert.Equal(
            new DhcpBench().Hear(ClientPacket.Discover())!.Bytes,
            new DhcpBench().Hear(ClientPacket.Discover(more: [[57, 2, 255, 255]]))!.Bytes);

    [Fact]
    public void What_ties_the_answer_to_the_question_comes_back()
    {
        byte[] request = new ClientPacket { Xid = 0xdeadbeef, Flags = 0x8001, HardwareType = 6, Options = [53, 1, 1, 255] }.Build();
        request[34] = 0x77;
        byte[] reply = new DhcpBench().Hear(request)!.Bytes;
        Assert.Equal([2, 6, 6, 0], reply[..4]);
        Assert.Equal(request[4..8], reply[4..8]);
        Assert.Equal(request[10..12], reply[10..12]);
        Assert.Equal(request[28..44], reply[28..44]);
    }

    [Fact]
    public void An_ACK_names_the_same_server_file_and_address_as_the_OFFER()
    {
        DhcpBench bench = new();
        ServerReply offer = bench.Hear(ClientPacket.Discover())!;
        ServerReply ack = bench.Hear(ClientPacket.Request(
            more: [ClientPacket.Address(54, "192.168.79.1"), ClientPacket.Address(50, offer.YourAddress)]))!;
        Assert.Equal("dhcpack", ack.Kind);
        Assert.Equal([5], ack[53]);
        byte[] same = [.. offer.Bytes];
        same[242] = 5;
        Assert.Equal(same, ack.Bytes);
    }

    [Fact]
    public void A_NAK_holds_its_type_and_the_server_only()
    {
        ServerReply nak = new DhcpBench().Hear(ClientPacket.Request(more: [ClientPacket.Address(50, "10.9.9.9")]))!;
        Assert.Equal([53, 54], nak.Codes);
        Assert.Equal(("0.0.0.0", "0.0.0.0", ""), (nak.YourAddress, nak.NextServer, nak.File));
    }

    [Fact]
    public void With_no_file_of_ours_a_client_gets_back_the_name_it_asked_for()
    {
        DhcpBench bench = new(DhcpBench.Usual with { BootFile = null });
        ServerReply asked = bench.Hear(new ClientPacket { File = "test.bin"u8.ToArray(), Options = [53, 1, 1, 255] }.Build())!;
        Assert.Equal("test.bin", asked.File);
        Assert.Equal("test.bin", bench.Reports[^1].BootFile);
        Assert.Null(asked[67]);
        Assert.Equal("", bench.Hear(ClientPacket.Discover(ClientPacket.MacOf(2)))!.File);
    }

    [Fact]
    public void Each_vendor_class_can_have_its_own_file()
    {
        DhcpBench bench = new(DhcpBench.Usual with { BootFiles = [new("MMipsBoot", "mmips.elf"), new("ARM__boot", "arm.elf")] });
        Assert.Equal("mmips.elf", bench.Hear(ClientPacket.Discover(more: [ClientPacket.Option(60, "MMipsBoot")]))!.File);
        Assert.Equal("arm.elf", bench.Hear(ClientPacket.Discover(more: [ClientPacket.Option(60, "ARM__boot")]))!.File);
        Assert.Equal("recovery.bin", bench.Hear(ClientPacket.Discover(more: [ClientPacket.Option(60, "Mips_boot")]))!.File);
    }

    private static byte[] Packet(params string[] parts) =>
        Convert.FromHexString(string.Concat(parts).Replace(" ", "", StringComparison.Ordinal));

    private static string Zeros(int count) => new('0', 2 * count);

    private static string Text(string text, int length) =>
        Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text.PadRight(length, '\0')));
}
