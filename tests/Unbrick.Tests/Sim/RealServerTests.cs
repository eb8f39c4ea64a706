using System.Net;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Sim;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

/// <summary>The server that is shipped against the loaders that are simulated, over lines as bad as in the threads.</summary>
public sealed class RealServerTests
{
    private static readonly byte[] s_file = MakeFile(13_370_296);

    [Theory]
    [InlineData("uboot-1.1", "loss=0.1%,seed=1")]
    [InlineData("uboot-1.1", "loss=1%,dup=1%,seed=2")]
    [InlineData("uboot-1.1", "loss=3%,reorder=1%,delay=1ms,seed=3")]
    [InlineData("uboot-2018", "loss=1%,seed=4")]
    [InlineData("uboot-2022", "loss=1%,dup=1%,seed=5")]
    [InlineData("uboot-2022", "loss=5%,reorder=1%,seed=6")]
    public void With_healing_the_file_arrives_at_the_first_try(string loader, string faults)
    {
        (UBootRouter router, TransferReport? report) = Transfer(loader, faults, heal: true);
        Assert.True(router.Finished, $"{router.Loader.Timeouts} time-outs, {router.Loader.Restarts} restarts");
        Assert.Equal(0, router.Loader.Restarts);
        Assert.True(router.Loader.Received.Span.SequenceEqual(s_file));
        Assert.False(router.Loader.Corrupted);
        Assert.InRange(router.Loader.MostTimeoutsInOneTry, 0, 5);
        Assert.Equal(TransferOutcome.Complete, report?.Outcome);
    }

    [Fact]
    public void Without_healing_the_legacy_loader_uses_up_its_lives_as_in_thread_000()
    {
        (UBootRouter router, _) = Transfer("uboot-1.1", "loss=0.2%,seed=1", heal: false);
        Assert.Equal(1, router.Loader.Restarts);
        Assert.Equal(11, router.Loader.MostTimeoutsInOneTry);
        Assert.InRange(router.Loader.BlocksStored, 500, 26_000);
    }

    private static (UBootRouter Router, TransferReport? Report) Transfer(string loader, string faults, bool heal)
    {
        UBootTftpOptions tftp = loader switch
        {
            "uboot-1.1" => UBootTftpOptions.UBoot11,
            "uboot-2018" => UBootTftpOptions.UBoot2018,
            _ => UBootTftpOptions.UBoot2022,
        };
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        UBootRouter router = new(time, new UBootRouterOptions { Tftp = tftp, OwnIp = LoaderBench.DeviceIp, File = "f", Seed = 9 });
        SimNetworkHost host = new(time, router, CableFaultsParser.Parse(faults));
        host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        using INetworkStack stack = host.OpenStack();
        TransferReport? ended = null;
        TftpServer server = new(new OneFile(), new TftpServerOptions { Heal = heal });
        using TftpHost tftpHost = new(
            stack, server, new TftpListen(69, IPAddress.Any), _ => 1500, report => ended = (report as TftpReport.Ended)?.Transfer ?? ended);
        router.PowerOn();
        TimeSpan end = TimeSpan.FromMinutes(30);
        while (stack.Now < end && (!router.Finished || ended is null) && router.Loader.Restarts == 0 && !router.GaveUp)
        {
            TimeSpan wait = new[] { tftpHost.NextDue, end, stack.Now + TimeSpan.FromSeconds(1) }.Min() - stack.Now;
            stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            tftpHost.Tick();
        }
        return (router, ended);
    }

    private static byte[] MakeFile(int length)
    {
        byte[] file = new byte[length];
        new Random(1).NextBytes(file);
        return file;
    }

    private sealed class OneFile : ITftpCatalog
    {
        public TftpAnswer Find(TftpRequest request, IPEndPoint peer) => new TftpAnswer.Serve("f", s_file);
    }
}
