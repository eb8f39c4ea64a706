using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// How verdicts stand to each other (<c>data/verdicts.json</c>): from the cable upwards, causes before what follows from them, with the
/// likelihood that the cause is the true one when its evidence is there.
/// </summary>
internal static class VerdictTable
{
    private const string Path = "data/verdicts.json";

    private static readonly Lazy<FrozenDictionary<string, Row>> s_rows = new(Read);

    private sealed record Row(int Rank, double Likelihood, ImmutableArray<string> Explains);

    /// <summary>Lower is nearer to the cause; codes that are not in the table come last.</summary>
    public static int RankOf(string code) => s_rows.Value.TryGetValue(code, out Row? row) ? row.Rank : int.MaxValue;

    /// <summary>0 to 1; null for codes that are not in the table.</summary>
    public static double? LikelihoodOf(string code) => s_rows.Value.TryGetValue(code, out Row? row) ? row.Likelihood : null;

    /// <summary>Whether the second follows from the first, so that it is no news.</summary>
    public static bool Explains(string cause, string effect) => s_rows.Value.TryGetValue(cause, out Row? row) && row.Explains.Contains(effect);

    private static FrozenDictionary<string, Row> Read()
    {
        using JsonDocument file = JsonDocument.Parse(EmbeddedData.Read(Path) ?? throw new InvalidDataException(Path));
        int rank = 0;
        return file.RootElement.GetProperty("verdicts").EnumerateArray().ToFrozenDictionary(
            item => item.GetProperty("code").GetString()!,
            item => new Row(
                rank++, item.GetProperty("likelihood").GetInt32() / 100.0,
                item.TryGetProperty("explains", out JsonElement effects) ? [.. effects.EnumerateArray().Select(e => e.GetString()!)] : []),
            StringComparer.Ordinal);
    }
}
