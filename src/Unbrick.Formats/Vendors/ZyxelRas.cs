using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Header of 64 KiB (or 4 KiB), numbers big-endian, padded with FF (openwrt/firmware-utils src/mkrasimage.c):
//   00  4  sum of the root file system     28  4  sum of the first 800h bytes with field 00 in this place
//   04  4  its length                      2C 64  board name, NUL, FF
//   08 32  version, NUL, FF                6C  4  sum of the kernel
//                                          70  4  its length, FFFFFFFF when there is none
// Root file system at the end of the header, kernel after it. The sums are those of System V (sum -s).

/// <summary>ZyXEL image for boot loaders with a RAS header (NBG6617 and its kin). The boot loader checks board name and sums.</summary>
public sealed class ZyxelRas : IFormatWriter
{
    private const int FieldsEnd = 0x74;
    private const int SummedLength = 0x800;
    private const int HeaderStep = 0x1000;
    private const int LongestHeader = 0x10000;

    public string Id => "zyxel-ras";

    public string Title => "ZyXEL RAS image";

    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        if (bytes.Length <= HeaderStep)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderStep + 1, bytes.Length)) : null;
        // There is no magic number, and the sum has 16 bits only: the texts must be there, too.
        bool texts = VendorRules.IsPaddedText(bytes.Slice(8, 32), 0xFF) && VendorRules.IsPaddedText(bytes.Slice(0x2C, 64), 0xFF)
            && bytes[FieldsEnd..SummedLength].IsAll(0xFF);
        if (!texts && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!texts)
            flaws.Add(new Flaw(FlawCode.Structure, "version and board name are not texts followed by FF", input.At + 8));
        uint headerSum = HeaderSum(bytes);
        if (headerSum != bytes.Be32(0x28))
            flaws.Add(Flaw.Differs(FlawCode.HeaderChecksum, "header checksum", bytes.Be32(0x28), headerSum, input.At + 0x28));
        Layout layout = Layout.Of(bytes);
        if (layout.End > bytes.Length)
            flaws.Add(Flaw.Truncated(layout.End, bytes.Length));
        bool rootfsFits = Check(input, 0, layout.HeaderLength, layout.RootfsLength, FlawCode.RootfsChecksum, "root file system checksum", flaws);
        long kernelAt = layout.HeaderLength + layout.RootfsLength;
        bool kernelFits = layout.KernelLength > 0
            && Check(input, 0x6C, kernelAt, layout.KernelLength, FlawCode.KernelChecksum, "kernel checksum", flaws);
        int length = (int)Math.Min(layout.End, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Confidence = texts ? Confidence.Certain : Confidence.Guess,
            Facts =
            [
                Fact.Text(FactName.Board, bytes.FieldText(0x2C, 64)),
                Fact.Text(FactName.Version, bytes.FieldText(8, 32)),
                Fact.Number("header_len", layout.HeaderLength),
                Fact.Number("rootfs_len", layout.RootfsLength),
                Fact.Number("kernel_len", layout.KernelLength),
            ],
            Parts =
            [
                .. PartAt("rootfs", input.At, layout.HeaderLength, layout.RootfsLength, length, rootfsFits),
                .. PartAt("kernel", input.At, kernelAt, layout.KernelLength, length, kernelFits),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareBoard(flaws, finding, expected);
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderStep)
            return null;
        Layout layout = Layout.Of(bytes);
        if (layout.End > bytes.Length)
            return null;
        byte[] written = bytes[..(int)layout.End].ToArray();
        Put(written, 0, SystemVSum(bytes.Slice(layout.HeaderLength, (int)layout.RootfsLength)));
        if (layout.KernelLength > 0)
            Put(written, 0x6C, SystemVSum(bytes.Slice((int)(layout.HeaderLength + layout.RootfsLength), (int)layout.KernelLength)));
        Put(written, 0x28, HeaderSum(written));
        return written;
    }

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);

    /// <summary>The sum of what is wholly there is the one that the header says.</summary>
    private static bool Check(
        in FormatInput input, int sumAt, long start, long length, string code, string what, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (start + length > bytes.Length)
            return false;
        uint sum = SystemVSum(bytes.Slice((int)start, (int)length));
        if (sum == bytes.Be32(sumAt))
            return true;
        flaws.Add(Flaw.Differs(code, what, bytes.Be32(sumAt), sum, input.At + sumAt));
        return false;
    }

    private static ImmutableArray<Part> PartAt(string name, int at, long start, long length, int end, bool proven)
    {
        long there = Math.Min(length, end - start);
        return there > 0 ? [new Part(name, at + (int)start, (int)there, proven)] : [];
    }

    private static uint HeaderSum(ReadOnlySpan<byte> bytes) =>
        Fold(ByteSum(bytes[..0x28]) + ByteSum(bytes[..4]) + ByteSum(bytes[0x2C..SummedLength]));

    private static uint SystemVSum(ReadOnlySpan<byte> bytes) => Fold(ByteSum(bytes));

    private static uint ByteSum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return sum;
    }

    /// <summary>Once by 16 bits, then once more without a carry beyond them, as the boot loader does.</summary>
    private static uint Fold(uint sum)
    {
        uint once = (sum & 0xFFFF) + (sum >> 16);
        return (once & 0xFFFF) + (once >> 16);
    }

    /// <summary>How long the header is, which it does not say, and what follows it.</summary>
    private readonly record struct Layout(int HeaderLength, long RootfsLength, long KernelLength)
    {
        public long End => HeaderLength + RootfsLength + KernelLength;

        /// <summary>
        /// The header ends where the sum of the root file system fits, where the lengths fill the file, or else where its FF padding ends.
        /// </summary>
        public static Layout Of(ReadOnlySpan<byte> bytes)
        {
            long rootfs = bytes.Be32(4);
            uint kernel = bytes.Be32(0x70);
            Layout layout = new(0, rootfs, kernel == uint.MaxValue ? 0 : kernel);
            int padded = bytes[FieldsEnd..].IndexOfAnyExcept((byte)0xFF);
            int paddingEnd = padded < 0 ? bytes.Length : FieldsEnd + padded;
            int byPadding = Math.Clamp(paddingEnd / HeaderStep * HeaderStep, HeaderStep, LongestHeader);
            long byFile = bytes.Length - layout.End;
            foreach (long candidate in (ReadOnlySpan<long>)[byPadding, LongestHeader, HeaderStep, byFile])
            {
                if (candidate is >= HeaderStep and <= LongestHeader && candidate + rootfs <= bytes.Length
                    && SystemVSum(bytes.Slice((int)candidate, (int)rootfs)) == bytes.Be32(0))
                {
                    return layout with { HeaderLength = (int)candidate };
                }
            }
            bool fills = byFile is HeaderStep or LongestHeader;
            return layout with { HeaderLength = fills ? (int)byFile : byPadding };
        }
    }
}
