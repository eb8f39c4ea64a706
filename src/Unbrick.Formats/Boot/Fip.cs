using System.Collections.Immutable;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Vendors;

namespace Unbrick.Formats.Boot;

// Little-endian (Trusted Firmware-A include/tools_share/firmware_image_package.h):
//   00  4  AA640001    04  4  serial number, not 0    08  8  flags
//   entries of 40 bytes: 00 16 UUID    10  8  offset from the beginning    18  8  length    20  8  flags
//   an entry with a UUID of zeros ends the table; its offset is the length of the package

/// <summary>
/// Firmware image package of Trusted Firmware-A, the <c>fip</c> partition of MediaTek's filogic boards and others: the secure monitor (BL31)
/// and U-Boot (BL33), which BL2 loads. It has no checksum.
/// </summary>
public sealed class Fip : IFirmwareFormat
{
    private const int HeaderSize = 16, EntrySize = 40, UuidSize = 16, MostEntries = 64;
    private const uint Magic = 0xAA64_0001;

    public string Id => "fip";

    public string Title => "Trusted Firmware image package (FIP)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("01 00 64 AA", alignment: 512)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize + EntrySize)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(HeaderSize + EntrySize, bytes.Length)) : null;
        bool magic = bytes.Le32(0) == Magic;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Le32(0):x8}, not 0x{Magic:x8}", input.At));
        int table = TableLength(bytes, out bool ended);
        long end = ended ? (long)Math.Min(bytes.Le64(table - EntrySize + UuidSize), long.MaxValue) : table;
        int known = 0;
        for (int at = HeaderSize; at + EntrySize <= table && !bytes.Slice(at, UuidSize).IsAll(0); at += EntrySize)
        {
            string? name = FipImages.NameOf(bytes.Slice(at, UuidSize));
            known += name is null ? 0 : 1;
            ulong offset = bytes.Le64(at + UuidSize), length = bytes.Le64(at + UuidSize + 8);
            string shown = name ?? Convert.ToHexStringLower(bytes.Slice(at, 4));
            if (offset < (ulong)table || length > int.MaxValue || offset > int.MaxValue)
            {
                flaws.Add(new Flaw(FlawCode.OffsetRange, $"{shown} has {length:N0} bytes at 0x{offset:x}", input.At + at + UuidSize));
                continue;
            }
            end = Math.Max(end, (long)(offset + length));
            long present = Math.Min((long)length, bytes.Length - (long)offset);
            if (present > 0)
                parts.Add(new Part(shown, input.At + (int)offset, (int)present));
        }
        if (!input.Claimed && !(magic && known > 0 && bytes.Le32(4) != 0) && !(input.AtStart && known > 1 && ended))
            return null;
        if (!ended)
            flaws.Add(new Flaw(FlawCode.NoTerminator, $"the table does not end within {table:N0} bytes", input.At + table - 1));
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(end, 1, bytes.Length),
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = magic && known > 0 ? Confidence.Certain : known > 0 ? Confidence.Likely : Confidence.Guess,
            Facts = [Fact.List("images", [.. parts.Select(part => part.Name)]), Fact.Hex("serial", bytes.Le32(4))],
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareSize(flaws, finding, finding.Length, expected);
        // BL2 looks for these two; without one of them the board stops in BL2.
        foreach (string needed in (ReadOnlySpan<string>)["soc-fw", "nt-fw"])
        {
            if (expected.Arch == "arm64" && finding["images"] is ImmutableArray<string> images && !images.Contains(needed))
                flaws.Add(new Flaw(FlawCode.MissingMember, $"there is no {needed} in it", finding.Offset));
        }
        return flaws.DrainToImmutable();
    }

    /// <summary>Bytes of header and entries, the one that ends them included.</summary>
    private static int TableLength(ReadOnlySpan<byte> bytes, out bool ended)
    {
        int at = HeaderSize;
        for (int i = 0; i < MostEntries && at + EntrySize <= bytes.Length; i++, at += EntrySize)
        {
            ended = bytes.Slice(at, UuidSize).IsAll(0);
            if (ended)
                return at + EntrySize;
        }
        ended = false;
        return at;
    }
}
