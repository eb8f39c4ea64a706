using Unbrick.Formats.Esp;

namespace Unbrick.Recovery.Esp;

/// <summary>
/// Looks at the programs behind the boot loader of a file. A download that was cut ends in the midst of one: its loader is whole, and what remains of
/// the program looks like anything.
/// </summary>
internal static class EspProgramCheck
{
    /// <summary>Where the loader of the Arduino core (eboot) looks for the program (esp8266/Arduino, tools/elf2bin.py).</summary>
    private const int BehindLoader = 0x1000;

    private const int MostMode = 3;

    /// <summary>What is wrong with one of them; null when nothing is.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="isEsp8266">For that chip, otherwise for a later one.</param>
    /// <param name="table">Where a partition table is; null when there is none.</param>
    /// <param name="isDump">All of a chip: programs of old may be damaged, but none goes on behind the end.</param>
    public static string? Flaw(ReadOnlySpan<byte> bytes, bool isEsp8266, int? table, bool isDump)
    {
        if (isEsp8266)
            return bytes.Length > BehindLoader && EspImage.Parse(bytes, false) is { Whole: true, Announced: <= BehindLoader } ? Flaw(bytes, BehindLoader, true, isDump) : null;
        for (int at = table ?? bytes.Length; at + EspPartition.RowSize <= bytes.Length && bytes[at] == 0xAA && bytes[at + 1] == 0x50; at += EspPartition.RowSize)
        {
            EspPartition row = EspPartition.Read(bytes.Slice(at, EspPartition.RowSize));
            if (row.IsApp && row.Offset < bytes.Length && Flaw(bytes, (int)row.Offset, false, isDump) is string flaw)
                return flaw;
        }
        return null;
    }

    private static string? Flaw(ReadOnlySpan<byte> bytes, int offset, bool isEsp8266, bool isDump)
    {
        ReadOnlySpan<byte> rest = bytes[offset..];
        if (rest[0] != EspImage.Magic || EspImage.Parse(rest, !isEsp8266) is not { SegmentCount: > 0 and <= EspImage.MostSegments, Mode: <= MostMode } image)
            return null;
        if (!image.Whole)
            return $"the program at 0x{offset:x} has {image.Announced:N0} bytes or more by its header, the file ends after {rest.Length:N0} of them";
        if (isDump)
            return null;
        byte stored = rest[image.ChecksumAt], wanted = image.Checksum(rest);
        return stored != wanted ? $"the checksum of the program at 0x{offset:x} is 0x{stored:x2}, its bytes give 0x{wanted:x2}"
            : image.HashAppended && !rest.Slice(image.HashAt, EspImage.HashSize).SequenceEqual(image.Hash(rest))
                ? $"the SHA-256 of the program at 0x{offset:x} is not that of its bytes" : null;
    }
}
