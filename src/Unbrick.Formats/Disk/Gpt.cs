using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Disk;

// UEFI specification 2.10, 5.3; sectors of 512 bytes, little-endian. Sector 1, and a copy in the last sector:
//   00  8  "EFI PART"       10  4  CRC-32 of the header, made with 0 here    48  8  first sector of the entries
//   08  4  revision 1.0     18  8  this sector, 20 8 that of the copy        50  4  entries, 54 4 bytes of one
//   0C  4  header's length  28  8  first sector for data, 30 8 the last      58  4  CRC-32 of the entries
// Entries: 00 16 type (0: not in use)  10 16 own id  20 8 first sector  28 8 last sector  38 72 name, UTF-16

/// <summary>A disk (SD card, eMMC) with a GUID partition table. Header and entries have CRCs, and a copy stands at the end of the disk.</summary>
public sealed class Gpt : IFirmwareFormat
{
    private const int Sector = 512, HeaderSize = 92, EntrySize = 128, MostEntries = 1024;

    public string Id => "gpt";

    public string Title => "Disk with a GUID partition table";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("EFI PART", Sector, Sector)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Sector + HeaderSize)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Sector + HeaderSize, bytes.Length)) : null;
        ReadOnlySpan<byte> header = bytes[Sector..];
        bool magic = header.Has("EFI PART"u8);
        if (!magic)
            return input.Claimed ? Unreadable.Claim(input, Id, new Flaw(FlawCode.Magic, "sector 1 does not begin with \"EFI PART\"", input.At + Sector)) : null;
        uint stored = header.Le32(0x10), crc = HeaderCrc(header);
        bool fits = stored == crc && header.Le64(0x18) == 1;
        if (!fits && !input.Claimed && !input.AtStart)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (stored != crc)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "CRC of the header", stored, crc, input.At + Sector));
        ulong last = header.Le64(0x20);
        long length = last < 1UL << 53 ? ((long)last + 1) * Sector : long.MaxValue;
        List<(string Name, long From, long To)> partitions = Entries(input, header, flaws);
        CheckPlaces(header, partitions, flaws);
        if (length > bytes.Length)
            flaws.Add(Flaw.Truncated(length, bytes.Length));
        else
            CheckCopy(input, (int)(length - Sector), header, flaws);
        int own = (int)Math.Min(Math.Max(length, Sector * 2), bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = own,
            Format = Id,
            Confidence = fits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text("disk_id", new Guid(header.Slice(0x38, 16)).ToString()),
                Fact.List("partitions", [.. partitions.Select(p => $"{p.Name}: sectors {p.From:N0} to {p.To:N0}")]),
            ],
            Parts = DiskParts.Of(input.At, own, partitions.Select(p => (p.Name, p.From * Sector, (p.To - p.From + 1) * Sector))),
        }.With(flaws.DrainToImmutable());
    }

    private static uint HeaderCrc(ReadOnlySpan<byte> header)
    {
        int length = (int)Math.Clamp(header.Le32(0xC), HeaderSize, (uint)Math.Min(Sector, header.Length));
        byte[] copy = header[..length].ToArray();
        copy.AsSpan(0x10, 4).Clear();
        return Crc32.Zlib(copy);
    }

    private static List<(string Name, long From, long To)> Entries(in FormatInput input, ReadOnlySpan<byte> header, ImmutableArray<Flaw>.Builder flaws)
    {
        List<(string, long, long)> partitions = [];
        ulong sector = header.Le64(0x48);
        uint count = header.Le32(0x50), size = header.Le32(0x54);
        if (sector < 2 || sector > int.MaxValue / Sector || size != EntrySize || count is 0 or > MostEntries)
        {
            flaws.Add(new Flaw(FlawCode.Structure, $"{count:N0} entries of {size:N0} bytes in sector {sector:N0}", input.At + Sector));
            return partitions;
        }
        long from = (long)sector * Sector, length = (long)count * size;
        if (from + length > input.Length)
        {
            flaws.Add(Flaw.Truncated(from + length, input.Length));
            return partitions;
        }
        ReadOnlySpan<byte> entries = input.Bytes.Slice((int)from, (int)length);
        if (Crc32.Zlib(entries) is uint crc && crc != header.Le32(0x58))
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC of the entries", header.Le32(0x58), crc, input.At + (int)from));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * EntrySize, EntrySize);
            if (entry[..16].IsAll(0))
                continue;
            string name = SafeText.Show(Encoding.Unicode.GetString(entry.Slice(0x38, 72)).TrimEnd('\0'));
            long most = long.MaxValue / Sector / 2;
            partitions.Add((name.Length > 0 ? name : $"partition {i + 1}",
                (long)Math.Min(entry.Le64(0x20), (ulong)most), (long)Math.Min(entry.Le64(0x28), (ulong)most)));
        }
        return partitions;
    }

    private static void CheckPlaces(ReadOnlySpan<byte> header, List<(string Name, long From, long To)> partitions, ImmutableArray<Flaw>.Builder flaws)
    {
        (ulong first, ulong last) = (header.Le64(0x28), header.Le64(0x30));
        long end = -1;
        string before = "";
        foreach ((string name, long from, long to) in partitions.OrderBy(p => p.From))
        {
            if (from > to || (ulong)from < first || (ulong)to > last)
                flaws.Add(new Flaw(FlawCode.OffsetRange, $"{name} has sectors {from:N0} to {to:N0}, data lies in {first:N0} to {last:N0}"));
            else if (from <= end)
                flaws.Add(new Flaw(FlawCode.Overlap, $"{name} begins in sector {from:N0}, {before} ends in {end:N0}"));
            if (flaws.Count > 8)
                return;
            (end, before) = (Math.Max(end, to), name);
        }
    }

    private static void CheckCopy(in FormatInput input, int at, ReadOnlySpan<byte> header, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> copy = input.Bytes.Slice(at, Sector);
        if (!copy.Has("EFI PART"u8))
            flaws.Add(new Flaw(FlawCode.MissingMember, "the last sector has no copy of the table", input.At + at));
        else if (HeaderCrc(copy) != copy.Le32(0x10))
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "CRC of the header's copy", copy.Le32(0x10), HeaderCrc(copy), input.At + at));
        else if (copy.Le32(0x58) != header.Le32(0x58) || !copy.Slice(0x38, 16).SequenceEqual(header.Slice(0x38, 16)))
            flaws.Add(new Flaw(FlawCode.Structure, "the copy in the last sector is one of another table", input.At + at));
    }
}
