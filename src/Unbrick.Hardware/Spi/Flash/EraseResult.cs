namespace Unbrick.Hardware.Spi.Flash;

/// <summary>How an erase ended.</summary>
/// <param name="Outcome">See there.</param>
/// <param name="Took">How long it was busy: status bytes at the speed that the programmer states, so as true as that; zero when it was not seen busy.</param>
public sealed record EraseResult(FlashOutcome Outcome, TimeSpan Took);
