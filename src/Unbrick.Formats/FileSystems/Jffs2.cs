using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

/// <summary>
/// JFFS2: a log of nodes, each with CRCs of its own, spread over erase blocks. It has no superblock, so what is found is the run of nodes
/// up to the end of the last erase block that has one; erased blocks in between belong to it. A lone <c>DE AD C0 DE</c> at the beginning of a block is OpenWrt's mark that
/// everything from there on is to be erased and made a file system at the first boot.
/// </summary>
public sealed class Jffs2 : IFirmwareFormat
{
    private const uint EofMark = 0xDEADC0DE;

    public string Id => "jffs2";

    public string Title => "JFFS2 file system";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Hex("85 19 01 E0", alignment: 4), BytePattern.Hex("85 19 02 E0", alignment: 4), BytePattern.Hex("85 19 03 20", alignment: 4),
        BytePattern.Hex("19 85 E0 01", alignment: 4), BytePattern.Hex("19 85 E0 02", alignment: 4), BytePattern.Hex("19 85 20 03", alignment: 4),
        BytePattern.Hex("DE AD C0 DE", alignment: 0x1000),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length >= 4 && bytes.Be32(0) == EofMark)
            return Mark(input);
        if (Jffs2Node.TryRead(bytes, bigEndian: false, out _))
            return Run(input, bigEndian: false, []);
        if (Jffs2Node.TryRead(bytes, bigEndian: true, out _))
            return Run(input, bigEndian: true, []);
        if (!input.Claimed && !input.AtStart)
            return null;
        foreach (bool bigEndian in (ReadOnlySpan<bool>)[false, true])
        {
            if (Jffs2Node.TryRead(bytes, bigEndian, repairMagic: true, out _))
                return Run(input, bigEndian,
                    [new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be16(0):x4}, the CRC is that of a JFFS2 node", input.At)]);
        }
        return input.Claimed ? Unreadable(input) : null;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    private Finding Run(in FormatInput input, bool bigEndian, ImmutableArray<Flaw> flaws)
    {
        Jffs2Run run = Jffs2Run.Follow(input, bigEndian, flaws.IsEmpty);
        return new Finding
        {
            Offset = input.At,
            Length = run.Length,
            Format = Id,
            Confidence = run.Nodes > 1 || flaws.IsEmpty ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text("endian", bigEndian ? "be" : "le"),
                Fact.Number("erase", run.EraseBlock),
                Fact.Number("nodes", run.Nodes),
                Fact.Number("obsolete_nodes", run.Obsolete),
                Fact.Number("inodes", run.Inodes),
                Fact.Flag("clean_markers", run.CleanMarkers > 0),
                Fact.Number("blocks", run.Blocks),
                Fact.Number("erased_blocks", run.ErasedBlocks),
                Fact.Number("free_blocks", run.FreeBlocks),
                Fact.Number("dirty_blocks", run.DirtyBlocks),
                Fact.Number("dirty_bytes", run.DirtyBytes),
            ],
        }.With(flaws).With(run.Flaws);
    }

    private Finding? Mark(in FormatInput input)
    {
        ReadOnlySpan<byte> after = input.Bytes[4..Math.Min(input.Length, 0x1000)];
        // Four bytes are few for a dump of megabytes; where the mark is one, an erased block or the end follows.
        if (!input.Claimed && !after.IsAll(0xFF))
            return null;
        return new Finding
        {
            Offset = input.At,
            Length = 4,
            Format = Id,
            Variant = "eof-mark",
            Confidence = after.IsEmpty ? Confidence.Guess : Confidence.Likely,
        };
    }

    private Finding Unreadable(in FormatInput input)
    {
        Finding finding = new() { Offset = input.At, Length = Math.Max(1, input.Length), Format = Id, Confidence = Confidence.Guess };
        if (input.Length > 0 && input.Bytes.IsAll(0xFF))
            return finding.With(new Flaw(FlawCode.Empty, $"{input.Length:N0} bytes of FF: erased, no node", input.At));
        if (input.Length < Jffs2Node.HeaderSize)
            return finding.With(Flaw.Truncated(Jffs2Node.HeaderSize, input.Length));
        bool magic = input.Bytes.Le16(0) == Jffs2Node.Magic || input.Bytes.Be16(0) == Jffs2Node.Magic;
        if (!magic)
            return finding.With(new Flaw(FlawCode.Magic, $"begins with 0x{input.Bytes.Be16(0):x4}, not with 0x1985 in either order", input.At));
        bool bigEndian = input.Bytes.Be16(0) == Jffs2Node.Magic;
        uint stored = bigEndian ? input.Bytes.Be32(8) : input.Bytes.Le32(8);
        Flaw flaw = Flaw.Differs(FlawCode.HeaderCrc, "CRC of the first node's header", stored, Crc32.Raw(input.Bytes[..8]), input.At + 8);
        return Run(input, bigEndian, [flaw]);
    }
}
