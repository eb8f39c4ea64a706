namespace Unbrick.Recovery.Devices;

/// <summary>Where the boot loader keeps its environment.</summary>
/// <param name="Part">Partition.</param>
/// <param name="At">From the start of the chip, in bytes.</param>
/// <param name="Size">Bytes that the CRC covers, itself included (ENV_SIZE); often less than the partition. Null when not known.</param>
/// <param name="Copies">2 when there is a spare copy.</param>
public sealed record EnvironmentPlace(string? Part, long At, long? Size, int Copies);
