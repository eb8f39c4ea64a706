using Unbrick.Formats.Compression;

namespace Unbrick.Formats.Kernel;

/// <summary>
/// Device trees in a packed kernel: found while it is unpacked, in the memory of the packer's window and one tree, since the kernel itself is
/// of no interest.
/// </summary>
public static class PackedTrees
{
    /// <summary>The whole trees, in their order, at offset 0 each; none when the stream does not unpack to its end.</summary>
    /// <param name="stream">A packed stream (<c>comp</c>).</param>
    /// <param name="mostPlain">Most plain bytes.</param>
    public static IReadOnlyList<Finding> In(in FormatInput stream, int mostPlain)
    {
        Finder finder = new(stream.Budget);
        return CompressedStream.TryUnpack(stream, mostPlain, finder) ? finder.Found : [];
    }

    private sealed class Finder(ReadBudget budget) : IPlainSink
    {
        /// <summary>Trees of boards have 10 to 100 KiB.</summary>
        private const int LargestTree = 1 << 20;

        /// <summary>The magic stands in kernels as a constant, too; heads that make sense besides are rare.</summary>
        private const int MostTries = 64;

        private const int Piece = 64 << 10;

        private static readonly Dtb s_tree = new();

        private byte[] _held = new byte[2 * Piece];
        private int _count, _tries;

        private static ReadOnlySpan<byte> Magic => [0xD0, 0x0D, 0xFE, 0xED];

        public List<Finding> Found { get; } = [];

        public void Take(ReadOnlySpan<byte> plain)
        {
            for (; !plain.IsEmpty && _tries < MostTries; plain = plain[Math.Min(Piece, plain.Length)..])
            {
                ReadOnlySpan<byte> piece = plain[..Math.Min(Piece, plain.Length)];
                if (_count + piece.Length > _held.Length)
                    Array.Resize(ref _held, Math.Max(_count + piece.Length, _held.Length * 2));
                piece.CopyTo(_held.AsSpan(_count));
                _count += piece.Length;
                Look();
            }
        }

        /// <summary>Looks at what is held, and drops what is no beginning of a tree.</summary>
        private void Look()
        {
            int at = 0;
            while (_tries < MostTries)
            {
                int next = _held.AsSpan(at, _count - at).IndexOf(Magic);
                if (next < 0)
                {
                    at = Math.Max(at, _count - (Magic.Length - 1));
                    break;
                }
                at += next;
                if (_count - at < DeviceTreeHeader.Size)
                    break;
                if (!DeviceTreeHeader.TryRead(_held.AsSpan(at), out DeviceTreeHeader header) || !header.VersionFits || !header.StructFits
                    || !header.StringsFit || header.TotalSize > LargestTree)
                {
                    at += Magic.Length;
                    continue;
                }
                if (_count - at < header.TotalSize)
                    break;
                _tries++;
                int end = at + (int)header.TotalSize;
                Finding? tree = s_tree.Read(new FormatInput(_held.AsMemory(at, end - at), 0, end - at, budget));
                bool whole = tree is { Verdict: not Verdict.Bad };
                if (whole)
                    Found.Add(tree!);
                at = whole ? end : at + Magic.Length;
            }
            _held.AsSpan(at, _count - at).CopyTo(_held);
            _count -= at;
        }
    }
}
