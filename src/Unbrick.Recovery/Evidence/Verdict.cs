namespace Unbrick.Recovery.Evidence;

/// <summary>What a rule concludes from the evidence.</summary>
/// <param name="Code">One of <see cref="Problems.ProblemCode"/>.</param>
/// <param name="Seen">The evidence, one line each, with numbers.</param>
/// <param name="Values">What stands for the names in the texts of the problem's page.</param>
internal sealed record Verdict(string Code, IReadOnlyList<string> Seen, params (string Name, string Value)[] Values);

/// <summary>
/// Judges the evidence; pure, asked some times a second. Says nothing while it cannot tell, and may say the same again: whoever asks tells each
/// code once.
/// </summary>
internal interface IVerdictRule
{
    /// <summary>What follows from the evidence at this moment.</summary>
    IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now);
}
