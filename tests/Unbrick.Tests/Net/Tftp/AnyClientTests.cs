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

/// <summary>Whatever client, whatever line: what arrives is the file, and the server knows that it did.</summary>
public sealed class AnyClientTests
{
    private static readonly int[] s_blockSizes = [8, 512, 1024, 1428, 1468];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void An_RFC_client_gets_the_file_over_any_line(int batch)
    {
        for (int seed = batch * 1000; seed < batch * 1000 + 60; seed++)
        {
            Random random = new(seed);
            int block = s_blockSizes[random.Next(s_blockSizes.Length)], window = random.Next(3) == 0 ? 1 : random.Next(2, 70);
            RfcClientHabits habits = (RfcClientHabits)random.Next(4);
            byte[] content = OneFileCatalog.Content(SizeAroundAnEdge(random, block));
            TftpLineFaults faults = new(
                random.NextDouble() / 5, random.NextDouble() / 5, random.NextDouble() / 10, random.NextDouble() / 10,
                Delay: 0.5 + 5 * random.Next(3));
            RfcClient client = new(block, window, habits);
            TftpLine line = new TftpLine(client, content, faults, seed).Run(TimeSpan.FromMinutes(5));
            string what = $"seed {seed}: blksize {block}, window {window}, {habits}, {content.Length} bytes, {faults}";
            Assert.True(client.Finished, what);
            Assert.True(client.Received.AsSpan().SequenceEqual(content), what);
            AssertSaidSo(line.Ended, what);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_loader_gets_the_file_over_any_line(int batch)
    {
        for (int seed = batch * 1000; seed < batch * 1000 + 25; seed++)
        {
            Random random = new(seed);
            UBootTftpOptions loader = random.Next(5) switch
            {
                0 => UBootTftpOptions.UBoot11,
                1 => UBootTftpOptions.UBoot13,
                2 => UBootTftpOptions.UBoot2018 with { RestartDelay = TimeSpan.FromSeconds(1) },
                3 => UBootTftpOptions.UBoot2022 with { RestartDelay = TimeSpan.FromSeconds(1) },
                _ => UBootTftpOptions.UBoot2022 with { RestartDelay = TimeSpan.FromSeconds(1), WindowSize = random.Next(2, 40) },
            };
            if (loader.AskedBlockSize is not null)
                loader = loader with { AskedBlockSize = s_blockSizes[random.Next(s_blockSizes.Length)] };
            byte[] content = OneFileCatalog.Content(SizeAroundAnEdge(random, loader.AskedBlockSize ?? 512));
            CableFaults faults = new()
            {
                LossDown = random.NextDouble() / 5,
                LossUp = random.NextDouble() / 5,
                Duplication = random.NextDouble() / 20,
                Reordering = random.NextDouble() / 20,
                Seed = (ulong)seed,
            };
            (LoaderRecord record, TransferReport? ended) = Load(loader, content, faults);
            string what = $"seed {seed}: {loader}, {content.Length} bytes, {faults}";
            Assert.True(record.Completed > 0, what);
            Assert.True(record.Received.Span.SequenceEqual(content), what);
            Assert.False(record.Corrupted, what);
            AssertSaidSo(ended, what);
        }
    }

    private static void AssertSaidSo(TransferReport? report, string what) => Assert.True(
        report?.Outcome is TransferOutcome.Complete or TransferOutcome.ProbablyComplete, $"{what}: {report?.Outcome}");

    private static int SizeAroundAnEdge(Random random, int block)
    {
        int blocks = random.Next(4) switch { 0 => 0, 1 => 1, 2 => random.Next(2, 70), _ => random.Next(70, 400) };
        return Math.Max(0, blocks * block + random.Next(-1, 2));
    }

    private static (LoaderRecord Record, TransferReport? Ended) Load(UBootTftpOptions loader, byte[] content, CableFaults faults)
    {
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        UBootRouter router = new(
            time, new UBootRouterOptions { Tftp = loader, OwnIp = LoaderBench.DeviceIp, File = "f", Seed = faults.Seed });
        SimNetworkHost host = new(time, router, faults);
        host.AddAddress(SimNetworkHost.AdapterName, new AdapterAddress(LoaderBench.PcIp, 24));
        using INetworkStack stack = host.OpenStack();
        TransferReport? ended = null;
        using TftpHost tftp = new(
            stack, new TftpServer(new OneFileCatalog(content), new TftpServerOptions()), new TftpListen(69, IPAddress.Any), _ => 1500,
            report => ended = report is TftpReport.Started ? null : (report as TftpReport.Ended)?.Transfer ?? ended);
        router.PowerOn();
        TimeSpan end = TimeSpan.FromHours(1);
        while (stack.Now < end && (router.Loader.Completed == 0 || ended is null))
        {
            TimeSpan wait = new[] { tftp.NextDue, end, stack.Now + TimeSpan.FromSeconds(1) }.Min() - stack.Now;
            stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            tftp.Tick();
        }
        return (router.Loader, ended);
    }
}
