using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>
/// Netgear .chk file, as nmrpflash and the web pages of Broadcom and MediaTek models take it. The boot loader compares the board id and all
/// four sums; only kernel and root file system are written.
/// </summary>
public sealed class NetgearChk : IFormatWriter
{
    public string Id => "netgear-chk";

    public string Title => "Netgear CHK image";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("*#$^")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!NetgearChkHeader.TryRead(bytes, out NetgearChkHeader header))
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(NetgearChkHeader.Size, bytes.Length)) : null;
        bool knownMagic = header.Magic == NetgearChkHeader.UsualMagic;
        if (!knownMagic && !input.Claimed && !input.AtStart)
            return null;
        if (!HasLength(header, bytes.Length))
        {
            return input.Claimed
                ? VendorRules.Broken(Id, input, knownMagic ? BadLength(header, input.At) : BadMagic(header, input.At))
                : null;
        }
        ReadOnlySpan<byte> board = bytes[NetgearChkHeader.Size..(int)header.Length];
        uint sum = (header with { Magic = NetgearChkHeader.UsualMagic }).SumWith(board);
        bool headerFits = sum == header.HeaderSum;
        if (!headerFits && !input.Claimed && !(knownMagic && VendorRules.IsText(board) && header.KernelLength > 0))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(BadMagic(header, input.At));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderChecksum, "header checksum", header.HeaderSum, sum, input.At + 0x24));
        ImmutableArray<Part> parts = CheckContent(input, header, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(header.Length + (long)header.KernelLength + header.RootfsLength, bytes.Length),
            Format = Id,
            Confidence = headerFits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Board, board.FieldText(0, board.Length)),
                Fact.Number(FactName.Region, header.RegionId),
                Fact.Number("header_len", header.Length),
                Fact.Number("kernel_len", header.KernelLength),
                Fact.Number("rootfs_len", header.RootfsLength),
            ],
            Parts = parts,
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareBoard(flaws, finding, expected);
        // World-wide files go everywhere (OpenWrt makes no others); one for North America is refused by units of other regions.
        if (expected.Region is string region && finding[FactName.Region] is long and 2 && region is not ("US" or "CA" or "NA"))
            flaws.Add(new Flaw(FlawCode.WrongRegion, $"made for North America (region 2), the unit is of region {region}", finding.Offset + 8));
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!NetgearChkHeader.TryRead(bytes, out NetgearChkHeader header) || !HasLength(header, bytes.Length))
            return null;
        int start = (int)header.Length;
        int kernel = (int)Math.Min(header.KernelLength, bytes.Length - start);
        int rootfs = (int)Math.Min(header.RootfsLength, bytes.Length - start - kernel);
        NetgearSum kernelSum = NetgearSum.Of(bytes.Slice(start, kernel));
        NetgearSum rootfsSum = NetgearSum.Of(bytes.Slice(start + kernel, rootfs));
        byte[] written = bytes[..(start + kernel + rootfs)].ToArray();
        NetgearChkHeader made = header with
        {
            Magic = NetgearChkHeader.UsualMagic,
            KernelLength = (uint)kernel,
            RootfsLength = (uint)rootfs,
            KernelSum = kernelSum.Value,
            RootfsSum = rootfsSum.Value,
            ImageSum = kernelSum.Then(rootfsSum, rootfs).Value,
        };
        (made with { HeaderSum = made.SumWith(bytes[NetgearChkHeader.Size..start]) }).Write(written);
        return written;
    }

    /// <summary>The parts that are there, with the flaws of those that are not whole.</summary>
    private static ImmutableArray<Part> CheckContent(in FormatInput input, in NetgearChkHeader header, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> content = input.Bytes[(int)header.Length..];
        int start = input.At + (int)header.Length;
        long end = header.KernelLength + (long)header.RootfsLength;
        if (end > content.Length)
            flaws.Add(Flaw.Truncated(header.Length + end, input.Length));
        if (header.KernelLength > content.Length)
            return content.IsEmpty ? [] : [new Part("kernel", start, content.Length)];
        int kernelLength = (int)header.KernelLength;
        NetgearSum kernel = NetgearSum.Of(content[..kernelLength]);
        bool kernelFits = kernel.Value == header.KernelSum;
        if (!kernelFits)
            flaws.Add(Flaw.Differs(FlawCode.KernelChecksum, "kernel checksum", header.KernelSum, kernel.Value, input.At + 0x10));
        ImmutableArray<Part> parts = kernelLength > 0 ? [new Part("kernel", start, kernelLength, kernelFits)] : [];
        if (end > content.Length)
            return kernelLength < content.Length ? parts.Add(new Part("rootfs", start + kernelLength, content.Length - kernelLength)) : parts;
        int rootfsLength = (int)header.RootfsLength;
        NetgearSum rootfs = NetgearSum.Of(content.Slice(kernelLength, rootfsLength));
        bool rootfsFits = rootfsLength == 0 || rootfs.Value == header.RootfsSum;
        if (!rootfsFits)
            flaws.Add(Flaw.Differs(FlawCode.RootfsChecksum, "root file system checksum", header.RootfsSum, rootfs.Value, input.At + 0x14));
        uint image = kernel.Then(rootfs, rootfsLength).Value;
        if (image != header.ImageSum)
            flaws.Add(Flaw.Differs(FlawCode.Checksum, "image checksum", header.ImageSum, image, input.At + 0x20));
        return rootfsLength > 0 ? parts.Add(new Part("rootfs", start + kernelLength, rootfsLength, rootfsFits)) : parts;
    }

    private static bool HasLength(in NetgearChkHeader header, int most) =>
        header.Length is > NetgearChkHeader.Size and <= NetgearChkHeader.Size + NetgearChkHeader.LongestBoard && header.Length <= most;

    private static Flaw BadMagic(in NetgearChkHeader header, int at) =>
        new(FlawCode.Magic, $"begins with 0x{header.Magic:x8}, not 0x{NetgearChkHeader.UsualMagic:x8} (\"*#$^\")", at);

    private static Flaw BadLength(in NetgearChkHeader header, int at) =>
        new(FlawCode.Structure, $"the header says that it is {header.Length:N0} bytes long", at + 4);
}
