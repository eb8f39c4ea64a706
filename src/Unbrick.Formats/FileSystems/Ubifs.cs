using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// The superblock node, at the beginning of the first block (linux fs/ubifs/ubifs-media.h, struct ubifs_sb_node), behind the header of 0x18:
//   20  4  smallest write   28  4  blocks (LEBs)         50  4  format version
//   24  4  bytes of a LEB   2C  4  most blocks it grows to  54  2  compression: 0 none, 1 lzo, 2 zlib, 3 zstd
// The node is 0x1000 long.

/// <summary>UBIFS as mkfs.ubifs writes it: the content of one UBI volume in one piece. Every node has a CRC.</summary>
public sealed class Ubifs : IFirmwareFormat
{
    private const int SuperblockSize = 0x1000, MostFlaws = 8;

    public string Id => "ubifs";

    public string Title => "UBIFS file system";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("31 18 10 06", alignment: 8)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < SuperblockSize)
            return input.Claimed ? Short(input) : null;
        UbifsNode super = new(bytes.Le32(4), bytes.Le32(0x10), bytes[0x14]);
        bool magic = bytes.Le32(0) == UbifsNode.Magic;
        bool whole = super.Length == SuperblockSize && super.Fits(bytes);
        bool shaped = super.Type == UbifsNode.Superblock && super.Length == SuperblockSize;
        long block = bytes.Le32(0x24);
        long count = bytes.Le32(0x28);
        bool sized = block is >= 0x1000 and <= 0x40_0000 && block % 8 == 0 && count > 1 && count * block <= 1L << 40;
        if (!input.Claimed && !(shaped && sized && (magic || (whole && input.AtStart))))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Le32(0):x8}, not 0x{UbifsNode.Magic:x8}", input.At));
        if (!whole)
            flaws.Add(new Flaw(FlawCode.NodeCrc, $"CRC of the superblock is 0x{super.Crc:x8}, which does not fit its bytes", input.At + 4));
        else if (!shaped || !sized)
            flaws.Add(new Flaw(FlawCode.Superblock, $"node type {super.Type}, {count:N0} blocks of {block:N0} bytes", input.At));
        long length = sized ? block * count : bytes.Length;
        if (length > bytes.Length)
            flaws.Add(Flaw.Truncated(length, bytes.Length));
        int nodes = sized ? CheckNodes(input, (int)block, (int)Math.Min(length, bytes.Length), flaws) : 0;
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(length, 1, bytes.Length),
            Format = Id,
            Confidence = whole ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Number("leb", block),
                Fact.Number("lebs", count),
                Fact.Number("most_lebs", bytes.Le32(0x2C)),
                Fact.Number("min_io", bytes.Le32(0x20)),
                Fact.Number("nodes", nodes),
                Fact.Text(FactName.Compression, bytes.Le16(0x54) switch { 0 => "none", 1 => "lzo", 2 => "zlib", 3 =>
                    "zstd", ushort other => $"compression {other}" }),
            ],
        }.With(flaws.DrainToImmutable());
    }

    /// <summary>Follows the nodes of each block; blocks of the lookup tables (LPT) have none and are passed over.</summary>
    private static int CheckNodes(in FormatInput input, int block, int length, ImmutableArray<Flaw>.Builder flaws)
    {
        int nodes = 0;
        for (long begin = 0; begin < length; begin += block)
        {
            ReadOnlySpan<byte> bytes = input.Bytes[(int)begin..(int)Math.Min(begin + block, length)];
            long at = 0;
            while (at < bytes.Length && UbifsNode.TryRead(bytes[(int)at..], out UbifsNode node))
            {
                bool superblock = begin == 0 && at == 0;
                if (!node.Fits(bytes[(int)at..]))
                {
                    if (!superblock && flaws.Count < MostFlaws)
                        flaws.Add(new Flaw(FlawCode.NodeCrc, $"CRC of a node of type {node.Type} does not fit", input.At + (int)begin + (int)at));
                    break;
                }
                nodes++;
                long padding = node.Type == UbifsNode.Padding && node.Length >= UbifsNode.HeaderSize + 4
                    ? bytes.Le32((int)at + UbifsNode.HeaderSize) : 0;
                at = (at + node.Length + 7 & ~7L) + padding;
            }
        }
        return nodes;
    }

    private Finding Short(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(Flaw.Truncated(SuperblockSize, input.Length));
}
