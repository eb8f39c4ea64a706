using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Unbrick.Tests;

/// <summary>
/// Pure formats and pure protocols at the bottom, thin seams to hardware beside them, jobs above, the command line on top. What the pictures
/// say is held here, because nobody looks at pictures in a review.
/// </summary>
public sealed partial class ArchitectureTests
{
    private const int MostLines = 300;
    private const string Printing = @"(?<![\w.""])(System\.)?Console\.\w";
    private const string Clock = @"DateTime(Offset)?\.(UtcNow|Now|Today)|Environment\.TickCount|\bStopwatch\b|Thread\.Sleep";
    private const string Other = @"Environment\.Exit|Random\.Shared|new Random\(\)|RS0030";

    /// <summary>Whom a project may know. A project that is not here has to be thought about first.</summary>
    private static readonly Dictionary<string, string[]> s_mayKnow = new()
    {
        ["Unbrick.Core"] = [],
        ["Unbrick.Formats"] = ["Unbrick.Core"],
        ["Unbrick.Net"] = ["Unbrick.Core"],
        ["Unbrick.Hardware"] = ["Unbrick.Core"],
        ["Unbrick.DevicePack"] = [],
        ["Unbrick.Recovery"] = ["Unbrick.Core", "Unbrick.Formats", "Unbrick.Net", "Unbrick.Hardware", "Unbrick.DevicePack"],
        ["Unbrick.Sim"] = ["Unbrick.Core", "Unbrick.Formats", "Unbrick.Net", "Unbrick.Hardware"],
        ["Unbrick.Web"] = ["Unbrick.Core", "Unbrick.Recovery"],
        ["Unbrick.Cli"] = ["Unbrick.Core", "Unbrick.Formats", "Unbrick.Net", "Unbrick.Hardware", "Unbrick.Recovery", "Unbrick.Sim", "Unbrick.Web"],
    };

    private static readonly Dictionary<string, string[]> s_packages = new() { ["Unbrick.Cli"] = ["System.CommandLine"] };

    /// <summary>Several public classes or interfaces in one file, each with its reason.</summary>
    private static readonly Dictionary<string, string> s_families = new()
    {
        ["src/Unbrick.Net/Host/INetworkStack.cs"] = "a stack hands out its ports and taps; none is of use alone",
        ["src/Unbrick.Net/Tftp/ITftpCatalog.cs"] = "what a TFTP server asks the world: files to give and places for files to take",
    };

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(p => Path.GetFileNameWithoutExtension(p)).Order()];

    public static TheoryData<string> Libraries => [.. Projects.Select(row => row.Data).Where(name => name is not ("Unbrick.Cli" or "Unbrick.Web"))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_those_below_it(string project)
    {
        Assert.True(s_mayKnow.TryGetValue(project, out string[]? allowed), $"{project} is new: where does it belong?");
        string[] known = [.. Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Split('/', '\\')[^1]))];
        Assert.Empty(known.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Packages_are_for_the_command_line_only(string project) =>
        Assert.Empty(Includes(project, "PackageReference").Except(s_packages.GetValueOrDefault(project, [])));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_file_is_short(string project) =>
        Assert.InRange(File.ReadLines(Repository.PathOf($"src/{project}/{project}.csproj")).Count(), 1, 25);

    [Fact]
    public void The_libraries_share_analyzers_and_nothing_else()
    {
        XDocument shared = XDocument.Parse(Repository.Read("src/Directory.Build.props"));
        XElement package = Assert.Single(shared.Descendants("PackageReference"));
        Assert.Equal("Microsoft.CodeAnalysis.BannedApiAnalyzers", package.Attribute("Include")!.Value);
        Assert.Equal("all", package.Attribute("PrivateAssets")!.Value);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_neither_prints_nor_reads_the_clock_nor_silences_the_analyzer_that_says_so(string project)
    {
        foreach (string file in Repository.Files($"src/{project}", ".cs"))
        {
            string code = Comment().Replace(Repository.Read(file), "");
            Assert.DoesNotMatch(Forbidden(), code);
        }
    }

    [Fact]
    public void A_file_has_one_subject()
    {
        foreach (string file in Repository.Files("src", ".cs"))
        {
            string[] types = [.. PublicClass().Matches(Repository.Read(file)).Select(m => m.Groups[1].Value)];
            if (s_families.ContainsKey(file))
                Assert.True(types.Length > 1, $"{file} is a family no longer");
            else
                Assert.True(types.Length <= 1 || types.Distinct().Count() == 1, $"{file}: {string.Join(", ", types)}");
        }
    }

    [Fact]
    public void A_file_that_has_a_public_class_is_named_after_it()
    {
        foreach (string file in Repository.Files("src", ".cs").Where(f => !s_families.ContainsKey(f)))
        {
            string? type = PublicClass().Matches(Repository.Read(file)).Select(m => m.Groups[1].Value).FirstOrDefault();
            Assert.True(type is null || Path.GetFileName(file).Split('.')[0] == type, $"{file}: {type}");
        }
    }

    [Fact]
    public void A_file_can_be_read_in_one_go()
    {
        string[] long_ = [.. Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs"))
            .Where(file => File.ReadLines(Repository.PathOf(file)).Count() > MostLines)];
        Assert.Empty(long_);
    }

    [Fact]
    public void Native_code_is_called_from_Native_folders_only()
    {
        foreach (string file in Repository.Files("src", ".cs").Where(f => !f.Contains("/Native/", StringComparison.Ordinal)))
            Assert.DoesNotMatch(PInvoke(), Comment().Replace(Repository.Read(file), ""));
    }

    [Fact]
    public void Nothing_is_left_to_do_and_nothing_tells_of_the_machine_it_was_made_on()
    {
        string[] files =
        [
            .. Repository.Files("src", ".cs", ".csproj", ".txt", ".props"), .. Repository.Files("tests", ".cs", ".csproj", ".json", ".txt"),
            .. Repository.Files("docs", ".md"), .. Repository.Files("data/problems", ".json"), .. Repository.Files("data/help", ".md"),
            .. Repository.Files("data/devices/curated", ".json"), .. Directory.EnumerateFiles(Repository.Root).Select(f => Path.GetFileName(f)!).Where(name => name != ".git"),
        ];
        foreach (string file in files)
        {
            string text = Repository.Read(file);
            Assert.False(Unfinished().IsMatch(text), $"{file}: {Unfinished().Match(text)}");
            Assert.False(MachinePath().IsMatch(text), $"{file}: {MachinePath().Match(text)}");
        }
    }

    private static IEnumerable<string> Includes(string project, string element) =>
        XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants(element).Select(e => e.Attribute("Include")!.Value);

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(Printing + "|" + Clock + "|" + Other)]
    private static partial Regex Forbidden();

    /// <summary>Classes and interfaces at the top of a file; enums, records and exceptions may stand beside what hands them out.</summary>
    [GeneratedRegex(@"^public (?:(?:static|sealed|abstract|partial|unsafe) )*(?:class|interface) (?!\w+Exception\b)(\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicClass();

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\b")]
    private static partial Regex PInvoke();

    [GeneratedRegex("TO(?:)DO|FIX(?:)ME|NotImplemented(?:)Exception")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.~$}])/(?:home|root|Users|work|mnt)/\w|[A-Z]:\\+Users\\")]
    private static partial Regex MachinePath();
}
