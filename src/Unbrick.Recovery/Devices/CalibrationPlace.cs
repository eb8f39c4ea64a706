namespace Unbrick.Recovery.Devices;

/// <summary>Where a unit keeps the calibration of one of its radios: measured at the factory, and to be had nowhere else.</summary>
/// <param name="Part">Partition.</param>
/// <param name="At">From the start of the chip, in bytes.</param>
/// <param name="Length">In bytes; null when not known.</param>
/// <param name="Radio">The driver's name of the radio (<c>mediatek,mt76</c>, <c>qcom,ath10k</c>); null when not known.</param>
public sealed record CalibrationPlace(string? Part, long At, long? Length, string? Radio);
