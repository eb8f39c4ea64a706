using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>A flash chip and how it is divided.</summary>
/// <param name="Type"><c>spi-nor</c>, <c>spi-nand</c>, <c>nand</c>, <c>parallel-nor</c>, <c>mmc</c>, <c>flash</c> (unclear) or <c>mtd-concat</c> (virtual).</param>
/// <param name="Size">In bytes; null when not known.</param>
/// <param name="Parts">Partitions by offset.</param>
public sealed record FlashChip(string Type, long? Size, ImmutableArray<FlashPart> Parts);
