using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>A SPI NAND with the program itself: dump, compare, and the refusal to write.</summary>
public sealed class SpiNandTests
{
    private const int Size = 128 << 20, Failed = 1, Refused = 4;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_NAND_with_bad_blocks_is_dumped_compared_and_not_written()
    {
        using Scratch scratch = new();
        byte[] content = new byte[Size];
        content.AsSpan().Fill(0xFF);
        new Random(4).NextBytes(content.AsSpan(0, 8 << 20));
        string image = scratch.Serve("nand.bin", content), dump = scratch.Beside("dump.bin");
        string chip = $"fault:flip=200ppb,lost=90000+40,seed=2:sim:spi/GD5F1GQ4UExxG?image={image}&bad=12,700&flips=70x3";

        Ended read = await RunAsync("backup", chip, "-o", dump, "--json");

        Assert.True(read.ExitCode == 0, read.ToString());
        JsonElement result = Result(read);
        Assert.Equal([12, 700], result.GetProperty("bad_blocks").EnumerateArray().Select(b => b.GetInt32()));
        Assert.Equal((65_536 - 128 - 1, 1, 0), (Pages(result, "clean"), Pages(result, "corrected"), Pages(result, "failed")));
        content.AsSpan(12 * (Size / 1024), Size / 1024).Clear();
        content.AsSpan(700 * (Size / 1024), Size / 1024).Clear();
        byte[] dumped = await File.ReadAllBytesAsync(dump, TestContext.Current.CancellationToken);
        Assert.True(content.AsSpan().SequenceEqual(dumped), "the dump is not the chip");

        Ended verify = await RunAsync("verify", chip, dump);
        Assert.True(verify.ExitCode == 0, verify.ToString());
        Ended write = await RunAsync("write", chip, dump, "--yes", "--json");
        Assert.Equal((Refused, "spi-nand-read-only"), (write.ExitCode, Result(write).GetProperty("diagnosis")[0].GetProperty("code").GetString()));
        Ended worn = await RunAsync("backup", $"sim:spi/W25N01GV?image={image}&flips=70x2", "--json");
        Assert.Equal((Failed, "spi-nand-uncorrected"), (worn.ExitCode, Result(worn).GetProperty("diagnosis")[0].GetProperty("code").GetString()));
        Assert.Equal(70 * 2048, Result(worn).GetProperty("ecc").GetProperty("failed_at")[0].GetInt32());

        Task<Ended> RunAsync(string command, string address, params string[] words) =>
            Peer.RunAsync([Paths.Unbrick, "spi", command, "-p", address, .. words], s_limit, scratch.Environment);
    }

    private static JsonElement Result(Ended ended) => JsonElement.Parse(ended.Output.Trim().Split('\n')[^1]);

    private static int Pages(JsonElement result, string name) => result.GetProperty("ecc").GetProperty(name).GetInt32();
}
