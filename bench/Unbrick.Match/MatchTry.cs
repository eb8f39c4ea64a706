namespace Unbrick.Match;

/// <summary>What came of one dump.</summary>
/// <param name="Id">The device whose dump it was.</param>
/// <param name="Chip">Bytes of the dump.</param>
/// <param name="Right">The first guess is the device, or one with the same map and header number.</param>
/// <param name="Itself">The first guess is the device itself.</param>
/// <param name="Leading">The device is among those that share the first place.</param>
/// <param name="Guess">The first guess.</param>
/// <param name="Milliseconds">What the match took, without the scan of the dump.</param>
internal sealed record MatchTry(string Id, int Chip, bool Right, bool Itself, bool Leading, string? Guess, double Milliseconds);
