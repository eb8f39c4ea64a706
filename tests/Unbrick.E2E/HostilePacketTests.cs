using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>The odd and hostile packets of lab/net/cases.json, each sent to the running program.</summary>
public sealed class HostilePacketTests
{
    [Theory]
    [InlineData("tftp")]
    [InlineData("dhcp")]
    public async Task Every_odd_packet_is_answered_as_it_should_and_the_server_lives_on(string protocol)
    {
        Needs.Namespaces("python3");
        using Scratch scratch = new();
        string report = scratch.Beside("cases.json");

        Ended ended = await Peer.RunAsync(
            ["python3", Paths.LabScript("run-cases.py"), "--proto", protocol, "--out", report, "--", .. UnbrickCommand.ServeInLab],
            TimeSpan.FromMinutes(4),
            scratch.Environment);

        Assert.True(File.Exists(report), ended.ToString());
        using JsonDocument cases = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
        JsonElement[] results = [.. cases.RootElement.GetProperty("results").EnumerateArray()];
        Assert.True(results.Length > 20, ended.ToString());
        Assert.All(results, item => Assert.True(item.GetProperty("ok").GetBoolean(), item.GetRawText()));
    }
}
