using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Firewalls;
using Unbrick.Net.Host;
using Unbrick.Net.Frames;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Evidence;

namespace Unbrick.Tests.Recovery.Evidence;

/// <summary>Each rule with evidence that is just enough, and with what looks like it and is not.</summary>
public sealed class RuleTests
{
    private static readonly PhysicalAddress s_other = new([2, 0, 0, 0, 0x0c, 0x0d]);
    private static readonly FirewallRule s_rule = new("nftables", "table inet filter, chain input: udp dport 69 drop", "sudo nft …");

    [Fact]
    public void A_link_that_falls_a_third_time_is_no_start_of_a_device_any_more()
    {
        EvidenceBench bench = new();
        bench.At(1).Link(true).At(2).Link(false).At(3).Link(true).At(4).Link(false).At(5).Link(true);
        Assert.Empty(bench.Judge(new LinkFlappingRule()));

        bench.At(6).Link(false);

        Assert.Equal("link-flapping", bench.Only(new LinkFlappingRule()).Code);
        Assert.Empty(bench.At(25).Judge(new LinkFlappingRule())); // the first two are long ago
    }

    [Fact]
    public void A_router_on_its_lan_side_and_one_on_its_wan_side_are_told_apart_and_a_boot_loader_from_both()
    {
        Assert.Equal("booted-normally", new EvidenceBench().Sign(HeardKind.RouterAdvertisement).Only(new BootedRule()).Code);
        Assert.Equal("booted-normally", new EvidenceBench().Arp("192.168.1.1", "192.168.1.1").Sign(HeardKind.Ipv6).Only(new BootedRule()).Code);
        Assert.Equal("booted-normally", new EvidenceBench().Udp(67, 68, [], "192.168.1.1", "255.255.255.255").Only(new BootedRule()).Code);
        Assert.Equal("wrong-socket", new EvidenceBench().Discover("udhcp 1.36.1").Only(new BootedRule()).Code);
        Assert.Equal("booted-normally", new EvidenceBench().Arp("192.168.1.1", "192.168.1.1").Discover("udhcp 1.36.1").Only(new BootedRule()).Code);
        Assert.Empty(new EvidenceBench().Sign(HeardKind.Ipv6).Judge(new BootedRule())); // a switch may do that
        Assert.Empty(new EvidenceBench().Discover("U-Boot.armv7").Sign(HeardKind.RouterAdvertisement).Judge(new BootedRule()));
    }

    [Fact]
    public void A_question_that_comes_again_was_not_answered_and_one_without_a_request_behind_it_leads_nowhere()
    {
        EvidenceBench bench = new();
        bench.At(1).Arp("192.168.0.86", "192.168.0.66").At(6).Arp("192.168.0.86", "192.168.0.66");
        Assert.Empty(bench.At(6.5).Judge(new NoRequestRule())); // its request may follow at once

        Verdict verdict = bench.At(7.5).Only(new NoRequestRule());

        Assert.Equal(("no-request", "this PC does not answer: something here keeps it from doing so"), (verdict.Code, verdict.Seen[1]));
        bench.Arp("192.168.0.66", "192.168.0.86", reply: true, outgoing: true);
        Assert.Equal("this PC answers each time; the answer does not reach it", bench.Only(new NoRequestRule()).Seen[1]);
        bench.Udp(2000, 69, [0, 1]);
        Assert.Empty(bench.Judge(new NoRequestRule()));
        Assert.Single(new EvidenceBench().Arp("192.168.0.86", "192.168.0.66").At(11).Judge(new NoRequestRule()));
        Assert.Empty(new EvidenceBench().Arp("192.168.0.86", "192.168.0.99").At(11).Judge(new NoRequestRule())); // not our address
    }

    [Fact]
    public void Another_owner_of_our_address_is_named_and_our_own_frames_are_not_taken_for_one()
    {
        EvidenceBench bench = new();
        bench.Arp("192.168.0.66", "192.168.0.66", outgoing: true).Arp("192.168.0.66", "0.0.0.0", new PhysicalAddress([2, 0, 0, 0, 0, 1]), reply: true);
        Assert.Empty(bench.Judge(new DuplicateAddressRule()));

        bench.Arp("192.168.0.66", "0.0.0.0", s_other, reply: true);

        Assert.Equal(["02:00:00:00:0c:0d says it has 192.168.0.66"], bench.Only(new DuplicateAddressRule()).Seen);
    }

    [Fact]
    public void A_request_that_no_socket_got_is_the_firewalls()
    {
        EvidenceBench bench = new();
        bench.At(1).Udp(2000, 69, [0, 1]);
        FirewallRequestRule rule = new(packet => packet is { Incoming: true, To.Port: 69, State: "new" } ? s_rule : null);
        Assert.Empty(bench.At(1.5).Judge(rule)); // the socket may be late

        Verdict verdict = bench.At(2).Only(rule);

        Assert.Equal("firewall", verdict.Code);
        Assert.Equal("nftables: table inet filter, chain input: udp dport 69 drop", verdict.Seen[1]);
        bench.Seen.OnSocket(new IPEndPoint(IPAddress.Parse("192.168.0.86"), 2000), TimeSpan.FromSeconds(1.01));
        Assert.Empty(bench.Judge(rule));
    }

    [Fact]
    public void No_firewall_is_to_blame_where_the_system_has_no_way_back_or_others_get_through()
    {
        FirewallRequestRule rule = new(_ => null);
        EvidenceBench elsewhere = new(), crowded = new();
        elsewhere.Seen.Networks = [new AdapterAddress(IPAddress.Parse("192.168.7.66"), 24)];
        elsewhere.At(1).Udp(2000, 69, [0, 1]).At(3);
        crowded.At(1).Udp(2000, 69, [0, 1]).At(3);
        Assert.Single(crowded.Judge(rule));
        crowded.Seen.OnSocket(new IPEndPoint(IPAddress.Parse("192.168.0.99"), 4000), TimeSpan.FromSeconds(2));

        Assert.Empty(elsewhere.Judge(rule));
        Assert.Empty(crowded.Judge(rule));
    }

    [Fact]
    public void Answers_that_come_and_are_not_read_are_the_firewalls_and_answers_that_do_not_come_are_lost()
    {
        LostAnswersRule rule = new(packet => packet.Incoming ? s_rule : s_rule with { Text = "table inet filter, chain output: policy drop" });
        EvidenceBench came = Waiting(stall => (stall.Came, stall.FirstCame, stall.LastCame) = (1, TimeSpan.FromSeconds(2), (stall.Peer, new IPEndPoint(IPAddress.Any, 40000))));
        EvidenceBench stays = Waiting(_ => { });
        EvidenceBench asks = Waiting(stall => stall.ArpAsked = 3), left = Waiting(stall => stall.Left = 4);

        Assert.Equal(("firewall", "nftables: table inet filter, chain input: udp dport 69 drop"), (came.Only(rule).Code, came.Only(rule).Seen[1]));
        Assert.Equal(("firewall", "nftables: table inet filter, chain output: policy drop"), (stays.Only(rule).Code, stays.Only(rule).Seen[1]));
        Assert.Equal(("answers-lost", "this PC asks who has 192.168.0.86 and gets no answer"), (asks.Only(rule).Code, asks.Only(rule).Seen[1]));
        Assert.Equal(("answers-lost", "4 packets left for 192.168.0.86:2000 in 4 s, none was answered"), (left.Only(rule).Code, left.Only(rule).Seen[1]));
        came.Seen.Attempts[0].LastHeard = TimeSpan.FromSeconds(2.5); // the socket heard it, too: a device that repeats itself
        Assert.Empty(came.Judge(rule));

        static EvidenceBench Waiting(Action<StallEvidence> heard)
        {
            EvidenceBench bench = new();
            bench.At(1).Start();
            bench.Seen.Attempts[0].Repeats = 1;
            bench.Seen.Stall = new StallEvidence(bench.Peer, TimeSpan.FromSeconds(1.5));
            heard(bench.Seen.Stall);
            return bench.At(5.5);
        }
    }

    [Fact]
    public void A_device_that_begins_again_has_rebooted_or_used_up_its_lives_or_stands_at_one_block()
    {
        EvidenceBench rebooted = new();
        rebooted.At(1).Start().At(5).Link(true).At(6).Link(false).At(8).End(TransferOutcome.Restarted, 90).Start();
        EvidenceBench lives = new();
        lives.At(1).Start().At(90).End(TransferOutcome.Restarted, 90, 0, EvidenceBench.Stall(20, 6), EvidenceBench.Stall(50, 12)).Start();
        EvidenceBench block = new();
        block.At(1).Start().At(60).End(TransferOutcome.Restarted, 90, 0, EvidenceBench.Stall(90, 50)).Start().At(120).End(TransferOutcome.Restarted, 91, 0).Start();
        EvidenceBench unclear = new();
        unclear.At(1).Start().At(9).End(TransferOutcome.Restarted, 90).Start();

        Assert.Equal("device-rebooted", Restart(rebooted));
        Assert.Equal("lives-used-up", Restart(lives));
        Assert.Equal("same-block", Restart(block));
        Assert.Null(Restart(unclear));

        static string? Restart(EvidenceBench bench) => bench.Judge(new RestartRule()).SingleOrDefault()?.Code;
    }

    [Fact]
    public void Pauses_at_equal_distances_are_the_flash_and_others_are_not()
    {
        EvidenceBench flash = new(), line = new(), outages = new();
        flash.At(1).Start().At(9).Running(120, 9, [.. Enumerable.Range(1, 4).Select(i => EvidenceBench.Stall(i * 30, 1.5))]);
        line.At(1).Start().At(9).Running(120, 9, EvidenceBench.Stall(3, 1.5), EvidenceBench.Stall(70, 2), EvidenceBench.Stall(80, 1), EvidenceBench.Stall(119, 1));
        outages.At(1).Start().At(99).Running(120, 99, [.. Enumerable.Range(1, 4).Select(i => EvidenceBench.Stall(i * 30, 6.5))]);

        Assert.Equal("slow-flash", flash.Only(new SlowFlashRule()).Code);
        Assert.Empty(line.Judge(new SlowFlashRule()));
        Assert.Empty(outages.Judge(new SlowFlashRule()));
    }

    [Fact]
    public void A_device_is_silent_after_three_of_its_own_time_outs_and_not_while_it_repeats_itself()
    {
        EvidenceBench bench = new();
        bench.At(1).Start().Running(90, 2);
        Assert.Empty(bench.At(17).Judge(new SilentDeviceRule()));

        Assert.Equal("device-silent", bench.At(18.5).Only(new SilentDeviceRule()).Code);
        bench.Seen.Stall = new StallEvidence(bench.Peer, TimeSpan.FromSeconds(4)) { Came = 1 };
        Assert.Empty(bench.Judge(new SilentDeviceRule()));
    }

    [Fact]
    public void A_second_request_with_fewer_options_says_that_the_first_answer_was_not_liked()
    {
        EvidenceBench bench = new();
        bench.At(1).Start();
        bench.Peer = new IPEndPoint(bench.Peer.Address, 2001);
        Assert.Empty(bench.Judge(new OptionsRule()));

        bench.At(6).Start("");

        Assert.Equal(["192.168.0.86 asked with timeout 5, then again with none"], bench.Only(new OptionsRule()).Seen);
    }

    [Fact]
    public void Multicast_of_this_pc_counts_only_while_a_file_is_loaded()
    {
        EvidenceBench bench = new();
        bench.Sign(HeardKind.Igmp, outgoing: true).Sign(HeardKind.Igmp, outgoing: true);
        Assert.Empty(bench.Judge(new MulticastNoiseRule()));

        bench.At(1).Start().Running(9, 1).Sign(HeardKind.Igmp, outgoing: true).Udp(5353, 5353, [], "192.168.0.66", "224.0.0.251", outgoing: true);

        Assert.Equal("multicast-noise", bench.Only(new MulticastNoiseRule()).Code);
    }

    [Theory]
    [InlineData(new long[] { 17, 33, 50, 66, 83, 99, 116 }, 16.5)]
    [InlineData(new long[] { 3, 33, 41, 66, 120, 121, 180 }, null)]
    [InlineData(new long[] { 17, 34, 51 }, null)] // too few to tell
    public void Losses_at_equal_distances_are_not_chance(long[] places, double? period)
    {
        double? found = Regularity.PeriodOf(places);
        if (period is null)
            Assert.Null(found);
        else
            Assert.Equal(period.Value, found!.Value, 1.0);
    }

    [Fact]
    public void A_flood_of_callers_requests_and_tries_is_kept_in_bounds()
    {
        EvidenceBench bench = new();
        for (int i = 0; i < 5000; i++)
        {
            bench.Arp($"10.0.{i / 250}.{i % 250 + 1}", "192.168.0.66", new PhysicalAddress([2, 1, 0, 0, (byte)(i >> 8), (byte)i]));
            bench.Udp(1024 + i, 69, [0, 1]);
            bench.Peer = new IPEndPoint(IPAddress.Parse("10.1.1.1"), 1024 + i);
            bench.Start();
            bench.Seen.OnSocket(bench.Peer, bench.Now);
        }

        Assert.InRange(bench.Seen.Callers.Count, 1, 64);
        Assert.InRange(bench.Seen.Requests.Count, 1, 64);
        Assert.InRange(bench.Seen.Attempts.Count, 1, 32);
    }
}
