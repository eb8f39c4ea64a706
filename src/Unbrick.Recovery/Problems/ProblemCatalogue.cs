using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.Problems;

/// <summary>
/// Turns a code and its evidence into the message for the user. The words live in <c>data/problems/CODE.json</c>, so that they can be
/// bettered by people who do not program, and so that <c>unbrick explain</c> and the message can never disagree.
/// </summary>
public static class ProblemCatalogue
{
    private const string Folder = "data/problems/";
    private const string Suffix = ".json";
    private const int LongestValue = 200;
    private const int LongestSeen = 400;

    /// <summary>All codes there are, in alphabetical order.</summary>
    public static ImmutableArray<string> Codes => s_names.Value;

    private static readonly Lazy<ImmutableArray<string>> s_names = new(
        () => [.. EmbeddedData.List(Folder).Select(name => name[Folder.Length..^Suffix.Length]).Order(StringComparer.Ordinal)]);

    /// <summary>
    /// The message for <paramref name="code"/>. Values and evidence may come from a device or a file name: control characters are made
    /// visible and lengths are bounded here. A code without a page, a missing value and a value that no text uses are mistakes of the
    /// caller and throw <see cref="ArgumentException"/>, so that no half-filled sentence reaches the user.
    /// </summary>
    /// <param name="code">One of <see cref="ProblemCode"/>.</param>
    /// <param name="seen">Evidence with numbers, one line each.</param>
    /// <param name="values">What stands for the names in the texts.</param>
    public static Problem Create(string code, IEnumerable<string> seen, params ReadOnlySpan<(string Name, string Value)> values)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ProblemPage template = Load(code) ?? throw new ArgumentException($"no page for the problem code '{code}'", nameof(code));
        Dictionary<string, string> filled = new(StringComparer.Ordinal);
        foreach ((string name, string value) in values)
        {
            if (!template.Values.ContainsKey(name))
                throw new ArgumentException($"'{code}' has no text with '{{{name}}}'", nameof(values));
            filled[name] = SafeText.Show(value, LongestValue);
        }
        foreach (string name in template.Values.Keys)
        {
            if (!filled.ContainsKey(name))
                throw new ArgumentException($"'{code}' needs a value for '{{{name}}}'", nameof(values));
        }
        return new Problem(
            template.Code,
            template.Severity,
            TextTemplate.Fill(template.Title, name => filled[name]),
            [.. seen.Select(line => SafeText.Show(line, LongestSeen))],
            TextTemplate.Fill(template.Means, name => filled[name]),
            [.. template.Try.Select(step => TextTemplate.Fill(step, name => filled[name]))]);
    }

    /// <summary>The page of a code, its open names in capitals; false when there is no such code.</summary>
    public static bool TryGetPage(string code, [NotNullWhen(true)] out ProblemPage? page)
    {
        ProblemPage? template = Load(code);
        page = template is null ? null : template with
        {
            Title = TextTemplate.Fill(template.Title, Placeholder),
            Means = TextTemplate.Fill(template.Means, Placeholder),
            Try = [.. template.Try.Select(step => TextTemplate.Fill(step, Placeholder))],
        };
        return page is not null;
    }

    private static string Placeholder(string name) => name.ToUpperInvariant().Replace('_', '-');

    private static ProblemPage? Load(string code) =>
        EmbeddedData.Read(Folder + code + Suffix) is { } json
            ? JsonSerializer.Deserialize(json, ProblemJsonContext.Default.ProblemPage)
            : null;
}
