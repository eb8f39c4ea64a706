using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Recovery.Evidence;

/// <summary>Asks the rules some times a second and says each verdict once.</summary>
/// <param name="evidence">What was seen.</param>
/// <param name="rules">Who judges.</param>
/// <param name="diagnosis">Where it is said.</param>
internal sealed class VerdictWatch(WireEvidence evidence, IReadOnlyList<IVerdictRule> rules, Diagnosis diagnosis)
{
    private readonly HashSet<string> _told = [];

    /// <summary>Asks all rules.</summary>
    public void Look(TimeSpan now)
    {
        foreach (IVerdictRule rule in rules)
        {
            foreach (Verdict verdict in rule.Judge(evidence, now))
            {
                if (_told.Add(verdict.Code))
                    diagnosis.Add(ProblemCatalogue.Create(verdict.Code, verdict.Seen, verdict.Values));
            }
        }
    }
}
