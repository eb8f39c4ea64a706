namespace Unbrick.Formats;

/// <summary>A stretch inside a finding that is worth looking into: the payload of a header, a partition, a volume.</summary>
/// <param name="Name">What the container calls it: <c>kernel</c>, <c>os-image</c>; a plain word when it has no name.</param>
/// <param name="Offset">In the image, not in the container.</param>
/// <param name="Length">Bytes; never beyond the container.</param>
/// <param name="Proven">A checksum of the container covers it and is right: nothing inside needs to be unpacked to prove it whole.</param>
public sealed record Part(string Name, int Offset, int Length, bool Proven = false);
