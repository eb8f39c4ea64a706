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

    /// <summary>The chip answered with the same id more often than not, so that it can be identified.</summary>
    public bool HasId => Answers.Ids.Right * 2 > Answers.Ids.Answers.Length && !Flash.NorCommands.IsBlank(Answers.Ids.Usual);
}
