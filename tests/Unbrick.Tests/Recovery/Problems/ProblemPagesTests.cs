using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Unbrick.Core.Problems;
using Unbrick.Formats;
using Unbrick.Recovery;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery.Problems;

public sealed partial class ProblemPagesTests
{
    private static readonly JsonSchema s_schema = DataFiles.Schema("problem");

    private static FieldInfo[] Constants => typeof(ProblemCode).GetFields(BindingFlags.Public | BindingFlags.Static);

    /// <summary>What can be wrong with a file: said by the formats and by the check against a device.</summary>
    private static IEnumerable<FieldInfo> FileCodes =>
        new[] { typeof(FlawCode), typeof(CheckCode) }.SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static));

    public static TheoryData<string> Codes => [.. ProblemCatalogue.Codes];

    [Fact]
    public void Every_constant_has_a_page_and_every_page_a_constant()
    {
        Assert.NotEmpty(Constants);
        Assert.Equal(Constants.Concat(FileCodes).Select(Code).Distinct().Order(StringComparer.Ordinal), ProblemCatalogue.Codes);
    }

    [Fact]
    public void A_constant_is_named_like_its_code() => Assert.All(
        Constants, field => Assert.Equal(Code(field).Replace("-", "", StringComparison.Ordinal), field.Name, ignoreCase: true));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_keeps_to_the_schema_and_is_named_after_its_code(string code)
    {
        using JsonDocument page = DataFiles.Json($"data/problems/{code}.json");

        Assert.Empty(s_schema.Check(page.RootElement));
        Assert.Equal(code, page.RootElement.GetProperty("code").GetString());
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_names_in_the_texts_are_those_listed_under_values(string code)
    {
        using JsonDocument page = DataFiles.Json($"data/problems/{code}.json");
        JsonElement root = page.RootElement;
        string texts = root.GetProperty("title").GetString() + root.GetProperty("means").GetString() + root.GetProperty("try").GetRawText();

        Assert.Equal(
            root.GetProperty("values").EnumerateObject().Select(value => value.Name).Order(StringComparer.Ordinal),
            OpenName().Matches(texts).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_filled_message_has_no_open_name_left_and_says_seen_means_try(string code)
    {
        using JsonDocument page = DataFiles.Json($"data/problems/{code}.json");
        (string, string)[] values = [.. page.RootElement.GetProperty("values").EnumerateObject().Select(value => (value.Name, "XX"))];

        Problem problem = ProblemCatalogue.Create(code, ["3 packets"], values);

        Assert.All([problem.Title, problem.Means, .. problem.Try], text => Assert.DoesNotMatch("[{}]", text));
        Assert.Equal(["3 packets"], problem.Seen);
        Assert.Matches("^([A-Z0-9\"]|unbrick ).*[.?]$", problem.Means);
        Assert.NotEmpty(problem.Try);
        Assert.All(problem.Try, step => Assert.Matches("^([A-Z\"]|macOS )", step));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_page_for_explain_has_no_open_name_either(string code)
    {
        Assert.True(ProblemCatalogue.TryGetPage(code, out ProblemPage? page));
        Assert.All([page.Title, page.Means, .. page.Try, .. page.Page], text => Assert.DoesNotMatch("[{}]", text));
        // Each paragraph ends like a sentence, or with a command.
        Assert.All(page.Page, paragraph => Assert.Matches("^([A-Z\"]|unbrick |setcap ).*([.?]|: [a-z-].*[0-9a-z])$", paragraph));
    }

    [Fact]
    public void Nobody_is_told_to_run_it_as_root()
    {
        foreach (string code in ProblemCatalogue.Codes)
        {
            string page = Encoding.UTF8.GetString(EmbeddedData.Read($"data/problems/{code}.json")!);
            Assert.DoesNotContain("as root", page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Missing_rights_come_with_the_exact_commands()
    {
        Problem problem = ProblemCatalogue.Create(ProblemCode.NotPermitted, ["EACCES"], ("what", "open UDP port 69"));

        Assert.Contains(problem.Try, step => step.Contains("setcap cap_net_bind_service,cap_net_raw,cap_net_admin+ep \""));
        Assert.Contains(problem.Try, step => step.EndsWith("sysctl net.ipv4.ip_unprivileged_port_start=67", StringComparison.Ordinal));
    }

    private static string Code(FieldInfo constant) => (string)constant.GetRawConstantValue()!;

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex OpenName();
}
