namespace Unbrick.Formats.TpLink;

/// <summary>A partition that goes into a safeloader image.</summary>
/// <param name="Name"><c>os-image</c>, <c>support-list</c>.</param>
/// <param name="Data">What is written to the flash partition of that name.</param>
public readonly record struct SafeloaderPartition(string Name, ReadOnlyMemory<byte> Data);
