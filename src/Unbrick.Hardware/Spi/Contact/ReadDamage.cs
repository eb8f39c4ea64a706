using System.Numerics;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>In which way a read differs from what it should be.</summary>
internal enum DamageKind
{
    None,

    /// <summary>Single bits.</summary>
    Bits,

    /// <summary>Runs of FF or 00.</summary>
    Gaps,

    /// <summary>From a point on all is shifted by some bits, one way or the other.</summary>
    Slip,

    /// <summary>A run of FF or 00, and behind it the rest, later than it should be.</summary>
    Pause,

    /// <summary>Other bytes for long.</summary>
    Foreign,
}

/// <summary>Compares a read with the usual one and says how it went wrong: each wire has its own way.</summary>
internal static class ReadDamage
{
    private const int MostShift = 16;
    private const int Window = 512;
    private const int LeastWindow = 48;
    private const int LongestPause = 256;

    public static DamageKind Of(ReadOnlySpan<byte> usual, ReadOnlySpan<byte> read)
    {
        int first = usual.CommonPrefixLength(read);
        if (first == usual.Length)
            return DamageKind.None;
        int wrong = 0;
        int bits = 0;
        int blank = 0;
        for (int i = first; i < usual.Length; i++)
        {
            if (usual[i] == read[i])
                continue;
            wrong++;
            bits += BitOperations.PopCount((uint)(usual[i] ^ read[i]));
            blank += read[i] is 0 or 0xFF ? 1 : 0;
        }
        if (wrong >= 4 && IsPause(usual, read, first))
            return DamageKind.Pause;
        // The second and later bytes of a run are what counts: its ends are cut anywhere.
        if (wrong >= 2 && blank * 10 >= wrong * 8)
            return DamageKind.Gaps;
        if (wrong >= 4 && IsSlip(usual, read, first))
            return DamageKind.Slip;
        return bits <= wrong * 3 / 2 && wrong * 8 <= usual.Length ? DamageKind.Bits
            : wrong <= 2 && bits <= 3 ? DamageKind.Bits : DamageKind.Foreign;
    }

    /// <summary>A read that is the usual one, so many bits later (positive) or earlier, over what the two have in common.</summary>
    public static bool IsShifted(ReadOnlySpan<byte> usual, ReadOnlySpan<byte> read, int bits) => Match(usual, read, Math.Max(0, bits), bits, usual.Length * 8);

    private static bool IsSlip(ReadOnlySpan<byte> usual, ReadOnlySpan<byte> read, int first)
    {
        int from = (first * 8) + MostShift;
        for (int shift = 1; shift <= MostShift; shift++)
        {
            if (Match(usual, read, from, shift, Window) || Match(usual, read, from, -shift, Window))
                return true;
        }
        return false;
    }

    private static bool IsPause(ReadOnlySpan<byte> usual, ReadOnlySpan<byte> read, int first)
    {
        int run = first;
        while (run < read.Length && run - first < LongestPause && read[run] == read[first] && read[first] is 0 or 0xFF)
            run++;
        if (run - first < 1)
            return false;
        // What comes behind the run is what should have stood where it began, within a byte of it.
        for (int shift = Math.Max(1, ((run - first) * 8) - 8); shift <= ((run - first) * 8) + 8; shift++)
        {
            if (Match(usual, read, (run * 8) + 8, shift, Window))
                return true;
        }
        return false;
    }

    private static bool Match(ReadOnlySpan<byte> usual, ReadOnlySpan<byte> read, int from, int shift, int window)
    {
        int end = Math.Min(from + window, Math.Min(read.Length * 8, (usual.Length * 8) + Math.Min(shift, 0)));
        int compared = 0;
        int ones = 0;
        for (int i = from; i < end; i++)
        {
            if (i - shift < 0)
                continue;
            int bit = Bit(read, i);
            if (bit != Bit(usual, i - shift))
                return false;
            compared++;
            ones += bit;
        }
        // An erased place is like itself however it is shifted.
        return compared >= Math.Min(LeastWindow, (usual.Length * 8) - Math.Abs(shift)) && ones > compared / 8 && ones < compared * 7 / 8;
    }

    private static int Bit(ReadOnlySpan<byte> bytes, int index) => (bytes[index >> 3] >> (7 - (index & 7))) & 1;
}
