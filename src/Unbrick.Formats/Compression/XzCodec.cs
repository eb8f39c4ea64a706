using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// xz-file-format.txt (tukaani.org), numbers little-endian:
//   stream header   FD 37 7A 58 5A 00, flags (2: 00, id of the check), CRC-32 of the flags
//   blocks          header (XzBlockHeader), LZMA2, zeros up to a multiple of 4, check
//   index           00, number of blocks, for each: length without zeros, plain length; zeros, CRC-32
//   stream footer   CRC-32 of the next 6, length of the index / 4 - 1 (4), flags (2), "YZ"
//   more streams may follow, with multiples of 4 zeros between them

/// <summary>xz: LZMA2 in blocks, each with a check, and an index of them at the end.</summary>
internal sealed class XzCodec : IStreamCodec
{
    private const int HeaderLength = 12;

    public string Variant => "xz";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("FD 37 7A 58 5A 00")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]);

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < HeaderLength)
            return null;
        uint stored = packed.Le32(8), computed = Crc32.Zlib(packed.Slice(6, 2));
        bool fits = stored == computed;
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Text("check", XzCheck.Name(packed[7] & 0xF)));
        if (XzBlockHeader.Read(packed[HeaderLength..]) is XzBlockHeader block)
        {
            facts.Add(Fact.List("filters", [.. block.Filters.Select(filter => FilterName(filter.Id))]));
            if (block.Filters is [.., { Id: XzBlockHeader.Lzma2Filter, Properties: [byte size] }])
                facts.Add(Fact.Number("dict_size", Lzma2.DictionarySize(size)));
        }
        return new StreamHead(fits ? Confidence.Certain : Confidence.Guess, facts.DrainToImmutable())
        {
            Flaws = fits ? [] : [Flaw.Differs(FlawCode.HeaderCrc, "CRC of the stream flags", stored, computed)],
            FitsWithoutMagic = fits && packed[6] == 0,
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        int at = 0;
        while (true)
        {
            (UnpackStatus status, string seen) = Stream(packed, ref at, output);
            at = Math.Min(at, packed.Length);
            if (status == UnpackStatus.Truncated && EndsWithFooter(packed[at..]))
                (status, seen) = (UnpackStatus.Damaged, seen + ", yet the footer is there");
            if (status != UnpackStatus.Ok)
                return output.End(status, at, seen);
            int next = at;
            while (packed.Length - next >= 4 && packed.Le32(next) == 0)
                next += 4;
            if (!HasMagic(packed[next..]) || ReadHead(packed[next..]) is not { FitsWithoutMagic: true })
                return output.End(UnpackStatus.Ok, at, "");
            at = next;
        }
    }

    private static string FilterName(int id) => id switch
    {
        XzBlockHeader.Lzma2Filter => "lzma2",
        XzBlockHeader.DeltaFilter => "delta",
        BranchFilter.X86 => "x86",
        BranchFilter.PowerPc => "powerpc",
        6 => "ia64",
        BranchFilter.Arm => "arm",
        BranchFilter.ArmThumb => "armthumb",
        BranchFilter.Sparc => "sparc",
        BranchFilter.Arm64 => "arm64",
        11 => "riscv",
        _ => $"filter {id}",
    };

    private static bool EndsWithFooter(ReadOnlySpan<byte> packed) =>
        packed.Length >= HeaderLength && packed.Has("YZ"u8, packed.Length - 2) && packed.Le32(packed.Length - 12) == Crc32.Zlib(packed[^8..^2]);

    private static (UnpackStatus Status, string Seen) Stream(ReadOnlySpan<byte> packed, ref int at, PlainOutput output)
    {
        int start = at;
        if (packed.Length - at < HeaderLength)
            return (UnpackStatus.Truncated, $"the stream header has {HeaderLength} bytes, {packed.Length - at} are there");
        if (packed[at + 6] != 0 || packed[at + 7] > 15 || Crc32.Zlib(packed.Slice(at + 6, 2)) != packed.Le32(at + 8))
            return (UnpackStatus.Damaged, "the CRC of the stream flags is wrong");
        int check = packed[at + 7];
        at += HeaderLength;
        // Each record stands for a block of at least a dozen bytes: the list cannot outgrow the file.
        List<XzBlock> blocks = [];
        while (at < packed.Length && packed[at] != 0)
        {
            int from = at;
            (UnpackStatus status, string seen) = Block(packed, ref at, check, output, out long plain);
            if (status != UnpackStatus.Ok)
                return (status, $"block {blocks.Count + 1}: {seen}");
            blocks.Add(new XzBlock(at - from, plain));
            at += XzCheck.Size(check);
        }
        return IndexAndFooter(packed, ref at, start, check, blocks);
    }

    /// <summary>Leaves <paramref name="at"/> behind the zeros, before the check; the unpadded length of the index counts without the zeros.</summary>
    private static (UnpackStatus Status, string Seen) Block(ReadOnlySpan<byte> packed, ref int at, int check, PlainOutput output, out long plain)
    {
        plain = 0;
        if (packed.Length - at < (packed[at] + 1) * 4)
            return (UnpackStatus.Truncated, "the header is cut");
        if (XzBlockHeader.Read(packed[at..]) is not XzBlockHeader header)
            return (UnpackStatus.Damaged, "the header's CRC is wrong, or its fields make no sense");
        at += header.Length;
        if (header.Filters[^1] is not { Id: XzBlockHeader.Lzma2Filter, Properties: [byte property] } || Lzma2.DictionarySize(property) == 0)
            return (UnpackStatus.Unsupported, $"packed with {FilterName(header.Filters[^1].Id)}");
        long dictionary = Lzma2.DictionarySize(property);
        using XzCheck checker = new(check, output);
        IPlainSink sink = checker;
        List<BranchFilter> branches = [];
        foreach ((int id, ImmutableArray<byte> properties) in header.Filters[..^1])
        {
            uint start = properties.Length == 4 ? properties.AsSpan().Le32(0) : 0;
            if (id == XzBlockHeader.DeltaFilter && properties.Length == 1)
                sink = new DeltaFilter(properties[0] + 1, sink);
            else if (BranchFilter.Alignment(id) > 0)
                branches.Insert(0, (BranchFilter)(sink = new BranchFilter(id, start, sink)));
            else
                return (UnpackStatus.Unsupported, $"the filter {FilterName(id)} is not undone here");
        }
        using PlainWindow window = new(dictionary, output.Most - output.Length, sink);
        int from = at;
        (UnpackStatus status, string seen) = new Lzma2().Run(packed, ref at, window, dictionary);
        window.Flush();
        foreach (BranchFilter branch in branches)
            branch.End();
        if (status != UnpackStatus.Ok)
            return (status, seen);
        plain = checker.Length;
        if (header.PackedSize >= 0 && header.PackedSize != at - from)
            return (UnpackStatus.Damaged, $"{header.PackedSize:N0} packed bytes are announced, there are {at - from:N0}");
        if (header.PlainSize >= 0 && header.PlainSize != plain)
            return (UnpackStatus.Damaged, $"{header.PlainSize:N0} plain bytes are announced, there are {plain:N0}");
        int zeros = -(at - from + header.Length) & 3;
        int size = XzCheck.Size(check);
        if (packed.Length - at < zeros + size)
            return (UnpackStatus.Truncated, "the check is cut");
        if (!packed.Slice(at, zeros).IsAll(0))
            return (UnpackStatus.Damaged, "there is something between the block and its check");
        at += zeros;
        return checker.Fits(packed.Slice(at, size))
            ? (UnpackStatus.Ok, "")
            : (UnpackStatus.Damaged, $"the {XzCheck.Name(check)} is not the one of the bytes");
    }

    private static (UnpackStatus Status, string Seen) IndexAndFooter(
        ReadOnlySpan<byte> packed, ref int at, int start, int check, List<XzBlock> blocks)
    {
        int from = at;
        if (at >= packed.Length)
            return (UnpackStatus.Truncated, $"after {blocks.Count} blocks the index is missing");
        at++;
        if (!XzBlockHeader.TryNumber(packed, ref at, out long count))
            return (packed.Length - at < 9 ? UnpackStatus.Truncated : UnpackStatus.Damaged, "the index is cut");
        if (count != blocks.Count)
            return (UnpackStatus.Damaged, $"the index has {count:N0} blocks, there are {blocks.Count:N0}");
        foreach ((long unpadded, long plain) in blocks)
        {
            if (!XzBlockHeader.TryNumber(packed, ref at, out long length) || !XzBlockHeader.TryNumber(packed, ref at, out long size))
                return (packed.Length - at < 9 ? UnpackStatus.Truncated : UnpackStatus.Damaged, "the index is cut");
            if ((length - XzCheck.Size(check) + 3 & ~3) != unpadded || size != plain)
                return (UnpackStatus.Damaged, $"the index says {size:N0} plain bytes for a block of {plain:N0}");
        }
        at = start + (at - start + 3 & ~3);
        if (packed.Length - at < 4 + HeaderLength)
            return (UnpackStatus.Truncated, "the footer is cut");
        if (Crc32.Zlib(packed[from..at]) != packed.Le32(at))
            return (UnpackStatus.Damaged, "the index's CRC is wrong");
        at += 4;
        ReadOnlySpan<byte> footer = packed.Slice(at, HeaderLength);
        bool fits = footer.Has("YZ"u8, 10) && footer.Le32(0) == Crc32.Zlib(footer[4..10]) && footer[8] == 0 && footer[9] == check
            && (footer.Le32(4) + 1L) * 4 == at - from;
        if (!fits)
            return (UnpackStatus.Damaged, "the stream footer is not the one of this stream");
        at += HeaderLength;
        return (UnpackStatus.Ok, "");
    }

    /// <summary>A block as the index counts it: with header and check but without the zeros between; and what it unpacks to.</summary>
    private sealed record XzBlock(long Unpadded, long Plain);
}
