using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unbrick.Formats.Compression;

/// <summary>Repeats bytes that came out before.</summary>
internal static class Matches
{
    /// <summary>
    /// Copies from <paramref name="distance"/> bytes back; source and target may overlap. May write 15 bytes beyond: the caller has seen to
    /// it that the distance is inside the buffer and that there is room (<see cref="PlainWindow.Slack"/>).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref byte plain, int position, int distance, int length)
    {
        ref byte to = ref Unsafe.Add(ref plain, position);
        ref byte from = ref Unsafe.Add(ref plain, position - distance);
        if (distance >= 16)
        {
            for (int i = 0; i < length; i += 16)
                Vector128.StoreUnsafe(Vector128.LoadUnsafe(ref from, (nuint)i), ref to, (nuint)i);
        }
        else if (distance == 1)
        {
            Vector128<byte> same = Vector128.Create(from);
            for (int i = 0; i < length; i += 16)
                Vector128.StoreUnsafe(same, ref to, (nuint)i);
        }
        else
        {
            for (int i = 0; i < length; i++)
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
        }
    }
}
