using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Disk;

// Sector 0 of a PC disk; UEFI specification 2.10, 5.2.1:
//   1B8  4  id of the disk
//   1BE  4 entries of 16: 00 80 starts or 00, 04 type (00: not in use), 08 4 first sector, 0C 4 sectors (of 512 bytes)
//   1FE  2  55 AA

/// <summary>A disk (SD card, eMMC) with the partition table of the PC. No checksum: only what the entries say can be held against the disk.</summary>
public sealed class Mbr : IFirmwareFormat
{
    private const int Sector = 512, Table = 0x1BE, EntrySize = 16, Protective = 0xEE;

    public string Id => "mbr";

    public string Title => "Disk with a partition table of the PC (MBR)";

    /// <summary>Two bytes announce it: asked for only at the beginning of a file or part.</summary>
    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Sector)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Sector, bytes.Length)) : null;
        bool magic = bytes.Be16(0x1FE) == 0x55AA;
        List<(int Number, int Type, long From, long Count)> partitions = [];
        bool plausible = magic && input.AtStart;
        for (int i = 0; i < 4; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice(Table + (i * EntrySize), EntrySize);
            (long from, long count) = (entry.Le32(8), entry.Le32(0xC));
            plausible &= entry[0] is 0 or 0x80 && (entry[4] == 0 ? from == 0 && count == 0 : from > 0 && count > 0);
            if (entry[4] != 0)
                partitions.Add((i + 1, entry[4], from, count));
        }
        plausible &= partitions.Count > 0 && partitions.All(p => p.Type != Protective);
        if (!plausible && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"sector 0 ends with 0x{bytes.Be16(0x1FE):x4}, not with 0x55aa", input.At + 0x1FE));
        if (partitions.Count == 0)
            flaws.Add(new Flaw(FlawCode.Empty, "no partition is in use", input.At + Table));
        long end = 1;
        foreach ((int number, _, long from, long count) in partitions.OrderBy(p => p.From))
        {
            if (from < end)
                flaws.Add(new Flaw(FlawCode.Overlap, $"partition {number} begins in sector {from:N0}, what is before it ends in {end - 1:N0}", input.At + Table));
            end = Math.Max(end, from + count);
        }
        if (end * Sector > bytes.Length)
            flaws.Add(Flaw.Truncated(end * Sector, bytes.Length));
        int length = (int)Math.Min(end * Sector, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = plausible ? Confidence.Likely : Confidence.Guess,
            Facts =
            [
                Fact.Hex("disk_id", bytes.Le32(0x1B8)),
                Fact.List("partitions", [.. partitions.Select(p => $"{p.Number}: type 0x{p.Type:x2}, sectors {p.From:N0} to {p.From + p.Count - 1:N0}")]),
            ],
            Parts = DiskParts.Of(input.At, length, partitions.Select(p => ($"partition {p.Number}", p.From * Sector, p.Count * Sector))),
        }.With(flaws.DrainToImmutable());
    }
}
