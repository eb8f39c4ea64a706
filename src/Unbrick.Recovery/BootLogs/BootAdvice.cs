using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.BootLogs;

/// <summary>The words for what a boot log says: <c>data/problems/CAUSE.json</c>.</summary>
public static class BootAdvice
{
    /// <summary>What it means and what to try next.</summary>
    public static Problem Of(BootVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return ProblemCatalogue.Create(CodeOf(verdict.Cause), verdict.Evidence.Select(e => $"line {e.Line}: {e.Text}").Distinct());
    }

    /// <summary>The page of a cause: all have their own, but <c>unknown</c> would say too little as a code.</summary>
    public static string CodeOf(string cause) => cause == "unknown" ? ProblemCode.LogUnclear : cause;
}
