using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>What a read got.</summary>
/// <param name="Bytes">Bytes read from the start on: less than asked for only when the read was cancelled.</param>
/// <param name="Doubtful">
/// Pieces, as address and length, before or after which the chip did not answer with its id: the contact was lost there at least for a moment,
/// and they have to be read again. That a piece is not here does not prove it right.
/// </param>
public sealed record ReadResult(int Bytes, ImmutableArray<(int Address, int Length)> Doubtful);
