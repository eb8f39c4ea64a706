using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Recovery.Serve;
using Unbrick.Sim.Devices;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class NmrpJobTests
{
    private const string Sim = "sim:router/netgear-nmrp";

    [Theory]
    [InlineData(Sim)]
    [InlineData(Sim + "?file=&keep-alive=0s")] // the boot loader of 2008: no name, no signs of life
    [InlineData(Sim + "?no-last-ack")]
    [InlineData(Sim + "?no-arp")]
    [InlineData("fault:loss=5%,seed=3:" + Sim)]
    public void A_Netgear_router_is_recovered(string address)
    {
        byte[] image = ServeBench.Image(1_000_003);
        using ServeBench bench = new(address) { Journalled = true };

        ServeResult result = bench.Run(Nmrp(image));

        Assert.Equal(("sent", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        NetgearNmrp router = (NetgearNmrp)bench.Device;
        Assert.True(router.Flash.Span.SequenceEqual(image));
        Assert.Equal(NetgearState.Closed, router.State);
        Assert.Equal("firmware", router.FileName);
        Assert.Null(router.Region);
        Assert.Empty(bench.Network.Adapters()[0].Addresses);
    }

    [Fact]
    public void The_whole_story_is_told_in_order()
    {
        using ServeBench bench = new(Sim + "?restarts");

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(100_000)));

        Assert.Equal(
            [
                "0.0 device: NETGEAR NMRP recovery: Netgear's NMRP; source: github.com/jclehner/nmrpflash nmrp.c",
                "0.0 image: image.bin, 100,000 bytes (97.7 KiB)",
                "0.0 check: unknown: cannot tell whether it fits: kind-unknown, 100,000 bytes that no format claims",
                "0.0 network: sim0  link down  10.164.183.252/24 added for this run",
                "0.0 calling: Netgear devices on sim0 by NMRP (Ethernet type 0x0912); the one that answers becomes 10.164.183.253",
                "0.0 now: No button: it listens for a few seconds each time it is switched on. Start the sender first, then switch the router on.",
            ],
            bench.Said.Take(6));
        Assert.Equal("recovered", result.Outcome);
        Assert.Contains(bench.Said, line => line.Contains("nmrp 02:1d:10:0b:05:e5 answers; it becomes 10.164.183.253", StringComparison.Ordinal));
        Assert.Contains(bench.Said, line => line.Contains("wants firmware", StringComparison.Ordinal));
        Assert.Contains(bench.Said, line => line.Contains("complete 10.164.183.253:69 firmware 100000", StringComparison.Ordinal));
        Assert.Contains("do not cut the power: it writes for about 30 minutes", bench.Problem("still-writing").Title);
        Assert.Contains(bench.Said, line => line.EndsWith("says good bye: it has written the image", StringComparison.Ordinal));
        Assert.EndsWith("came back as 192.168.1.1.", bench.Said[^1]);
        Assert.Equal(["add 10.164.183.252/24"], bench.Network.Changes.Take(1));
    }

    [Fact]
    public void The_device_is_a_fixed_neighbour_during_the_run_only()
    {
        using ServeBench bench = new(Sim) { Journalled = true };

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(1000))).Outcome);

        Assert.Equal(
            [
                "add 10.164.183.252/24", "fix 10.164.183.253 at 02:1d:10:0b:05:e5",
                "forget 10.164.183.253 at 02:1d:10:0b:05:e5", "remove 10.164.183.252/24",
            ],
            bench.Network.Changes);
        Assert.Null(bench.Sim.FixedNeighbor("sim0", new([10, 164, 183, 253])));
    }

    [Fact]
    public void A_neighbour_of_the_users_own_is_used_and_stays()
    {
        using ServeBench bench = new(Sim) { Journalled = true };
        NeighborEntry own = new(new([10, 164, 183, 253]), bench.Device.HardwareAddress);
        bench.Sim.AddNeighbor("sim0", own);

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(1000))).Outcome);

        Assert.Equal(own, bench.Sim.FixedNeighbor("sim0", own.Address));
        Assert.DoesNotContain(bench.Network.Changes, c => c.Contains("fix", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_no_neighbour_may_be_fixed_the_system_asks_for_it_itself()
    {
        using ServeBench bench = new(Sim) { Journalled = true };
        bench.Network.BeforeChange = () =>
        {
            if (bench.Network.Changes.Count == 1 && bench.Wires("nmrp").Length == 1)
                throw new NetworkException(NetworkFailure.NotPermitted, "not permitted");
        };

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(1000))).Outcome);

        Assert.Contains(bench.Said, s => s.EndsWith(
            "network: 10.164.183.253 at 02:1d:10:0b:05:e5 could not be fixed (not permitted); the device is asked for it", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_the_right_to_set_an_address_one_that_reaches_the_device_will_do()
    {
        using ServeBench bench = new(Sim);
        bench.Sim.AddAddress("sim0", new AdapterAddress(new([10, 164, 0, 1]), 16));
        bench.Network.BeforeChange = () => throw new NetworkException(NetworkFailure.NotPermitted, "not permitted");

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(1000))).Outcome);

        Assert.Contains(bench.Said, s => s.Contains("going on with 10.164.0.1/16", StringComparison.Ordinal));
    }

    [Fact]
    public void It_keeps_company_for_half_an_hour_of_writing()
    {
        using ServeBench bench = new(Sim + "?write=29min") { Limit = TimeSpan.FromHours(2) };

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(100_000))).Outcome);

        Assert.InRange(((NetgearNmrp)bench.Device).KeptAlive, 56, 60);
        Assert.InRange(bench.Wires("nmrp").Length, 6, 10);
    }

    [Fact]
    public void A_device_that_never_says_good_bye_is_waited_for_and_that_is_said()
    {
        using ServeBench bench = new(Sim + "?never-closes&keep-alive=0s") { Limit = TimeSpan.FromHours(2) };

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(100_000)));

        Assert.Equal(("sent", ExitCode.Done), (result.Outcome, result.Exit));
        Assert.Contains("30 minutes", bench.Problem("nmrp-no-end").Title);
        Assert.InRange(bench.Time.Elapsed, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(32));
    }

    [Fact]
    public void An_image_that_is_refused_twice_ends_with_7()
    {
        using ServeBench bench = new(Sim + "?refuse=9");

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(100_000)));

        Assert.Equal(("refused", ExitCode.DeviceRefused, 2), (result.Outcome, result.Exit, result.Transfers));
        Assert.Equal(2, bench.Problems("image-refused").Length);
        Assert.True(((NetgearNmrp)bench.Device).Flash.IsEmpty);
    }

    [Fact]
    public void An_image_that_is_refused_once_is_sent_again()
    {
        byte[] image = ServeBench.Image(100_000);
        using ServeBench bench = new(Sim + "?refuse=1");

        Assert.Equal("sent", bench.Run(Nmrp(image)).Outcome);

        Assert.True(((NetgearNmrp)bench.Device).Flash.Span.SequenceEqual(image));
    }

    [Fact]
    public void A_device_whose_power_fails_in_the_middle_is_found_again()
    {
        byte[] image = ServeBench.Image(1_000_003);
        using ServeBench bench = new(Sim + "?restart-at=900");

        Assert.Equal("sent", bench.Run(Nmrp(image)).Outcome);

        Assert.Equal(2, ((NetgearNmrp)bench.Device).Configured);
        Assert.True(((NetgearNmrp)bench.Device).Flash.Span.SequenceEqual(image));
        Assert.Contains("began again after 899 of 1,954 blocks", Assert.Single(bench.Problem("device-restarted").Seen));
    }

    [Fact]
    public void A_device_that_asks_for_nothing_is_called_on_until_somebody_stops_it()
    {
        using ServeBench bench = new(Sim + "?never-asks") { Journalled = true, Limit = TimeSpan.FromMinutes(2) };

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(1000)));

        Assert.Equal(("failed", ExitCode.Interrupted), (result.Outcome, result.Exit));
        Assert.Contains("has fallen silent; calling again", Assert.Single(bench.Wires("silence")));
        Assert.Empty(bench.Network.Adapters()[0].Addresses);
    }

    [Fact]
    public void Nobody_answers_and_it_is_said_once()
    {
        using ServeBench bench = new("sim:router/uboot-2018") { Limit = TimeSpan.FromMinutes(3) };

        Assert.Equal(ExitCode.Interrupted, bench.Run(Nmrp(ServeBench.Image(1000))).Exit);

        Assert.Single(bench.Problems("nmrp-silent"));
    }

    [Fact]
    public void A_device_without_power_is_said_to_have_no_link()
    {
        using ServeBench bench = new(Sim + "?power-on=60s") { Limit = TimeSpan.FromMinutes(20) };

        Assert.Equal("sent", bench.Run(Nmrp(ServeBench.Image(1000))).Outcome);

        Assert.Single(bench.Problems("no-carrier"));
        Assert.Empty(bench.Problems("nmrp-silent"));
    }

    [Fact]
    public void A_region_is_told_only_when_asked_for()
    {
        Assert.True(NmrpRegion.TryParse("WW", out ushort ww));
        using ServeBench bench = new(Sim);

        bench.Run(Nmrp(ServeBench.Image(1000)) with { Region = ww });

        Assert.Equal(ww, ((NetgearNmrp)bench.Device).Region);
        Assert.Contains("0.0 region: the device is told to be a WW model from now on: it keeps that (--region)", bench.Said);
    }

    [Fact]
    public void A_region_for_another_recovery_is_a_mistake()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2");
        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve("archer-c7-v2", ServeBench.Image(1000)) with { Region = 2 }));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
    }

    [Fact]
    public void A_device_that_knows_nothing_else_is_recovered_by_NMRP_without_being_told_to()
    {
        byte[] image = ServeBench.Image(1_000_000);
        using ServeBench bench = new(Sim);

        Assert.Equal("sent", bench.Run(ServeBench.Serve("netgear_r6220", image)).Outcome);

        Assert.True(((NetgearNmrp)bench.Device).Flash.Span.SequenceEqual(image));
    }

    [Fact]
    public void Other_addresses_are_possible_and_the_device_becomes_the_next_one()
    {
        using ServeBench bench = new(Sim);

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(1000)) with { Address = new AdapterAddress(new([192, 168, 77, 254]), 24) });

        Assert.Equal("sent", result.Outcome);
        Assert.StartsWith("192.168.77.253:69", bench.Events.OfType<TransferEnded>().Single().Peer);
    }

    [Fact]
    public void Ctrl_C_takes_the_address_away_and_ends_with_130()
    {
        using ServeBench bench = new(Sim) { Journalled = true };
        bench.StopAt = item => item is Progress;

        ServeResult result = bench.Run(Nmrp(ServeBench.Image(3_000_000)));

        Assert.Equal(("failed", ExitCode.Interrupted), (result.Outcome, result.Exit));
        Assert.Equal("remove 10.164.183.252/24", bench.Network.Changes[^1]);
        Assert.True(((NetgearNmrp)bench.Device).Flash.IsEmpty);
    }

    [Fact]
    public void Progress_is_told_with_sizes_and_a_rate()
    {
        using ServeBench bench = new(Sim);
        bench.Run(Nmrp(ServeBench.Image(3_000_000)));
        Progress[] progress = [.. bench.Events.OfType<Progress>()];
        Assert.True(progress.Length > 5);
        Assert.All(progress, p => Assert.Equal((3_000_000, "firmware"), (p.Total, p.Name)));
        Assert.True(progress[^1].Rate > 100_000);
    }

    private static ServeOptions Nmrp(byte[] image) => new() { Nmrp = true, Image = "image.bin", ImageContent = image };
}
