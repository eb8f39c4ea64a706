using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Boot sector, little-endian (Microsoft FAT32 File System Specification 1.03; ECMA-107):
//   00  3  jump: EB .. 90 or E9    10  1  tables (1 or 2)     20  4  sectors, when 13 is 0     30  2  FSInfo sector (FAT32)
//   0B  2  bytes of a sector       11  2  root entries        24  4  sectors of a table (32)   32  2  copy of this sector (FAT32)
//   0D  1  sectors of a cluster    13  2  sectors             2B, 47 11 label (12 and 16, 32)
//   0E  2  sectors before tables   15  1  kind of medium      26, 42  1 29: label and the id before it are there (12 and 16, 32)
//                                  16  2  sectors of a table  27, 43  4 id of the volume      1FE 2  55 AA
// The first byte of the table is the kind of medium again. Up to 4084 clusters it is FAT12, up to 65524 FAT16.

/// <summary>FAT12, FAT16 and FAT32. No checksum: two copies of the table, and of FAT32's boot sector, can be held against each other.</summary>
public sealed class Fat : IFirmwareFormat
{
    private const int Sector = 512;

    public string Id => "fat";

    public string Title => "FAT file system";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("55 AA", 0x1FE, Sector)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Sector)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Sector, bytes.Length)) : null;
        bool magic = bytes.Be16(0x1FE) == 0x55AA;
        int sector = bytes.Le16(0xB), cluster = bytes[0xD], reserved = bytes.Le16(0xE), tables = bytes[0x10], root = bytes.Le16(0x11);
        long sectors = bytes.Le16(0x13) != 0 ? bytes.Le16(0x13) : bytes.Le32(0x20);
        long table = bytes.Le16(0x16) != 0 ? bytes.Le16(0x16) : bytes.Le32(0x24);
        bool shaped = (bytes[0] == 0xEB && bytes[2] == 0x90 || bytes[0] == 0xE9) && int.IsPow2(sector) && sector is >= 512 and <= 4096
            && int.IsPow2(cluster) && reserved > 0 && tables is 1 or 2 && bytes[0x15] is 0xF0 or >= 0xF8 && table > 0
            && sectors > reserved + (tables * table);
        if (!input.Claimed && !(magic && shaped))
            return null;
        if (!shaped)
        {
            Flaw flaw = magic
                ? new Flaw(FlawCode.Superblock, "sizes in the boot sector contradict each other", input.At)
                : new Flaw(FlawCode.Magic, $"the boot sector ends with 0x{bytes.Be16(0x1FE):x4}, not with 0x55aa", input.At + 0x1FE);
            return Unreadable.Claim(input, Id, flaw);
        }

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"the boot sector ends with 0x{bytes.Be16(0x1FE):x4}, not with 0x55aa", input.At + 0x1FE));
        long rootSectors = ((root * 32L) + sector - 1) / sector;
        long clusters = (sectors - reserved - (tables * table) - rootSectors) / cluster;
        bool wide = bytes.Le16(0x16) == 0;
        int bits = wide ? 32 : clusters < 4085 ? 12 : 16;
        long length = sectors * sector, from = (long)reserved * sector;
        if (length > bytes.Length)
            flaws.Add(Flaw.Truncated(length, bytes.Length));
        bool medium = from + 4 <= bytes.Length && bytes[(int)from] == bytes[0x15];
        if (!medium && from < bytes.Length)
            flaws.Add(new Flaw(FlawCode.Structure, $"the table begins with 0x{bytes[(int)from]:x2}, the medium is 0x{bytes[0x15]:x2}", input.At + (int)from));
        if (tables == 2)
            CompareTables(input, from, table * sector, flaws);
        if (wide)
            CheckWide(input, sector, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(length, 1, bytes.Length),
            Format = Id,
            Variant = $"fat{bits}",
            Verdict = tables == 2 || wide ? Verdict.Ok : Verdict.Unchecked,
            Confidence = medium ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                .. Names(bytes[(wide ? 0x42 : 0x26)..]),
                Fact.Number("sector", sector),
                Fact.Number("cluster", (long)cluster * sector),
                Fact.Number("clusters", clusters),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    /// <summary>Label, and the id as blkid and Windows write it; both only behind the mark that says that they are there.</summary>
    private static Fact[] Names(ReadOnlySpan<byte> extended) => extended[0] == 0x29
        ? [Fact.Text("label", SafeText.Show(extended.Slice(5, 11).TrimEnd((byte)' '))), Fact.Text("id", $"{extended.Le16(3):X4}-{extended.Le16(1):X4}")]
        : [];

    private static void CompareTables(in FormatInput input, long from, long length, ImmutableArray<Flaw>.Builder flaws)
    {
        if (from + (2 * length) > input.Length)
            return;
        ReadOnlySpan<byte> one = input.Bytes.Slice((int)from, (int)length), two = input.Bytes.Slice((int)(from + length), (int)length);
        int same = one.CommonPrefixLength(two);
        if (same < one.Length)
            flaws.Add(new Flaw(FlawCode.Structure, $"the two copies of the table differ from byte {same:N0} on", input.At + (int)from + same));
    }

    /// <summary>FAT32 has a sector with marks, and a copy of the boot sector.</summary>
    private static void CheckWide(in FormatInput input, int sector, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int info = bytes.Le16(0x30) * sector, copy = bytes.Le16(0x32) * sector;
        if (info > 0 && info + Sector <= bytes.Length && (bytes.Le32(info) != 0x4161_5252 || bytes.Le32(info + 0x1E4) != 0x6141_7272))
            flaws.Add(new Flaw(FlawCode.Structure, "the FSInfo sector has not its marks", input.At + info));
        if (copy > 0 && copy + Sector <= bytes.Length && !bytes.Slice(copy, 0x5A).SequenceEqual(bytes[..0x5A]))
            flaws.Add(new Flaw(FlawCode.Structure, "the copy of the boot sector is another", input.At + copy));
    }
}
