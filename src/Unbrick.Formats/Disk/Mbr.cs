using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Disk;

// Sector 0 of a PC disk; UEFI specification 2.10, 5.2.1:
//   1B8  4  id of the disk
//   1BE  4 entries of 16: 00 80 starts or 00, 04 type (00: not in use), 08 4 first sector, 0C 4 sectors (of 512 bytes)
//   1FE  2  55 AA
// Types 05, 0F and 85 are a room for logical partitions (from 5 on). Its first sector, and each that follows, has a table of the same shape:
//   the first entry is a partition, counted from this sector; the second is the next such sector, counted from the beginning of the room.

/// <summary>A disk (SD card, eMMC) with the partition table of the PC. No checksum: only what the entries say can be held against the disk.</summary>
public sealed class Mbr : IFirmwareFormat
{
    private const int Sector = 512, Table = 0x1BE, EntrySize = 16, Protective = 0xEE, FirstLogical = 5, MostLogical = 60;

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
        List<Entry> partitions = [];
        bool plausible = magic && input.AtStart;
        for (int i = 0; i < 4; i++)
        {
            Entry entry = EntryAt(bytes, i, i + 1);
            plausible &= bytes[Table + (i * EntrySize)] is 0 or 0x80
                && (entry.Type == 0 ? entry.From == 0 && entry.Count == 0 : entry.From > 0 && entry.Count > 0);
            if (entry.Type != 0)
                partitions.Add(entry);
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
        foreach (Entry partition in partitions.OrderBy(p => p.From))
        {
            if (partition.From < end)
            {
                string seen = $"partition {partition.Number} begins in sector {partition.From:N0}, what is before it ends in {end - 1:N0}";
                flaws.Add(new Flaw(FlawCode.Overlap, seen, input.At + Table));
            }
            end = Math.Max(end, partition.From + partition.Count);
        }
        if (partitions.Find(p => p.IsRoom) is { } room)
            partitions.AddRange(Logical(input, room, flaws));
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
            Parts = DiskParts.Of(input.At, length, partitions.Where(p => !p.IsRoom).Select(p => ($"partition {p.Number}", p.From * Sector, p.Count * Sector))),
        }.With(flaws.DrainToImmutable());
    }

    /// <summary>Follows the chain of tables through the room for logical partitions; it only goes forward, so that it ends.</summary>
    private static List<Entry> Logical(in FormatInput input, Entry room, ImmutableArray<Flaw>.Builder flaws)
    {
        List<Entry> logical = [];
        for (long at = room.From, next = 0; room.Count > 0 && logical.Count < MostLogical; at = room.From + next)
        {
            if ((at + 1) * Sector > input.Length)
                break; // the disk is cut, and that is told
            int place = (int)(at * Sector);
            ReadOnlySpan<byte> table = input.Bytes.Slice(place, Sector);
            if (table.Be16(0x1FE) != 0x55AA)
            {
                flaws.Add(new Flaw(FlawCode.Structure, $"sector {at:N0} has no table of a logical partition", input.At + place));
                break;
            }
            Entry one = EntryAt(table, 0, FirstLogical + logical.Count), following = EntryAt(table, 1, 0);
            one = one with { From = at + one.From };
            if (one.Type != 0)
            {
                logical.Add(one);
                if (one.From + one.Count > room.From + room.Count)
                {
                    string seen = $"partition {one.Number} ends in sector {one.From + one.Count - 1:N0}, the room for it in {room.From + room.Count - 1:N0}";
                    flaws.Add(new Flaw(FlawCode.OffsetRange, seen, input.At + place + Table));
                }
            }
            if (following.Type == 0)
                break;
            if (following.From <= next || following.From >= room.Count)
            {
                string seen = $"the table in sector {at:N0} sends on to sector {room.From + following.From:N0}";
                flaws.Add(new Flaw(FlawCode.OffsetRange, seen, input.At + place + Table + EntrySize));
                break;
            }
            next = following.From;
        }
        return logical;
    }

    private static Entry EntryAt(ReadOnlySpan<byte> sector, int index, int number)
    {
        ReadOnlySpan<byte> entry = sector.Slice(Table + (index * EntrySize), EntrySize);
        return new Entry(number, entry[4], entry.Le32(8), entry.Le32(0xC));
    }

    /// <summary>One entry of a table, in sectors from the beginning of the disk.</summary>
    private sealed record Entry(int Number, int Type, long From, long Count)
    {
        /// <summary>It holds the logical partitions.</summary>
        public bool IsRoom => Type is 0x05 or 0x0F or 0x85;
    }
}
