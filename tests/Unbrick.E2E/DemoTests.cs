using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>The demo needs no device, no rights and no network.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_stalling_archer_is_recovered()
    {
        using Scratch scratch = new();

        Ended ended = await Peer.RunAsync([Paths.Unbrick, "demo", "archer-c7-stall", "--speed", "fast"], s_limit, scratch.Environment);

        Assert.True(ended.ExitCode == 0, ended.ToString());
    }

    [Fact]
    public async Task Scripts_get_one_result_and_it_is_the_last_line()
    {
        using Scratch scratch = new();

        Ended ended = await Peer.RunAsync(
            [Paths.Unbrick, "demo", "archer-c7-stall", "--speed", "fast", "--json"], s_limit, scratch.Environment);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonElement[] lines = JsonLines.Parse(ended.Output);
        Assert.Single(lines, line => line.Is("result"));
        Assert.Equal("recovered", lines[^1].Text("outcome"));
    }
}
