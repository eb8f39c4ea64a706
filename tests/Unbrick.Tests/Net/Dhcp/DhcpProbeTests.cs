using System.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpProbeTests
{
    private static readonly IPAddress s_own = IPAddress.Parse("192.168.79.33");

    [Fact]
    public void The_questions_are_good_broadcast_requests_of_ours()
    {
        byte[] discover = DhcpProbe.BuildDiscover(ClientPacket.Device, 0xabcdef01);
        Assert.Equal("01010600abcdef0100008000" + new string('0', 32) + "525400aabbcc", Convert.ToHexStringLower(discover[..34]));
        Assert.Equal("638253633501013702" + "0103ff", Convert.ToHexStringLower(discover[236..248]));
        Assert.Equal(300, discover.Length);

        byte[] inform = DhcpProbe.BuildInform(ClientPacket.Device, s_own, 0xabcdef01);
        Assert.Equal("c0a84f21", Convert.ToHexStringLower(inform[12..16]));
        Assert.Equal("638253633501083702" + "0103ff", Convert.ToHexStringLower(inform[236..248]));
    }

    [Fact]
    public void Another_server_is_found_by_its_OFFER_and_by_its_ACK_to_INFORM()
    {
        DhcpBench other = new();
        byte[] offer = other.Hear(DhcpProbe.BuildDiscover(ClientPacket.Device, 7))!.Bytes;
        Assert.True(DhcpProbe.TryReadForeignOffer(offer, 7, null, out IPAddress server, out IPAddress? offered));
        Assert.Equal(("192.168.79.1", "192.168.79.100"), (server.ToString(), offered?.ToString()));

        byte[] ack = other.Hear(DhcpProbe.BuildInform(ClientPacket.Device, s_own, 7))!.Bytes;
        Assert.True(DhcpProbe.TryReadForeignOffer(ack, 7, s_own, out server, out offered));
        Assert.Equal("192.168.79.1", server.ToString());
        Assert.Null(offered);
    }

    [Fact]
    public void A_NAK_and_a_BOOTP_reply_give_their_server_away_too()
    {
        DhcpBench other = new();
        byte[] nak = other.Hear(ClientPacket.Request(more: [ClientPacket.Address(50, "10.9.9.9")]))!.Bytes;
        Assert.True(DhcpProbe.TryReadForeignOffer(nak, null, null, out IPAddress server, out _));
        Assert.Equal("192.168.79.1", server.ToString());
        byte[] reply = other.Hear(ClientPacket.Bootp())!.Bytes;
        Assert.True(DhcpProbe.TryReadForeignOffer(reply, null, null, out server, out _));
        Assert.Equal("192.168.79.1", server.ToString());
    }

    [Fact]
    public void A_server_that_does_not_name_itself_is_still_one()
    {
        byte[] offer = new ClientPacket { Operation = 2, YourAddress = "10.0.0.7", Options = [53, 1, 2, 255] }.Build();
        Assert.True(DhcpProbe.TryReadForeignOffer(offer, null, s_own, out IPAddress server, out IPAddress? offered));
        Assert.Equal((IPAddress.Any, "10.0.0.7"), (server, offered?.ToString()));
    }

    [Fact]
    public void Our_own_answers_requests_other_transactions_and_noise_do_not_count()
    {
        byte[] offer = new DhcpBench().Hear(DhcpProbe.BuildDiscover(ClientPacket.Device, 7))!.Bytes;
        Assert.False(DhcpProbe.TryReadForeignOffer(offer, 7, IPAddress.Parse("192.168.79.1"), out _, out _));
        Assert.False(DhcpProbe.TryReadForeignOffer(offer, 8, null, out _, out _));
        Assert.False(DhcpProbe.TryReadForeignOffer(ClientPacket.Discover(), null, null, out _, out _));
        Assert.False(DhcpProbe.TryReadForeignOffer(offer.AsSpan(0, 200), null, null, out _, out _));
        Assert.False(DhcpProbe.TryReadForeignOffer([], null, null, out _, out _));
    }
}
