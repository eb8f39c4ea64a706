using System.Text.Json;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery.Evidence;

public sealed class VerdictTableTests
{
    [Theory]
    [InlineData("verdicts")]
    [InlineData("firmware-signs")]
    public void The_file_is_as_its_schema_says(string name)
    {
        using JsonDocument json = DataFiles.Json($"data/{name}.json");
        Assert.Empty(DataFiles.Schema(name).Check(json.RootElement));
    }

    [Fact]
    public void Every_code_has_a_page_stands_once_and_explains_only_what_comes_after_it()
    {
        using JsonDocument json = DataFiles.Json("data/verdicts.json");
        string[] codes = [.. json.RootElement.GetProperty("verdicts").EnumerateArray().Select(v => v.GetProperty("code").GetString()!)];

        Assert.Equal(codes.Distinct(), codes);
        Assert.All(codes, code => Assert.Contains(code, ProblemCatalogue.Codes));
        foreach (JsonElement verdict in json.RootElement.GetProperty("verdicts").EnumerateArray())
        {
            if (!verdict.TryGetProperty("explains", out JsonElement effects))
                continue;
            string cause = verdict.GetProperty("code").GetString()!;
            Assert.All(effects.EnumerateArray(), e => Assert.True(VerdictTable.RankOf(cause) < VerdictTable.RankOf(e.GetString()!), $"{cause} explains {e}"));
        }
    }

    [Fact]
    public void A_cause_is_likelier_the_nearer_to_certain_its_evidence_is_and_a_code_outside_the_table_is_last()
    {
        Assert.True(VerdictTable.RankOf("no-carrier") < VerdictTable.RankOf("nothing-heard"));
        Assert.InRange(VerdictTable.LikelihoodOf("firewall")!.Value, 0.9, 1);
        Assert.Equal((int.MaxValue, null), (VerdictTable.RankOf("internal"), VerdictTable.LikelihoodOf("internal")));
    }
}
