using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>How good the contact is.</summary>
/// <param name="Answers">What was read.</param>
/// <param name="Errors">The number.</param>
/// <param name="Findings">What is likely wrong, the likeliest first; none when nothing is.</param>
/// <param name="WasReset">The chip had been left in another mode and answered only after a reset by command.</param>
public sealed record ContactReport(ContactAnswers Answers, ReadErrors Errors, ImmutableArray<ContactFinding> Findings, bool WasReset)
{
    /// <summary>The chip answered with its id each time and all reads were equal: an erase may be risked.</summary>
    public bool IsProven => Errors.Wrong == 0 && Findings.All(f => f.Fault == ContactFault.Blank);

    /// <summary>
    /// Proven, but for a single bit now and then, as a marginal edge of the clock makes: no more than one byte in 100,000. What is read must be read until
    /// two reads agree; what is written is read back in any case.
    /// </summary>
    public bool IsUsable => IsProven || (Answers.Ids.Right == Answers.Ids.Answers.Length && Errors.Wrong <= Math.Max(1, Errors.Bytes / 100_000)
        && Findings.All(f => f.Fault is ContactFault.Blank or ContactFault.Noisy));

    /// <summary>The chip answered with the same id more often than not, so that it can be identified.</summary>
    public bool HasId => Answers.Ids.Right * 2 > Answers.Ids.Answers.Length && !Flash.NorCommands.IsBlank(Answers.Ids.Usual);
}
