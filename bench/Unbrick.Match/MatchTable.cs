using System.Globalization;

namespace Unbrick.Match;

/// <summary>The tries as a table by size of the chip.</summary>
internal static class MatchTable
{
    public static void Print(IReadOnlyList<(MatchTry Plain, MatchTry Tree)> tries, TextWriter to)
    {
        to.WriteLine("| chip | dumps | no tree: right | itself first | shares first | tree: right | itself first | shares first | match, median ms |");
        to.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (IGrouping<int, (MatchTry Plain, MatchTry Tree)> size in tries.GroupBy(t => t.Plain.Chip).OrderBy(g => g.Key))
            to.WriteLine(Row($"{size.Key >> 20} MiB", [.. size]));
        to.WriteLine(Row("all", tries));
    }

    private static string Row(string name, IReadOnlyList<(MatchTry Plain, MatchTry Tree)> tries)
    {
        MatchTry[] plain = [.. tries.Select(t => t.Plain)], tree = [.. tries.Select(t => t.Tree)];
        double[] times = [.. tries.Select(t => t.Plain.Milliseconds).Order()], treeTimes = [.. tries.Select(t => t.Tree.Milliseconds).Order()];
        string time = string.Create(CultureInfo.InvariantCulture, $"{times[times.Length / 2]:0}, {treeTimes[treeTimes.Length / 2]:0}");
        return $"| {name} | {plain.Length} | {Cells(plain)} | {Cells(tree)} | {time} |";
    }

    private static string Cells(MatchTry[] tries) =>
        $"{Share(tries, t => t.Right)} ({tries.Count(t => t.Right)}) | {Share(tries, t => t.Itself)} | {Share(tries, t => t.Leading)}";

    private static string Share(MatchTry[] tries, Func<MatchTry, bool> what) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * tries.Count(what) / tries.Length:0.0} %");
}
