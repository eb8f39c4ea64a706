using Unbrick.Net.Host;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

/// <summary>Whole transfers of the file of thread 002 (13,370,296 bytes, 26,114 blocks) over lines that lose a little.</summary>
public sealed class LossyTransferTests
{
    private static readonly byte[] s_file = MakeFile(13_370_296);
    private static readonly TimeSpan s_fiveSeconds = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(30);

    [Fact]
    public void Over_a_good_cable_the_file_arrives_byte_for_byte_at_a_believable_rate()
    {
        (UBootRouter router, VirtualTime time) = Transfer(UBootTftpOptions.UBoot11, "seed=1", s_quick, Resend.Same);
        Assert.True(router.Loader.Received.Span.SequenceEqual(s_file));
        Assert.False(router.Loader.Corrupted);
        Assert.Equal(26_114, router.Loader.BlocksStored);
        Assert.InRange(time.Elapsed.TotalSeconds, 8, 20);
    }

    [Fact]
    public void A_server_with_a_5_s_timer_kills_the_legacy_loader_at_a_tenth_of_a_percent_with_most_seeds()
    {
        int died = 0;
        for (int seed = 1; seed <= 9; seed++)
        {
            (UBootRouter router, _) = Transfer(UBootTftpOptions.UBoot11, $"loss=0.1%,seed={seed}", s_fiveSeconds, Resend.Same);
            died += router.Loader.Restarts > 0 ? 1 : 0;
        }
        Assert.InRange(died, 5, 9);
    }

    [Fact]
    public void A_quick_timer_alone_does_not_help_because_a_lost_ack_still_costs_a_life()
    {
        (UBootRouter router, _) = Transfer(UBootTftpOptions.UBoot11, "loss=0,loss-up=0.1%,seed=3", s_quick, Resend.Same);
        Assert.Equal(11, router.Loader.MostTimeoutsInOneTry);
        Assert.Equal(1, router.Loader.Restarts);
    }

    [Fact]
    public void The_block_before_and_the_block_heal_a_legacy_loader_even_at_one_percent_each_way()
    {
        (UBootRouter router, _) = Transfer(UBootTftpOptions.UBoot11, "loss=1%,seed=3", s_quick, Resend.PreviousThenSame);
        Assert.True(router.Finished);
        Assert.Equal(0, router.Loader.Timeouts);
        Assert.True(router.Loader.Received.Span.SequenceEqual(s_file));
    }

    [Fact]
    public void The_block_and_the_next_one_heal_a_strict_loader()
    {
        (UBootRouter router, _) = Transfer(UBootTftpOptions.UBoot2022, "loss=1%,seed=3", s_quick, Resend.SameAndNext);
        Assert.True(router.Finished);
        Assert.True(router.Loader.Received.Span.SequenceEqual(s_file));
        Assert.InRange(router.Loader.Timeouts, 0, 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_story_to_the_tick()
    {
        const string Faults = "loss=0.1%,dup=1%,reorder=1%,seed=5";
        (UBootRouter first, VirtualTime firstTime) = Transfer(UBootTftpOptions.UBoot11, Faults, s_quick, Resend.Same);
        (UBootRouter second, VirtualTime secondTime) = Transfer(UBootTftpOptions.UBoot11, Faults, s_quick, Resend.Same);
        Assert.Equal(firstTime.Elapsed, secondTime.Elapsed);
        Assert.Equal(first.Loader.BlocksIgnored, second.Loader.BlocksIgnored);
        Assert.True(first.Loader.BlocksIgnored > 0);
    }

    private static (UBootRouter Router, VirtualTime Time) Transfer(UBootTftpOptions tftp, string faults, TimeSpan timeout, Resend resend)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        UBootRouter router = new(time, new UBootRouterOptions { Tftp = tftp, OwnIp = LoaderBench.DeviceIp, File = "f", Seed = 9 });
        SimNetworkHost host = new(time, router, CableFaultsParser.Parse(faults));
        host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        using NaiveTftpServer server = new(host, s_file, timeout, resend, options: tftp.AskedBlockSize is not null);
        router.PowerOn();
        server.Run(() => router.Finished || router.GaveUp || router.Loader.Restarts > 0, TimeSpan.FromMinutes(30));
        return (router, time);
    }

    private static byte[] MakeFile(int length)
    {
        byte[] file = new byte[length];
        new Random(1).NextBytes(file);
        return file;
    }
}
