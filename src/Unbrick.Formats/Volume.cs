using System.Buffers;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats;

/// <summary>A stretch of the image that is a stretch of a volume.</summary>
/// <param name="At">Where it lies in the image.</param>
/// <param name="Length">Bytes.</param>
/// <param name="To">Where it goes in the volume.</param>
public readonly record struct VolumePiece(int At, int Length, int To);

/// <summary>
/// Content of a finding that does not lie in one piece: what the finding's container has to be read through for. Only together do the
/// pieces make a file system or a kernel.
/// </summary>
public sealed record Volume
{
    /// <summary>What the container calls it; safe to show.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes of the whole, holes included.</summary>
    public required int Length { get; init; }

    /// <summary>In the order of the volume, without overlap; what none of them covers is a hole and reads as FF.</summary>
    public required ImmutableArray<VolumePiece> Pieces { get; init; }

    /// <summary>Where the last piece ends; behind it is nothing but a hole.</summary>
    public int Written => Pieces.IsDefaultOrEmpty ? 0 : Pieces[^1].To + Pieces[^1].Length;

    /// <summary>Checksums of the container cover every piece and are right.</summary>
    public bool Proven { get; init; }

    /// <summary>What was found in it, as a tiling with positions in the volume; filled by the scan. Empty when it was not put together.</summary>
    public ImmutableArray<Finding> Inside { get; init; } = [];

    /// <summary>
    /// The beginning put together, to be given back soon: volumes are large, and most images that have one have several.
    /// </summary>
    /// <param name="image">The image that the pieces lie in.</param>
    /// <param name="length">Bytes, <see cref="Written"/> to <see cref="Length"/>.</param>
    public IMemoryOwner<byte> Assemble(ReadOnlySpan<byte> image, int length)
    {
        PageBuffer buffer = new(Math.Max(length, 1));
        Span<byte> content = buffer.GetSpan();
        int done = 0;
        foreach (VolumePiece piece in Pieces)
        {
            content[done..piece.To].Fill(0xFF);
            image.Slice(piece.At, piece.Length).CopyTo(content[piece.To..]);
            done = piece.To + piece.Length;
        }
        content[done..].Fill(0xFF);
        return buffer;
    }

    /// <summary>Where in the image a place of the volume lies; -1 in a hole.</summary>
    public int PlaceOf(int at)
    {
        foreach (VolumePiece piece in Pieces)
        {
            if (at >= piece.To && at < piece.To + piece.Length)
                return piece.At + at - piece.To;
        }
        return -1;
    }

    /// <summary>The first hole that begins in <c>[from, to)</c> and its length; null when there is none.</summary>
    public (int At, int Length)? Hole(int from, int to)
    {
        int at = from;
        foreach (VolumePiece piece in Pieces)
        {
            if (piece.To + piece.Length <= at)
                continue;
            if (piece.To > at)
                return at < to ? (at, Math.Min(piece.To, to) - at) : null;
            at = piece.To + piece.Length;
        }
        return at < to ? (at, to - at) : null;
    }
}
