using System.Text.Json;
using Unbrick.E2E.Lab;
using Unbrick.E2E.Native;

namespace Unbrick.E2E;

/// <summary><c>serve --put</c> and TFTP servers that nobody here wrote, in the place of a device that takes its file.</summary>
[Collection(Alone.Name)]
public sealed class PutTests
{
    private const int Size = 1_000_003;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    /// <summary>Whole numbers of blocks end with an empty one.</summary>
    [Theory]
    [InlineData("tftpd-hpa", Size, 0)]
    [InlineData("tftpd-hpa", 0x2_0000, 0)]
    [InlineData("tftpd-hpa", Size, 5)]
    [InlineData("atftpd", Size, 0)]
    [InlineData("atftpd", 0x2_0000, 0)]
    [InlineData("atftpd", 300_000, 5)] // when both of its ACKs for a block are lost it is deaf for 5 s
    public async Task A_file_arrives_whole(string peer, int size, int lossPercent)
    {
        Needs.Namespaces("nft");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        string image = MakeImage(scratch, size);
        await using Peer device = TftpPeer.Start(cable, scratch, peer);
        if (lossPercent > 0)
        {
            await Neighbors.LoseAsync(cable.Server, lossPercent);
            await Neighbors.LoseAsync(cable.Device, lossPercent);
        }

        Ended ended = await cable.Server.RunAsync(Put(image, "--watch", "1"), s_limit, scratch.Environment);

        Assert.True(ended.ExitCode == 0, ended + device.Errors);
        await AssertSameAsync(image, scratch);
        JsonElement[] lines = JsonLines.Parse(ended.Output);
        string?[] outcomes = [.. lines.Where(l => l.Is("transfer")).Select(l => l.Text("outcome"))];
        // The answer to the last block can be lost like any other, and nobody repeats that one.
        Assert.Contains(outcomes[^1], lossPercent > 0 ? (string[])["complete", "probably-complete"] : ["complete"]);
        Assert.True(outcomes.Length == 1 || lossPercent > 0, ended.Output);
        if (lossPercent > 0)
            Assert.Contains("line-loss", UnbrickCommand.ProblemCodes(ended.Output));
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    /// <summary>A boot loader that is not there yet: until then the kernel says "port unreachable" to every request.</summary>
    [Fact]
    public async Task The_window_opens_three_seconds_later()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        string image = MakeImage(scratch, Size);
        await using Peer server = cable.Server.Start(Put(image, "--watch", "1"), scratch.Environment);

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.False(server.HasExited, server.Output);
        await using Peer device = TftpPeer.Start(cable, scratch, "tftpd-hpa");
        Ended ended = await server.EndAsync(s_limit);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        await AssertSameAsync(image, scratch);
        int requests = JsonLines.Parse(ended.Output).Where(l => l.Is("wire") && l.Text("what") == "request")
            .Select(l => int.Parse(l.Text("text")!.Split("request ")[1].TrimEnd(')'), null)).Single();
        Assert.InRange(requests, 8, 80); // four times a second; under load the program itself takes a second or two to come up
    }

    [Theory]
    [InlineData("dnsmasq", "put-refused", 7)]      // reads only
    [InlineData("tftpd-hpa-read", "put-refused", 7)] // takes files only in the place of others
    [InlineData("atftpd-read", "device-error", 7)] // says ACK 0 first
    public async Task A_server_that_takes_no_files_is_told_and_left_alone(string peer, string code, int exitCode)
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        string image = MakeImage(scratch, 3000);
        await using Peer device = TftpPeer.Start(cable, scratch, peer);

        Ended ended = await cable.Server.RunAsync(Put(image), s_limit, scratch.Environment);

        Assert.True(ended.ExitCode == exitCode, $"{ended}\n{device.Output}\n{device.Errors}");
        Assert.Contains(code, UnbrickCommand.ProblemCodes(ended.Output));
        Assert.Equal("refused", JsonLines.Parse(ended.Output)[^1].Text("outcome"));
        Assert.Empty(scratch.Served());
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    /// <summary>As Buffalo's boot loader: it answers no ARP request, and a fixed neighbour of the real kernel reaches it.</summary>
    [Fact]
    public async Task A_device_without_ARP_is_reached_and_a_killed_run_leaves_nothing_for_long()
    {
        Needs.Namespaces("nft");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        string image = MakeImage(scratch, 8 << 20), mac = await Neighbors.MacAsync(cable.Device);
        await Neighbors.SilenceAsync(cable.Device, Cable.ServerAddress, await Neighbors.MacAsync(cable.Server));
        await using Peer device = TftpPeer.Start(cable, scratch, "tftpd-hpa");
        string[] command = Put(image, "--watch", "1", "--device-mac", mac, "--address", Cable.ServerAddress + "/24");

        await using (Peer killed = cable.Server.Start(command, scratch.Environment))
        {
            while (!killed.Output.Contains("\"type\":\"progress\"", StringComparison.Ordinal))
            {
                Assert.False(killed.HasExited, killed.Output + killed.Errors);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
            }
            killed.Send(Signal.Kill);
            await killed.EndAsync(s_limit);
        }
        string[] addresses = await cable.Server.AddressesAsync(Cable.Adapter), neighbors = await Neighbors.FixedAsync(cable.Server);
        Ended ended = await cable.Server.RunAsync(command, s_limit, scratch.Environment);

        Assert.Equal([Cable.ServerAddress + "/24"], addresses);
        Assert.Equal([$"{Cable.DeviceAddress} {mac}"], neighbors);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Equal(2, JsonLines.Parse(ended.Output).Count(l => l.Is("problem") && l.GetProperty("problem").Text("code") == "leftover-removed"));
        await AssertSameAsync(image, scratch);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
        Assert.Empty(await Neighbors.FixedAsync(cable.Server));
    }

    [Fact]
    public async Task Another_neighbour_that_the_user_fixed_stays_and_is_told()
    {
        Needs.Namespaces();
        const string other = "02:00:00:00:00:99";
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        await cable.Server.ConfigureAsync("neigh", "replace", Cable.DeviceAddress, "lladdr", other, "dev", Cable.Adapter, "nud", "permanent");
        await using Peer server = cable.Server.Start(Put(MakeImage(scratch, 3000), "--device-mac", "02:00:00:00:00:01"), scratch.Environment);

        while (!server.Output.Contains("put-neighbor-missing", StringComparison.Ordinal))
        {
            Assert.False(server.HasExited, server.Output + server.Errors);
            await Task.Delay(TimeSpan.FromMilliseconds(25), TestContext.Current.CancellationToken);
        }
        server.Send(Signal.Interrupt);
        Ended ended = await server.EndAsync(s_limit);

        Assert.Equal(130, ended.ExitCode);
        Assert.Equal([$"{Cable.DeviceAddress} {other}"], await Neighbors.FixedAsync(cable.Server));
    }

    private static string[] Put(string image, params string[] more) =>
        [Paths.Unbrick, "serve", image, "--interface", Cable.Adapter, "--json", .. more, "--put", Cable.DeviceAddress];

    /// <summary>Beside the folder that the device keeps its files in.</summary>
    private static string MakeImage(Scratch scratch, int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        string path = scratch.Beside("firmware.bin");
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>The peers write their last block after they have acknowledged it.</summary>
    private static async Task AssertSameAsync(string image, Scratch scratch)
    {
        byte[] sent = await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken), got = [];
        for (int i = 0; i < 100; i++)
        {
            got = await File.ReadAllBytesAsync(Path.Combine(scratch.Root, "firmware.bin"), TestContext.Current.CancellationToken);
            if (got.Length == sent.Length)
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
        Assert.True(got.AsSpan().SequenceEqual(sent), $"{got.Length:N0} other bytes arrived, {sent.Length:N0} were sent");
    }
}
