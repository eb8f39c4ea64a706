using System.Runtime.InteropServices;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// lz4_Block_format.md: sequences of
//   token: literals (high half), match length - 4 (low half); 15 goes on in bytes of 255 and a last smaller one
//   [more literal length] literals [distance (2, little-endian)] [more match length]; the last sequence ends after its literals

/// <summary>One block of lz4.</summary>
internal static class Lz4Block
{
    public const int Reach = 64 << 10;

    /// <summary>Unpacks a whole block, at most <paramref name="most"/> plain bytes, for which the window makes room.</summary>
    public static (UnpackStatus Status, string Seen) Run(ReadOnlySpan<byte> packed, PlainWindow window, int most)
    {
        // No byte stands for more than 255.
        most = (int)Math.Min(most, (packed.Length * 255L) + 16);
        window.Room(most);
        Span<byte> buffer = window.Buffer;
        int position = window.Position, end = position + most, at = 0;
        bool right = false;
        while (at < packed.Length)
        {
            int token = packed[at++];
            int literals = token >> 4;
            if (literals == 15 && !TryMore(packed, ref at, ref literals) || literals > packed.Length - at || literals > end - position)
                break;
            packed.Slice(at, literals).CopyTo(buffer[position..]);
            at += literals;
            position += literals;
            if (at == packed.Length)
            {
                right = true;
                break;
            }
            if (packed.Length - at < 2)
                break;
            int distance = packed.Le16(at);
            at += 2;
            int length = token & 15;
            if (length == 15 && !TryMore(packed, ref at, ref length) || distance == 0 || distance > position - window.Origin)
                break;
            length += 4;
            if (length > end - position)
                break;
            Matches.Copy(ref MemoryMarshal.GetReference(buffer), position, distance, length);
            position += length;
        }
        window.Position = position;
        return right ? (UnpackStatus.Ok, "") : (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a sequence cannot be followed");
    }

    private static bool TryMore(ReadOnlySpan<byte> packed, ref int at, ref int length)
    {
        while (at < packed.Length)
        {
            byte more = packed[at++];
            length += more;
            if (more != 255)
                return length >= 0;
        }
        return false;
    }
}
