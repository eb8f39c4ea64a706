using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpConversationTests
{
    private readonly DhcpBench _bench = new();

    [Fact]
    public void After_two_offers_not_taken_every_second_answer_is_the_lean_one()
    {
        List<DhcpReplyStyle> styles = [];
        List<int> told = [];
        for (int round = 0; round < 6; round++)
        {
            _bench.Hear(ClientPacket.Discover(xid: (uint)round));
            styles.Add(_bench.Reports[^1].Style);
            if (_bench.Kinds.Contains(DhcpReportKind.OfferNotTaken))
                told.Add(round);
            _bench.Wait(5);
        }
        const DhcpReplyStyle full = DhcpReplyStyle.Full, lean = DhcpReplyStyle.Lean;
        Assert.Equal([full, full, lean, full, lean, full], styles);
        Assert.Equal([2], told);
    }

    [Fact]
    public void The_lean_answer_is_300_bytes_with_server_and_file_in_the_fixed_fields_only()
    {
        _bench.Hear(ClientPacket.Discover());
        _bench.Hear(ClientPacket.Discover());
        ServerReply lean = _bench.Hear(ClientPacket.Discover())!;
        Assert.Equal([53, 54, 51, 1], lean.Codes);
        Assert.Equal(300, lean.Bytes.Length);
        Assert.Equal(("offer", "192.168.79.1", "recovery.bin", ""), (lean.Kind, lean.NextServer, lean.File, lean.ServerName));
    }

    [Fact]
    public void A_REQUEST_or_a_minute_of_quiet_starts_the_count_again()
    {
        _bench.Hear(ClientPacket.Discover());
        _bench.Hear(ClientPacket.Discover());
        _bench.Hear(Request(1));
        Assert.Equal(DhcpReplyStyle.Full, Style());
        Assert.Equal(DhcpReplyStyle.Full, Style());
        _bench.Wait(61);
        Assert.Equal(DhcpReplyStyle.Full, Style());
    }

    [Fact]
    public void Another_client_is_not_answered_lean_for_the_first_ones_sake()
    {
        for (int round = 0; round < 2; round++)
            _bench.Hear(ClientPacket.Discover());
        _bench.Hear(ClientPacket.Discover(ClientPacket.MacOf(1)));
        Assert.Equal(DhcpReplyStyle.Full, _bench.Reports[^1].Style);
    }

    [Fact]
    public void Two_boxes_with_one_hardware_address_are_told_by_their_interleaved_DISCOVERs()
    {
        Assert.Equal([false, false, true, false], Twice(Discover(1), Discover(2), Discover(1), Discover(2)));
    }

    [Fact]
    public void Two_boxes_with_one_hardware_address_are_told_by_their_interleaved_BOOTP_requests() =>
        Assert.Equal([false, false, true], Twice(ClientPacket.Bootp(xid: 1), ClientPacket.Bootp(xid: 2), ClientPacket.Bootp(xid: 1)));

    [Fact]
    public void Two_boxes_that_both_go_on_to_REQUEST_are_told() =>
        Assert.Equal([false, false, false, true], Twice(Discover(1), Discover(2), Request(1), Request(2)));

    [Fact]
    public void An_old_U_Boot_that_begins_anew_within_a_second_of_its_ACK_is_a_second_one() =>
        Assert.Equal([false, false, true, false], Twice(OldUBoot(1, 1), OldUBoot(3, 1), OldUBoot(1, 2), OldUBoot(3, 2)));

    [Fact]
    public void An_old_U_Boot_that_begins_anew_later_was_restarted()
    {
        Twice(OldUBoot(1, 1), OldUBoot(3, 1));
        _bench.Wait(2);
        Assert.Equal([false, false], Twice(OldUBoot(1, 2), OldUBoot(3, 2)));
    }

    [Fact]
    public void One_box_whose_next_stage_asks_again_at_once_is_one_box()
    {
        byte[] named = ClientPacket.Request(
            xid: 1, more: [ClientPacket.Address(54, "192.168.79.1"), ClientPacket.Option(60, "udhcp 1.35.0"), [57, 2, 2, 64]]);
        Assert.Equal([false, false, false], Twice(Discover(1), named, OldUBoot(1, 2)));
        Assert.Equal([false, false, false], Twice(OldUBoot(1, 3), OldUBoot(3, 3), Discover(4)));
    }

    [Fact]
    public void One_box_that_tries_again_with_new_transactions_is_one_box() =>
        Assert.Equal([false, false, false, false, false], Twice(Discover(1), Discover(2), Discover(3), Discover(4), Request(4)));

    [Fact]
    public void One_box_that_takes_a_late_offer_is_one_box() =>
        Assert.Equal([false, false, false, false], Twice(Discover(1), Discover(2), Request(1), Request(1)));

    [Fact]
    public void A_transaction_id_that_comes_back_after_a_while_is_chance()
    {
        Twice(Discover(1), Discover(2));
        _bench.Wait(11);
        Assert.Equal([false], Twice(Discover(1)));
    }

    private bool[] Twice(params byte[][] packets) => [.. packets.Select(packet =>
    {
        _bench.Hear(packet);
        _bench.Wait(0.1);
        return _bench.Kinds.Contains(DhcpReportKind.SameMacTwice);
    })];

    private static byte[] Discover(uint xid) => ClientPacket.Discover(xid: xid);

    /// <summary>53, 57, (54, 50,) 55 and nothing else.</summary>
    private static byte[] OldUBoot(byte type, uint xid)
    {
        byte[] server = type == 3 ? ClientPacket.Address(54, "192.168.79.1") : [];
        return new ClientPacket { Xid = xid, Options = [53, 1, type, 57, 2, 2, 64, .. server, 55, 0, 255] }.Build();
    }

    private static byte[] Request(uint xid) => ClientPacket.Request(xid: xid, more: [ClientPacket.Address(54, "192.168.79.1")]);

    private DhcpReplyStyle Style()
    {
        _bench.Hear(ClientPacket.Discover());
        return _bench.Reports[^1].Style;
    }
}
