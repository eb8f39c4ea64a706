namespace Unbrick.Hardware.Spi.Flash;

/// <summary>How an erase ended.</summary>
/// <param name="Outcome">See there.</param>
/// <param name="Took">The chip's time, from bytes that passed while it was busy; zero when it was not seen busy.</param>
public sealed record EraseResult(FlashOutcome Outcome, TimeSpan Took);
