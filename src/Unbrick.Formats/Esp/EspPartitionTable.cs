using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Esp;

// Rows of 32 bytes (EspPartition), then a row eb eb, 14 × ff, MD5 of the rows before it; FF up to 0xc00. Usually at 0x8000.

/// <summary>Partition table of the ESP32 family. The boot loader refuses one whose MD5 is wrong, and starts no partition beyond the chip.</summary>
public sealed class EspPartitionTable : IFormatWriter
{
    private const int TableSize = 0xC00, Row = EspPartition.RowSize;
    private const uint Sector = 0x1000, AppAlignment = 0x1_0000;

    public string Id => "esp-ptable";

    public string Title => "ESP32 partition table";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("AA5000", 0, 0x1000), BytePattern.Hex("AA5001", 0, 0x1000)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        ImmutableArray<EspPartition> rows = Rows(bytes);
        int end = rows.Length * Row;
        bool hasMd5 = HasMd5(bytes, end);
        bool md5Fits = hasMd5 && Md5Of(bytes, end).AsSpan().SequenceEqual(bytes.Slice(end + 16, 16));
        if (!input.Claimed && (rows.IsEmpty || !(md5Fits || MakesSense(bytes, rows, end))))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (rows.IsEmpty)
        {
            flaws.Add(bytes.Length < Row
                ? Flaw.Truncated(Row, bytes.Length)
                : new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be16(0):x4}, not with a row (0xaa50)", input.At));
        }
        if (hasMd5 && !md5Fits)
            flaws.Add(new Flaw(FlawCode.Md5, $"the MD5 in row {rows.Length + 1} is not that of the rows before it", input.At + end + 16));
        Judge(rows, input.At, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, rows.IsEmpty ? bytes.Length : Extent(bytes, end + (hasMd5 ? Row : 0))),
            Format = Id,
            Confidence = md5Fits ? Confidence.Certain : Confidence.Likely,
            Verdict = hasMd5 ? Verdict.Ok : Verdict.Unchecked,
            Facts =
            [
                Fact.Number("entries", rows.Length),
                Fact.Flag("md5", hasMd5),
                Fact.Number("flash_needed", rows.IsEmpty ? 0 : rows.Max(r => r.End)),
                Fact.List("partitions", [.. rows.Select(r => r.ToString())]),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) =>
        expected.FlashSize is long flash && finding["flash_needed"] is long needed && needed > flash
            ? [new Flaw(FlawCode.BeyondFlash, $"the last partition ends at 0x{needed:x}, the chip at 0x{flash:x}", finding.Offset)]
            : [];

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int end = Rows(bytes).Length * Row;
        if (end == 0)
            return null;
        bool hasMd5 = HasMd5(bytes, end);
        byte[] written = bytes[..Extent(bytes, end + (hasMd5 ? Row : 0))].ToArray();
        if (hasMd5)
            Md5Of(written, end).CopyTo(written, end + 16);
        return written;
    }

    private static ImmutableArray<EspPartition> Rows(ReadOnlySpan<byte> bytes)
    {
        ImmutableArray<EspPartition>.Builder rows = ImmutableArray.CreateBuilder<EspPartition>();
        for (int at = 0; at + Row <= Math.Min(bytes.Length, TableSize) && bytes.Be16(at) == 0xAA50; at += Row)
            rows.Add(EspPartition.Read(bytes.Slice(at, Row)));
        return rows.DrainToImmutable();
    }

    private static void Judge(ImmutableArray<EspPartition> rows, int at, ImmutableArray<Flaw>.Builder flaws)
    {
        EspPartition[] sorted = [.. rows.OrderBy(r => r.Offset)];
        for (int i = 1; i < sorted.Length; i++)
        {
            EspPartition before = sorted[i - 1], row = sorted[i];
            if (row.Offset < before.End)
                flaws.Add(new Flaw(FlawCode.Overlap, $"{row.Label} begins at 0x{row.Offset:x}, {before.Label} ends at 0x{before.End:x}", at));
        }
        foreach (EspPartition row in rows)
        {
            uint alignment = row.IsApp ? AppAlignment : Sector;
            if (row.Offset % alignment != 0)
                flaws.Add(new Flaw(FlawCode.OffsetRange, $"{row.Label} begins at 0x{row.Offset:x}, no multiple of 0x{alignment:x}", at));
        }
    }

    /// <summary>Without an MD5 that fits: two rows or more, ended by erased flash or an MD5 row, all within 128 MiB.</summary>
    private static bool MakesSense(ReadOnlySpan<byte> bytes, ImmutableArray<EspPartition> rows, int end)
    {
        bool ended = HasMd5(bytes, end) || (end + Row <= bytes.Length && bytes.Slice(end, Row).IsAll(0xFF));
        return rows.Length >= 2 && ended && rows.All(r => r.Size > 0 && r.End <= 128L << 20 && r.Label.Length > 0);
    }

    private static bool HasMd5(ReadOnlySpan<byte> bytes, int end) =>
        end > 0 && end + Row <= bytes.Length && bytes.Be16(end) == 0xEBEB && bytes.Slice(end + 2, 14).IsAll(0xFF);

    /// <summary>The table fills 0xc00 bytes when the rest of them is erased.</summary>
    private static int Extent(ReadOnlySpan<byte> bytes, int used)
    {
        int full = Math.Min(bytes.Length, TableSize);
        return used < full && bytes[used..full].IsAll(0xFF) ? full : Math.Min(used, bytes.Length);
    }

    // MD5 is what the format has; it keeps nobody out.
#pragma warning disable CA5351
    private static byte[] Md5Of(ReadOnlySpan<byte> bytes, int end) => MD5.HashData(bytes[..end]);
#pragma warning restore CA5351
}
