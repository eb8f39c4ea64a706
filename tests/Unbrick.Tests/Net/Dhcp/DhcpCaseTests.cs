using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed partial class DhcpCaseTests
{
    private static readonly JsonElement[] s_cases = Load();

    public static TheoryData<string> Ids() => [.. s_cases.Select(Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_hostile_or_odd_packet_ends_as_its_case_says(string id) => Play(new DhcpBench(), s_cases.Single(one => Id(one) == id));

    /// <summary>As the lab does it: one server, one client, one transaction id, and never a REQUEST to any OFFER.</summary>
    [Fact]
    public void All_cases_end_as_they_say_one_after_the_other_on_one_server()
    {
        DhcpBench bench = new();
        for (int round = 0; round < 3; round++)
        {
            foreach (JsonElement one in s_cases)
            {
                Play(bench, one);
                bench.Wait(1.3);
            }
        }
    }

    private static void Play(DhcpBench bench, JsonElement one)
    {
        List<string> replies = [];
        foreach (JsonElement step in one.GetProperty("steps").EnumerateArray())
        {
            if (bench.Hear(Bytes(step.GetProperty("hex").GetString()!)) is { } reply)
                replies.Add(reply.Kind);
            bench.Wait(step.TryGetProperty("wait_ms", out JsonElement wait) ? wait.GetInt32() / 1e3 : 0.3);
        }
        string[] allowed = [.. one.GetProperty("reply").EnumerateArray().Select(kind => kind.GetString()!)];
        Assert.Contains(replies.FirstOrDefault("none"), allowed);
        if (one.TryGetProperty("max_packets", out JsonElement most))
            Assert.InRange(replies.Count, 0, most.GetInt32());

        ServerReply? alive = bench.Hear(ClientPacket.Discover(ClientPacket.MacOf(0xddeeff), 0x77000000));
        Assert.Equal("offer", alive?.Kind);
    }

    [Fact]
    public void Two_DISCOVERs_50_ms_apart_are_offered_the_same_address()
    {
        DhcpBench bench = new();
        byte[][] steps = [.. s_cases.Single(one => Id(one) == "d46").GetProperty("steps").EnumerateArray()
            .Select(step => Bytes(step.GetProperty("hex").GetString()!))];
        string? first = bench.Hear(steps[0])?.YourAddress;
        bench.Wait(0.05);
        Assert.Equal("192.168.79.100", first);
        Assert.Equal(first, bench.Hear(steps[1])?.YourAddress);
    }

    [Fact]
    public void A_name_full_of_escapes_reaches_the_report_harmless()
    {
        DhcpBench bench = new();
        bench.Hear(Bytes(s_cases.Single(one => Id(one) == "d27").GetProperty("steps")[0].GetProperty("hex").GetString()!));
        DhcpReport report = bench.Reports[0];
        Assert.StartsWith(@"%n\x1b[2J\x0d\x0a", report.VendorClass, StringComparison.Ordinal);
        Assert.InRange(report.VendorClass!.Length, 1, 100);
    }

    [GeneratedRegex(@"\((\d+)\)")]
    private static partial Regex Zeros();

    private static string Id(JsonElement one) => one.GetProperty("id").GetString()!;

    private static byte[] Bytes(string text) =>
        Convert.FromHexString(Zeros().Replace(
            text, match => new string('0', 2 * int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))));

    private static JsonElement[] Load()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Unbrick.slnx")))
            root = root.Parent;
        string path = Path.Combine(root!.FullName, "tests", "Unbrick.Tests", "Net", "Dhcp", "dhcp-cases.json");
        return [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases").EnumerateArray()];
    }
}
