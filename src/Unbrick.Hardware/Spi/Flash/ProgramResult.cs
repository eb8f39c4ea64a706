namespace Unbrick.Hardware.Spi.Flash;

/// <summary>How a program ended.</summary>
/// <param name="Outcome">See there.</param>
/// <param name="Done">
/// Bytes from the start on that the chip is known to have taken, or that needed nothing. Behind them, pages that were on their way may
/// have been written, too.
/// </param>
/// <param name="FailedAt">Address of the first page that was not taken; null when all were, or when it was cancelled.</param>
/// <param name="Pages">Page programs that the chip took.</param>
/// <param name="Repeats">How often the queue was stopped and pages were put again.</param>
public sealed record ProgramResult(FlashOutcome Outcome, int Done, int? FailedAt, int Pages, int Repeats);
