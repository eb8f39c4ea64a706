using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Problems;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Recovery.Esp;

/// <summary>The reader of <c>console --diagnose</c> for the start of an ESP; where it has no answer, what is known of the ROMs and their boot loops.</summary>
public sealed class EspBootReading : IEspBootReader
{
    private readonly EspBootRules _rules = new();

    /// <inheritdoc/>
    public EspBootVerdict Read(ImmutableArray<string> lines)
    {
        EspBootVerdict known = _rules.Read(lines);
        // Loops, leftovers and the strap are what follows a flash; all else is the general reader's.
        if (lines.IsEmpty || !known.IsHealthy || EspBootRules.TellsOfLeftovers(lines)) // a loop that has only begun
            return known;
        BootReader reader = new();
        foreach (string line in lines)
            reader.Take(Encoding.Latin1.GetBytes(line + "\n"), TimeSpan.Zero);
        reader.Finish();
        BootVerdict verdict = reader.Judge(TimeSpan.Zero);
        if (verdict.Healthy || verdict.Cause == "unknown" || verdict.Confidence < 0.6 || !verdict.Cause.StartsWith("esp-", StringComparison.Ordinal) || verdict.Cause == "esp-app-hang")
            return known;
        Problem problem = BootAdvice.Of(verdict);
        return new(verdict.Cause, problem.Title, problem.Try.IsEmpty ? "" : problem.Try[^1], problem.Seen);
    }
}
