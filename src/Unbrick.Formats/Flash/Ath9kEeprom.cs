using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>Calibration of an ath9k radio before AR93xx, with its checksum; the layout stands at <see cref="AtherosArt"/>.</summary>
/// <param name="At">Where its header begins.</param>
/// <param name="Length">Bytes that the checksum covers, the header included.</param>
/// <param name="BigEndian">Order of its numbers.</param>
/// <param name="Fits">The checksum is right.</param>
internal readonly record struct Ath9kEeprom(int At, int Length, bool BigEndian, bool Fits)
{
    private const ushort Magic = 0xA55A;
    private const int ChecksumAt = 2, Shortest = 0x100, Longest = 0xE00;

    private static readonly int[] s_places = [0x200, 0x80, 0x100];

    public static bool HasMagic(ReadOnlySpan<byte> bytes, int calibration) =>
        calibration + 2 <= bytes.Length && (bytes.Be16(calibration) == Magic || bytes.Le16(calibration) == Magic);

    /// <summary>The one whose checksum fits, else the first with a length that can be; null when there is none.</summary>
    public static Ath9kEeprom? Find(ReadOnlySpan<byte> bytes, int calibration)
    {
        if (!HasMagic(bytes, calibration))
            return null;
        bool big = bytes.Be16(calibration) == Magic;
        Ath9kEeprom? found = null;
        foreach (int place in s_places)
        {
            int at = calibration + place;
            if (at + Shortest > bytes.Length)
                continue;
            int length = big ? bytes.Be16(at) : bytes.Le16(at);
            if (length is < Shortest or > Longest || length % 2 != 0 || at + length > bytes.Length)
                continue;
            Ath9kEeprom candidate = new(at, length, big, Xor(bytes.Slice(at, length)) == 0xFFFF);
            if (candidate.Fits)
                return candidate;
            found ??= candidate;
        }
        return found;
    }

    public void Judge(ReadOnlySpan<byte> bytes, int start, ImmutableArray<Fact>.Builder facts, ImmutableArray<Flaw>.Builder flaws)
    {
        facts.Add(Fact.Number("ath9k_length", Length));
        if (!Fits)
        {
            string seen = $"the words of calibration at 0x{At:x} XOR to 0x{Xor(bytes.Slice(At, Length)):x4}, not to 0xffff";
            flaws.Add(new Flaw(FlawCode.CalibrationChecksum, seen, start + At));
        }
    }

    /// <summary>Writes the checksum that fits.</summary>
    public void Seal(Span<byte> bytes)
    {
        Span<byte> words = bytes.Slice(At, Length);
        words.Slice(ChecksumAt, 2).Clear();
        int sum = ~Xor(words) & 0xFFFF;
        (words[ChecksumAt], words[ChecksumAt + 1]) = ((byte)sum, (byte)(sum >> 8)); // an XOR is the same in both orders
    }

    private static ushort Xor(ReadOnlySpan<byte> words)
    {
        ushort xor = 0;
        for (int i = 0; i + 1 < words.Length; i += 2)
            xor ^= words.Le16(i);
        return xor;
    }
}
