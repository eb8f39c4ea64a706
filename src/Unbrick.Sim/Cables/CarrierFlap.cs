namespace Unbrick.Sim.Cables;

/// <summary>The carrier goes away: a worn plug, or a device that resets its switch. What was on the wire at that moment is lost.</summary>
/// <param name="At">Since the start of the virtual clock.</param>
/// <param name="Lasts">How long it stays away.</param>
public readonly record struct CarrierFlap(TimeSpan At, TimeSpan Lasts);
