namespace Unbrick.Recovery.Devices;

/// <summary>A device that fits, and why. Small on purpose: the whole profile is read by <see cref="DeviceLibrary.Get"/> only.</summary>
/// <param name="Id">For <see cref="DeviceLibrary.Get"/>.</param>
/// <param name="Name">Vendor, model, variant.</param>
/// <param name="Soc">Processor, if known.</param>
/// <param name="Kind">How it fits.</param>
/// <param name="Reason">The same as half a sentence ("asks for ArcherC7v2_tp_recovery.bin").</param>
public sealed record DeviceMatch(string Id, string Name, string? Soc, MatchKind Kind, string Reason);
