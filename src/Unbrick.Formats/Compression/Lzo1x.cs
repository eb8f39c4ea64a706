using System.Runtime.InteropServices;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// The Linux kernel's Documentation/staging/lzo.rst; a byte says what follows:
//   0 to 15   after a match without literals: 3 + t literals, longer ones by bytes of 0
//             after 1 to 3 literals: match of 2 up to 1 KiB back; after more of them: match of 3, 2 to 3 KiB back
//   16 to 31  match of 2 + (t & 7), 16 to 48 KiB back; 11 00 00 is the end
//   32 to 63  match of 2 + (t & 31), up to 16 KiB back
//   64 up     match of 3 to 8, up to 2 KiB back
// The lowest two bits of a match say how many literals follow it at once.

/// <summary>One block of LZO1X, whichever packer made it (lzop, squashfs, JFFS2, UBIFS).</summary>
internal static class Lzo1x
{
    private const int AfterLiterals = 4;

    /// <summary>Unpacks a block with its end mark; at most <paramref name="most"/> plain bytes, for which the window makes room.</summary>
    public static (UnpackStatus Status, string Seen) Run(ReadOnlySpan<byte> packed, ref int at, PlainWindow window, int most)
    {
        // A byte of 0 makes a match 255 longer.
        most = (int)Math.Min(most, (packed.Length * 255L) + 16);
        window.Room(most);
        window.Forget();
        int position = window.Position;
        int start = at;
        bool right = Follow(packed, ref at, window.Buffer, ref position, position + most);
        window.Position = position;
        if (right)
            return (UnpackStatus.Ok, "");
        return at >= packed.Length
            ? (UnpackStatus.Truncated, $"the block stops after {at - start:N0} bytes")
            : (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a match cannot be followed");
    }

    private static bool Follow(ReadOnlySpan<byte> packed, ref int at, Span<byte> buffer, ref int position, int end)
    {
        int origin = position, state = 0;
        if (at < packed.Length && packed[at] > 17)
        {
            int first = packed[at++] - 17;
            if (!Literals(packed, ref at, buffer, ref position, end, first))
                return false;
            state = Math.Min(first, AfterLiterals);
        }
        while (at < packed.Length)
        {
            int t = packed[at++];
            int length, distance, next = t & 3;
            if (t < 16 && state == 0)
            {
                length = t;
                if (t == 0 && !More(packed, ref at, 15, out length) || !Literals(packed, ref at, buffer, ref position, end, length + 3))
                    return false;
                state = AfterLiterals;
                continue;
            }
            if (t is < 16 or >= 64)
            {
                if (at >= packed.Length)
                    return false;
                int high = packed[at++];
                (length, distance) = t >= 64 ? ((t >> 5) + 1, (t >> 2 & 7) + (high << 3) + 1)
                    : state == AfterLiterals ? (3, (t >> 2) + (high << 2) + 2049)
                    : (2, (t >> 2) + (high << 2) + 1);
            }
            else
            {
                int mask = t >= 32 ? 31 : 7;
                length = t & mask;
                if (length == 0 && !More(packed, ref at, mask, out length))
                    return false;
                if (packed.Length - at < 2)
                {
                    at = packed.Length;
                    return false;
                }
                int field = packed.Le16(at);
                at += 2;
                length += 2;
                next = field & 3;
                distance = (field >> 2) + (t >= 32 ? 1 : 0x4000 + ((t & 8) << 11));
                if (distance == 0x4000 && t < 32)
                    return length == 3;
            }
            if (distance > position - origin || length > end - position)
                return false;
            Matches.Copy(ref MemoryMarshal.GetReference(buffer), position, distance, length);
            position += length;
            if (!Literals(packed, ref at, buffer, ref position, end, next))
                return false;
            state = next;
        }
        return false;
    }

    private static bool Literals(ReadOnlySpan<byte> packed, ref int at, Span<byte> buffer, ref int position, int end, int count)
    {
        if (count > end - position)
            return false;
        if (count > packed.Length - at)
        {
            at = packed.Length;
            return false;
        }
        packed.Slice(at, count).CopyTo(buffer[position..]);
        at += count;
        position += count;
        return true;
    }

    private static bool More(ReadOnlySpan<byte> packed, ref int at, int length, out int total)
    {
        total = length;
        while (at < packed.Length)
        {
            byte b = packed[at++];
            if (b != 0)
            {
                total += b;
                return total >= 0;
            }
            total += 255;
        }
        return false;
    }
}
