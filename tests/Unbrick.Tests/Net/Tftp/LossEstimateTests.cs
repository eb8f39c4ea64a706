using System.Net;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;
using Unbrick.Tests.Sim;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>What the server says about the cable and the loader, beside what the simulation knows.</summary>
public sealed class LossEstimateTests
{
    private static readonly byte[] s_content = OneFileCatalog.Content(4_000_000);

    [Theory]
    [InlineData("legacy", 0.03, 0)]
    [InlineData("legacy", 0, 0.03)]
    [InlineData("legacy", 0.04, 0.01)]
    [InlineData("strict", 0.03, 0)]
    [InlineData("strict", 0, 0.03)]
    [InlineData("strict", 0.04, 0.01)]
    public void Of_a_loader_it_is_known_which_direction_loses_and_about_how_much(string loader, double down, double up)
    {
        UBootTftpOptions options = loader == "legacy" ? UBootTftpOptions.UBoot11 : UBootTftpOptions.UBoot2022;
        (UBootRouter router, TransferReport report) = Load(options, down, up);
        Assert.Equal(loader == "legacy" ? LoaderKind.UBootLegacy : LoaderKind.UBootStrict, report.Loader);
        Assert.Equal(TransferOutcome.Complete, report.Outcome);
        AssertNear(down, report.Loss.ToDevice);
        AssertNear(up, report.Loss.FromDevice);
        Assert.Equal(10 - router.Loader.MostTimeoutsInOneTry, report.LivesLeft);
    }

    [Fact]
    public void Over_a_good_cable_there_is_no_loss_and_nothing_is_sent_twice()
    {
        (_, TransferReport report) = Load(UBootTftpOptions.UBoot11, 0, 0);
        Assert.Equal((0.0, 0.0, 0, 10), (report.Loss.ToDevice, report.Loss.FromDevice, report.Resent, report.LivesLeft));
        Assert.Equal(LoaderKind.Unknown, report.Loader);
    }

    [Theory]
    [InlineData(0.03, 0)]
    [InlineData(0, 0.03)]
    [InlineData(0.04, 0.01)]
    public void Of_an_RFC_client_it_is_known_too(double down, double up)
    {
        RfcClient client = new(512, 1, RfcClientHabits.None);
        TransferReport report = new TftpLine(client, s_content, new TftpLineFaults(down, up), 5).Run(TimeSpan.FromHours(1)).Ended!;
        Assert.Equal(LoaderKind.Rfc, report.Loader);
        AssertNear(down, report.Loss.ToDevice);
        AssertNear(up, report.Loss.FromDevice);
        Assert.Null(report.LivesLeft);
    }

    /// <summary>A stall of 12 s is two time-outs of five seconds, and none of them is given back before the next wrap.</summary>
    [Fact]
    public void A_stall_costs_lives_while_it_lasts_and_afterwards()
    {
        TftpBench bench = new(40 * 512);
        bench.Ask("RRQ f octet timeout 5");
        bench.Take(0, 3);
        Assert.Equal(10, bench.Report().LivesLeft);
        bench.Pass(12_000);
        Assert.Equal(8, bench.Report().LivesLeft);
        bench.Hear("ACK 4");
        bench.Pass(4900);
        bench.Hear("ACK 5");
        Assert.Equal(8, bench.Report().LivesLeft);
        bench.Pass(60_000);
        Assert.Equal(0, bench.Report().LivesLeft);
    }

    [Fact]
    public void The_lives_are_counted_by_the_clients_own_timeout()
    {
        TftpBench bench = new(40 * 512);
        bench.Ask("RRQ f octet timeout 2", 1500);
        bench.Hear("ACK 0", 1500);
        bench.Pass(7000);
        Assert.Equal(7, bench.Report().LivesLeft);
    }

    /// <summary>More than 65,535 blocks over a line that loses; one of the loaders counts each block 0 as 65,536 blocks more.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void A_wrap_on_a_bad_line_shifts_nothing(bool strict, int seed)
    {
        byte[] content = OneFileCatalog.Content(65_700 * 8);
        UBootTftpOptions loader = (strict ? UBootTftpOptions.UBoot2022 : UBootTftpOptions.UBoot13) with { AskedBlockSize = 8 };
        (UBootRouter router, TransferReport report) = Load(loader, 0.01, 0.01, content, (ulong)seed);
        Assert.True(router.Loader.Received.Span.SequenceEqual(content));
        Assert.Equal((0, TransferOutcome.Complete, false), (router.Loader.Restarts, report.Outcome, report.BlockZeroResent));
    }

    /// <summary>Before the client's kind is known a loss counts as a half each way: a third, and half a percent, off.</summary>
    private static void AssertNear(double loss, double estimate) => Assert.InRange(estimate, loss * 0.67 - 0.001, loss * 1.33 + 0.005);

    private static (UBootRouter Router, TransferReport Report) Load(
        UBootTftpOptions loader, double down, double up, byte[]? content = null, ulong seed = 3)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        UBootRouter router = new(time, new UBootRouterOptions { Tftp = loader, OwnIp = LoaderBench.DeviceIp, File = "f", Seed = seed });
        SimNetworkHost host = new(time, router, new CableFaults { LossDown = down, LossUp = up, Seed = seed });
        host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        using INetworkStack stack = host.OpenStack();
        TransferReport? ended = null;
        TftpServer server = new(new OneFileCatalog(content ?? s_content), new TftpServerOptions());
        using TftpHost tftp = new(
            stack, server, new TftpListen(69, IPAddress.Any), _ => 1500,
            report => ended = (report as TftpReport.Ended)?.Transfer ?? ended);
        router.PowerOn();
        while (ended is null && stack.Now < TimeSpan.FromHours(1))
        {
            TimeSpan wait = tftp.NextDue - stack.Now;
            stack.Poll(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1));
            tftp.Tick();
        }
        return (router, ended!);
    }
}
