using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Recovery.Serve;
using Unbrick.Sim.Devices;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Devices that take the file which the PC sends, on a simulated cable.</summary>
public sealed class PutJobTests
{
    private static readonly PutOptions s_put = new();

    [Theory]
    [InlineData("asus-rescue", "sim:router/asus-rescue", "probably-complete")]
    [InlineData("broadcom-cfe", "sim:router/cfe", "complete")]
    [InlineData("broadcom-cfe", "sim:router/cfe?window=1s&seed=5", "complete")]
    [InlineData("buffalo-tftp", "sim:router/buffalo", "complete")]
    [InlineData("ubiquiti-tftp", "sim:router/ubiquiti", "complete")]
    [InlineData("asus-rescue", "fault:loss=5%,seed=3:sim:router/asus-rescue", "probably-complete")]
    [InlineData("broadcom-cfe", "fault:loss=5%,seed=3:sim:router/cfe", "complete")]
    [InlineData("buffalo-tftp", "fault:loss=5%,seed=4:sim:router/buffalo", "complete")]
    public void A_device_gets_its_image_and_comes_back(string device, string address, string outcome)
    {
        byte[] image = ServeBench.Image(1_000_003);
        using ServeBench bench = new(address) { Journalled = true };

        ServeResult result = bench.Run(ServeBench.Serve(device, image)); // that it is to be sent is known of the device

        Assert.Equal(("recovered", ExitCode.Done, 1), (result.Outcome, result.Exit, result.Transfers));
        Assert.True(((PutTarget)bench.Device).Flash.Span.SequenceEqual(image));
        TransferEnded ended = Assert.Single(bench.Events.OfType<TransferEnded>());
        Assert.Equal((outcome, "image.bin"), (ended.Outcome, ended.SentAs));
        Assert.Contains(result.Diagnosis, p => p.Code == "still-writing");
        Assert.Equal(image.Length, bench.Events.OfType<Progress>().Last().Total);
        Assert.Equal("", Left(bench));
    }

    [Fact]
    public void The_whole_story_is_told_in_order()
    {
        using ServeBench bench = new("sim:router/cfe") { Journalled = true };

        bench.Run(ServeBench.Serve("broadcom-cfe", ServeBench.Image(100_000)));

        Assert.Equal(
            [
                "0.0 device: Broadcom CFE boot loader takes the file at 192.168.1.1; source: wiki.dd-wrt.com/wiki/index.php?title=Asus_TFTP_Flash",
                "0.0 image: image.bin, 100,000 bytes (97.7 KiB)",
                "0.0 check: unknown: cannot tell whether it fits: kind-unknown, 100,000 bytes that no format claims (wanted: an image of a known kind)",
                "0.0 network: sim0  link down  192.168.1.10/24 added for this run",
                "0.0 sending: image.bin by TFTP to 192.168.1.1: asking four times a second until it takes it",
                "0.0 now: It listens for 1 to 3 seconds each time it is switched on: send again and again while you plug the power in.",
            ],
            bench.Said[..6]);
        Assert.Contains(" link-up  sim0  link down -> up (100 Mbit/s)", bench.Said[6], StringComparison.Ordinal);
        Assert.Matches(@"^\d\.\d request 192\.168\.1\.1:2049 takes image\.bin \(request \d+\)$", bench.Said[7]);
        Assert.Matches(@"^\d\.\d complete 192\.168\.1\.1:2049 image\.bin 100000$", bench.Said[8]);
        Assert.Contains("still-writing: last block of 100,000 bytes (97.7 KiB) sent after 0.", bench.Said[9], StringComparison.Ordinal);
        Assert.EndsWith("192.168.1.10/24 removed from sim0", bench.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_window_is_met_even_when_it_is_a_second_long()
    {
        using ServeBench bench = new("sim:router/cfe?window=1s&opens=200ms");
        bench.Run(ServeBench.Serve("broadcom-cfe", ServeBench.Image(10_000)));
        Assert.Equal(1, ((PutTarget)bench.Device).Windows);
    }

    [Fact]
    public void A_loader_that_answers_no_ARP_gets_a_fixed_neighbour_that_is_there_during_the_run_only()
    {
        using ServeBench bench = new("sim:router/buffalo") { Journalled = true };
        bench.Run(ServeBench.Serve("buffalo-tftp", ServeBench.Image(10_000)));
        Assert.Equal(
            [
                "add 192.168.11.2/24", "fix 192.168.11.1 at 02:aa:bb:cc:dd:20", "forget 192.168.11.1 at 02:aa:bb:cc:dd:20", "remove 192.168.11.2/24",
            ],
            bench.Network.Changes);
        Assert.Equal("tftp.bin", ((PutTarget)bench.Device).Name);
    }

    [Fact]
    public void Its_hardware_address_can_be_said()
    {
        using ServeBench bench = new("sim:router/buffalo");
        PhysicalAddress mac = PhysicalAddress.Parse("02-11-22-33-44-55");
        bench.StopAt = item => item is Note { Topic: "now" };
        bench.Run(ServeBench.Serve("buffalo-tftp", ServeBench.Image(10_000)) with { Put = s_put with { Mac = mac } });
        Assert.Contains("fix 192.168.11.1 at 02:11:22:33:44:55", bench.Network.Changes);
    }

    [Fact]
    public void Without_the_right_to_fix_a_neighbour_it_says_so_and_goes_on()
    {
        using ServeBench bench = new("sim:router/buffalo") { Journalled = true, Limit = TimeSpan.FromSeconds(40) };
        bench.Network.BeforeChange = () =>
        {
            if (bench.Network.Changes.Count == 1 && bench.Problems("put-neighbor-missing").Length == 0)
                throw new NetworkException(NetworkFailure.NotPermitted, "not permitted");
        };

        ServeResult result = bench.Run(ServeBench.Serve("buffalo-tftp", ServeBench.Image(10_000)));

        Problem missing = bench.Problem("put-neighbor-missing");
        Assert.Contains(missing.Try, t => t.Contains("192.168.11.1", StringComparison.Ordinal));
        Assert.Equal("failed", result.Outcome); // it cannot be reached without, but whoever enters it by hand meanwhile is served
        Assert.Equal("", Left(bench));
    }

    [Fact]
    public void Without_the_right_to_set_an_address_one_that_reaches_the_device_will_do()
    {
        using ServeBench bench = new("sim:router/cfe");
        bench.Sim.AddAddress("sim0", new AdapterAddress(IPAddress.Parse("192.168.1.77"), 24));
        bench.Network.BeforeChange = () => throw new NetworkException(NetworkFailure.NotPermitted, "not permitted");
        ServeResult result = bench.Run(ServeBench.Serve("broadcom-cfe", ServeBench.Image(10_000)));
        Assert.Equal("recovered", result.Outcome);
        Assert.Contains(bench.Said, s => s.EndsWith("192.168.1.10/24 could not be added (not permitted); going on with 192.168.1.77/24", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_any_address_there_is_no_way_on()
    {
        using ServeBench bench = new("sim:router/cfe");
        bench.Network.BeforeChange = () => throw new NetworkException(NetworkFailure.NotPermitted, "not permitted");
        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve("broadcom-cfe", ServeBench.Image(10_000))));
        Assert.Equal(("not-permitted", ExitCode.NotFound), (e.Problem.Code, e.ExitCode));
    }

    [Fact]
    public void A_device_that_restarts_in_the_middle_gets_it_from_the_beginning()
    {
        byte[] image = ServeBench.Image(200_000);
        using ServeBench bench = new("sim:router/cfe?restart-at=100");

        ServeResult result = bench.Run(ServeBench.Serve("broadcom-cfe", image));

        Assert.Equal("recovered", result.Outcome);
        Assert.True(((PutTarget)bench.Device).Flash.Span.SequenceEqual(image));
        Assert.Equal(["restarted", "complete"], bench.Events.OfType<TransferEnded>().Select(t => t.Outcome));
        Assert.Contains("99 of 391 blocks", Assert.Single(bench.Problem("device-restarted").Seen), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_erases_while_loading_is_waited_for()
    {
        byte[] image = ServeBench.Image(200_000);
        using ServeBench bench = new("sim:router/ubiquiti?pause=20s");
        ServeResult result = bench.Run(ServeBench.Serve("ubiquiti-tftp", image));
        Assert.Equal("recovered", result.Outcome);
        Assert.True(((PutTarget)bench.Device).Flash.Span.SequenceEqual(image));
        Assert.Equal("complete", Assert.Single(bench.Events.OfType<TransferEnded>()).Outcome);
        Assert.Contains(bench.Wires("request"), w => w.Contains("was only slow", StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_that_is_refused_at_the_end_is_said_with_the_devices_own_words()
    {
        using ServeBench bench = new("sim:router/ubiquiti?refuse=Firmware%20check%20failed");
        ServeResult result = bench.Run(ServeBench.Serve("ubiquiti-tftp", ServeBench.Image(100_000)));
        Assert.Equal(("refused", ExitCode.DeviceRefused), (result.Outcome, result.Exit));
        Assert.Contains("check", bench.Problem("put-image-refused").Title, StringComparison.Ordinal);
        Assert.True(((PutTarget)bench.Device).Flash.IsEmpty);
    }

    [Fact]
    public void Any_device_can_be_sent_a_file_when_its_address_is_said()
    {
        using ServeBench bench = new("sim:router/cfe?ip=10.1.2.3");
        ServeOptions options = ServeBench.Serve(null, ServeBench.Image(10_000)) with { Put = s_put with { Address = IPAddress.Parse("10.1.2.3") } };
        ServeResult result = bench.Run(options);
        Assert.NotEqual("failed", result.Outcome);
        Assert.Equal("add 10.1.2.10/24", bench.Network.Changes[0]);
        Assert.Equal("image.bin", ((PutTarget)bench.Device).Name);
    }

    [Fact]
    public void Without_any_address_of_the_device_it_asks_for_one()
    {
        using ServeBench bench = new("sim:router/cfe");
        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve(null, ServeBench.Image(100)) with { Put = s_put }));
        Assert.Equal(("put-address-missing", ExitCode.Usage), (e.Problem.Code, e.ExitCode));
        Assert.Empty(bench.Network.Changes);
    }

    [Fact]
    public void A_home_server_that_takes_no_file_is_told_and_left_alone()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time) { Addresses = ["192.168.1.1"] });
        ScriptedDevice server = (ScriptedDevice)bench.Device;
        server.OnUdp = (from, port, to, _) =>
        {
            if (to == 69)
                server.SendUdp("192.168.1.1", 40_000, from.ToString(), port, 0, 5, 0, 2, (byte)'n', (byte)'o', 0);
        };
        bench.At(1, server.PowerOn);
        ServeResult result = bench.Run(ServeBench.Serve("asus-rescue", ServeBench.Image(10_000)));
        Assert.Equal(("refused", ExitCode.DeviceRefused), (result.Outcome, result.Exit));
        Assert.Contains("ERROR 2 (no)", bench.Problem("put-refused").Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_there_but_does_not_listen_is_told_apart_from_one_that_is_silent()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time) { Addresses = ["192.168.1.1"] }) { Limit = TimeSpan.FromSeconds(60) };
        bench.At(1, bench.Device.PowerOn);
        ServeResult result = bench.Run(ServeBench.Serve("asus-rescue", ServeBench.Image(10_000)));
        Assert.Equal(("failed", ExitCode.Interrupted), (result.Outcome, result.Exit));
        Assert.Single(bench.Problems("put-not-taken"));
        Assert.Empty(bench.Problems("nothing-heard"));
    }

    [Fact]
    public void An_image_that_the_check_refuses_is_not_sent()
    {
        using ServeBench bench = new("sim:router/cfe");
        UnbrickException e = Assert.Throws<UnbrickException>(
            () => bench.Run(ServeBench.Serve("archer-c7-v2", new byte[20 << 20]) with { Put = s_put with { Address = IPAddress.Parse("192.168.0.86") } }));
        Assert.Equal(ExitCode.BadImage, e.ExitCode);
        Assert.Empty(bench.Network.Changes);
    }

    private static string Left(ServeBench bench) => string.Join(", ", bench.Sim.Adapters()[0].Addresses)
        + bench.Sim.FixedNeighbor("sim0", IPAddress.Parse("192.168.11.1"));
}
