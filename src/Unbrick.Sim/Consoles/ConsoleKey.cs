namespace Unbrick.Sim.Consoles;

/// <summary>A key that a simulated device took from its serial port.</summary>
/// <param name="At">Since the clock's start.</param>
/// <param name="Key">The byte.</param>
public readonly record struct ConsoleKey(TimeSpan At, byte Key);
