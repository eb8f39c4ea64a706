using System.Text.Json;
using System.Text.RegularExpressions;
using Unbrick.Recovery;
using Unbrick.Recovery.BootLogs;
using Unbrick.Recovery.Problems;

namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>The signatures of boot logs are data; what the program takes for granted about them is held here.</summary>
public sealed partial class SignatureDataTests
{
    public static TheoryData<string> Files => [.. EmbeddedData.List("data/bootlogs/").Where(path => !path.Contains("/rules/"))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_keeps_to_its_schema(string path)
    {
        using JsonDocument file = DataFiles.Json(path);
        Assert.Empty(DataFiles.Schema("bootlogs").Check(file.RootElement));
    }

    [Fact]
    public void So_do_the_editions()
    {
        using JsonDocument file = DataFiles.Json("data/bootlogs/rules/editions.json");
        Assert.Empty(DataFiles.Schema("bootlog-editions").Check(file.RootElement));
    }

    [Fact]
    public void So_do_the_topics()
    {
        using JsonDocument file = DataFiles.Json("data/bootlogs/rules/topics.json");
        Assert.Empty(DataFiles.Schema("bootlog-topics").Check(file.RootElement));
    }

    [Fact]
    public void A_signature_that_another_needs_is_there() =>
        Assert.All(SignatureLibrary.Shipped.Signatures.Where(s => s.Needs is not null), s => Assert.Contains(SignatureLibrary.Shipped.Signatures, o => o.Id == s.Needs));

    [Fact]
    public void A_name_is_given_once_and_a_signature_has_words_or_an_expression_with_an_example()
    {
        Assert.Equal(SignatureLibrary.Shipped.Signatures.Length, SignatureLibrary.Shipped.Signatures.Select(s => s.Id).Distinct().Count());
        Assert.All(SignatureLibrary.Shipped.Signatures, s => Assert.True(s.Expression is null == !s.Text.IsEmpty && s.Expression is null == s.Examples.IsEmpty, s.Id));
    }

    [Fact]
    public void Each_example_is_found_and_each_word_too()
    {
        bool[] marks = new bool[SignatureLibrary.Shipped.Words];
        List<BootSignature> likely = [];
        foreach (BootSignature signature in SignatureLibrary.Shipped.Signatures)
        {
            foreach (string line in signature.Examples.Concat(signature.Text.Select(t => t.TrimStart('^'))).Select(t => t.Trim()))
            {
                SignatureLibrary.Shipped.MayFit(line.ToLowerInvariant(), marks, likely);
                Assert.Contains(signature, likely);
                Assert.True(signature.Fits(line, line.ToLowerInvariant(), out _), $"{signature.Id}: {line}");
            }
        }
    }

    /// <summary>No line is lost to the words that are looked for before an expression is asked.</summary>
    [Fact]
    public void A_signature_that_fits_a_line_of_a_real_log_is_likely_there()
    {
        bool[] marks = new bool[SignatureLibrary.Shipped.Words];
        List<BootSignature> likely = [];
        foreach (string line in Directory.GetFiles(Repository.PathOf("bench/bootlogs"), "*.txt").SelectMany(File.ReadLines).Select(l => l.Trim()).Distinct())
        {
            string lower = line.ToLowerInvariant();
            SignatureLibrary.Shipped.MayFit(lower, marks, likely);
            Assert.Equal(SignatureLibrary.Shipped.Signatures.Where(s => s.Fits(line, lower, out _)).Select(s => s.Id), likely.Where(s => s.Fits(line, lower, out _)).Select(s => s.Id));
        }
    }

    [Theory]
    [InlineData("Bad (Data )?CRC|no link\\b", "bad |crc / no link")]
    [InlineData("^rst cause:4\\b", "rst cause:4")]
    [InlineData("(kernel|image)\\w* (is )?(bad|broken)", "kernel,image|bad,broken")]
    [InlineData("colou?r x+y", "colo|r x")]
    [InlineData("\\d+ bytes|\\w+", "")]
    public void Words_that_an_expression_asks_for(string pattern, string words) => Assert.Equal(
        words, string.Join(" / ", RequiredWords.Of(pattern).Select(b => string.Join('|', b.Select(g => string.Join(',', g))))));

    [Fact]
    public void Every_cause_has_a_page_and_nothing_that_it_advises_can_make_a_device_worse()
    {
        string[] causes = [.. SignatureLibrary.Shipped.Signatures.Select(s => s.Cause).OfType<string>().Distinct(),
            "kernel-early-loop", "wrong-region-image", "wrong-variant-image", "wrong-baud-after-rom", "log-unclear"];
        foreach (string cause in causes)
        {
            Assert.True(ProblemCatalogue.TryGetPage(cause, out ProblemPage? page), cause);
            Assert.DoesNotMatch(Harmful(), string.Join(' ', [page.Means, .. page.Try, .. page.Page]));
        }
    }

    [Fact]
    public void Causes_that_are_taken_back_exist() => Assert.All(
        SignatureLibrary.Shipped.Signatures.SelectMany(s => s.Clears), cause => Assert.Contains(cause, ProblemCatalogue.Codes));

    [GeneratedRegex(@"\b(press|key|option|choose|select) [79]\b|erase (the )?(u-?boot|boot ?loader)|(write|flash|overwrite) (the |a |another )?boot ?loader|short(ing)? (the )?(flash|pins?)|(?<!never )connect VCC|protect off all|nand scrub|sysupgrade -F", RegexOptions.IgnoreCase)]
    private static partial Regex Harmful();
}
