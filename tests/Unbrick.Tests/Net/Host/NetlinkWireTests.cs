using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;
using Unbrick.Net.Native;
using static Unbrick.Tests.Net.Host.NetlinkBytes;

namespace Unbrick.Tests.Net.Host;

public sealed class NetlinkWireTests
{
    private const int ProtocolError = 71;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-17, 17)]
    [InlineData(-1, 1)]
    [InlineData(int.MinValue, ProtocolError)]
    [InlineData(5, ProtocolError)]
    public void The_verdict_is_the_negative_error_number(int code, int errno) =>
        Assert.Equal(new NetlinkProgress(true, errno, false), Take(Message(2, 0, 7, U32((uint)code), new byte[16]), 7));

    [Fact]
    public void A_list_comes_in_several_messages_and_ends_with_done()
    {
        List<ushort> types = [];
        byte[] datagram = [.. Message(16, 2, 7, [1, 2, 3, 4]), .. Message(16, 2, 7, [5, 6, 7, 8]), .. Message(3, 2, 7, U32(0))];
        NetlinkProgress progress = NetlinkWire.Take(datagram, 7, (type, body) =>
        {
            Assert.Equal(4, body.Length);
            types.Add(type);
        });
        Assert.Equal([16, 16], types);
        Assert.Equal(new NetlinkProgress(true, 0, false), progress);
    }

    [Fact]
    public void Without_done_more_is_to_come() => Assert.False(Take(Message(16, 2, 7, [1, 2, 3, 4]), 7).Ended);

    [Fact]
    public void A_list_that_changed_while_it_was_told_is_torn() =>
        Assert.True(Take([.. Message(16, 0x12, 7, [1, 2, 3, 4]), .. Message(3, 2, 7, U32(0))], 7).Torn);

    [Fact]
    public void The_answer_to_an_earlier_request_is_passed_over()
    {
        byte[] datagram = [.. Message(2, 0, 6, U32(unchecked((uint)-17))), .. Message(2, 0, 7, U32(0))];
        Assert.Equal(new NetlinkProgress(true, 0, false), Take(datagram, 7));
    }

    [Theory]
    [InlineData("00000000 0200 0000 07000000 00000000")] // a length that would never end
    [InlineData("ffffffff 0200 0000 07000000 00000000")]
    [InlineData("11000000 0200 0000 07000000 00000000")] // longer than what is there
    [InlineData("1000")]
    public void A_message_of_impossible_length_ends_the_answer(string hex) => Assert.Equal(
        new NetlinkProgress(true, ProtocolError, false), Take(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), 7));

    [Fact]
    public void An_attribute_of_impossible_length_ends_the_list_of_attributes()
    {
        foreach (byte size in (byte[])[0, 3, 9])
        {
            ReadOnlySpan<byte> rest = [size, 0, 1, 0, 0xaa, 0, 0, 0];
            Assert.False(NetlinkWire.TryNextAttribute(ref rest, out _, out _));
        }
    }

    [Fact]
    public void A_veth_end_is_read_with_everything_we_use()
    {
        byte[] settings = new byte[33 * 4];
        settings[19 * 4] = 1; // promote_secondaries is the twentieth
        byte[] body =
        [
            .. LinkHeader(hardware: 1, index: 3, flags: 0x1_1043),
            .. Text(3, "veth-unbrick"),
            .. Attribute(4, U32(1500)),
            .. Attribute(1, 0x6e, 0x7a, 0xf1, 0x5a, 0x13, 0x44),
            .. Attribute(33, 1),
            .. Nested(18, Text(1, "veth")),
            .. Nested(0x8000 | 26, Attribute(10, 1, 2, 3, 4), Nested(2, Attribute(1, settings))),
        ];
        Assert.True(NetlinkLink.TryRead(body, out NetlinkLink link));
        Assert.Equal(
            new NetlinkLink(3, "veth-unbrick", 1, 0x1_1043, PhysicalAddress.Parse("6E7AF15A1344"), 1500, false, "veth", true, true), link);
    }

    [Fact]
    public void A_member_of_a_bridge_has_a_master()
    {
        Assert.True(NetlinkLink.TryRead([.. LinkHeader(1, 8, 0), .. Text(3, "vc"), .. Attribute(10, U32(4))], out NetlinkLink link));
        Assert.True(link.HasMaster);
        Assert.False(link.Carrier);
        Assert.Null(link.Kind);
    }

    [Fact]
    public void A_link_without_a_name_is_none() => Assert.False(NetlinkLink.TryRead(LinkHeader(1, 8, 0), out _));

    [Fact]
    public void On_a_point_to_point_link_the_local_address_is_ours()
    {
        byte[] body = [.. AddressHeader(2, 32, 6), .. Attribute(1, 10, 8, 0, 1), .. Attribute(2, 10, 8, 0, 2)];
        Assert.True(NetlinkAddress.TryRead(body, out NetlinkAddress address));
        Assert.Equal(new NetlinkAddress(6, new AdapterAddress(IPAddress.Parse("10.8.0.2"), 32)), address);
    }

    [Fact]
    public void Other_families_and_impossible_prefixes_are_no_addresses()
    {
        Assert.False(NetlinkAddress.TryRead([.. AddressHeader(10, 64, 6), .. Attribute(1, new byte[16])], out _));
        Assert.False(NetlinkAddress.TryRead([.. AddressHeader(2, 33, 6), .. Attribute(1, 10, 8, 0, 1)], out _));
        Assert.False(NetlinkAddress.TryRead([.. AddressHeader(2, 24, 6), .. Attribute(1, 10, 8)], out _));
    }

    [Fact]
    public void Damaged_answers_never_throw()
    {
        Random random = new(69);
        byte[] good =
        [
            .. Message(
                16, 2, 7, LinkHeader(1, 3, 1), Text(3, "eth0"), Nested(18, Text(1, "veth")),
                Nested(26, Nested(2, Attribute(1, new byte[132])))),
            .. Message(20, 2, 7, AddressHeader(2, 24, 3), Attribute(2, 192, 168, 0, 66)),
            .. Message(3, 2, 7, U32(0)),
        ];
        int reached = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good.AsSpan(0, random.Next(good.Length + 1))];
            for (int flips = random.Next(8); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            NetlinkWire.Take(bytes, 7, (type, body) =>
            {
                if (NetlinkLink.TryRead(body, out _) | NetlinkAddress.TryRead(body, out _))
                    reached++;
            });
        }
        Assert.True(reached > 1000);
    }

    private static NetlinkProgress Take(byte[] datagram, uint sequence) => NetlinkWire.Take(datagram, sequence, static (_, _) => { });
}
