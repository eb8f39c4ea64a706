using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>A real U-Boot on a serial line does a whole job; environment, memory, flash and dump are checked from outside (bench/serial).</summary>
public sealed class BootLoaderTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(280);

    [Theory]
    [InlineData("qemu_arm")]
    [InlineData("maltael")]
    public async Task A_job_is_carried_out_on_a_line_that_loses_bytes(string board)
    {
        Needs.UBoot(board);
        using Scratch scratch = new();
        string lab = Path.Combine(Paths.Repository, "bench", "serial", "uboot_serial.py");
        string[] command = ["python3", lab, "accept", "--board", board, "--drop", "0.001", "--timeout", "240", "--", Paths.Unbrick, "console", "--job", "{job}"];

        Ended ended = await Peer.RunAsync(command, s_limit, scratch.Environment);

        JsonElement result = JsonDocument.Parse(ended.Output.Split('\n').Last(line => line.StartsWith("{\"board\"", StringComparison.Ordinal))).RootElement;
        Assert.True(result.GetProperty("passed").GetBoolean(), ended.ToString());
    }
}
