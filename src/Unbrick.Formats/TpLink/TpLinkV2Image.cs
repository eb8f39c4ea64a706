using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

/// <summary>What the headers of version 2 and 3 have in common: all but the version.</summary>
internal static class TpLinkV2Image
{
    private const int TextOffset = 4, TextLength = 48;

    public static Finding? Read(in FormatInput input, string id, uint version)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!TpLinkV2Header.TryRead(bytes, out TpLinkV2Header header))
            return input.Claimed ? Unreadable.Claim(input, id, Flaw.Truncated(TpLinkV2Header.Size, bytes.Length)) : null;
        bool rightVersion = header.Version == version;
        bool otherVersion = !rightVersion && header.Version is TpLinkV2Header.Version2 or TpLinkV2Header.Version3;
        bool marks = TpLinkV2Header.HasMarks(bytes);
        if (!input.Claimed && (otherVersion || !(rightVersion || input.AtStart) || !marks || header.HwId == 0 || !header.Layout.Plausible))
            return null;
        ReadOnlySpan<uint> versions = rightVersion || otherVersion ? [header.Version] : [version];
        TpLinkMd5 md5 = TpLinkMd5.Check(input, header.Layout, TpLinkV2Header.Md5Offset, header.UsedSalt, versions);
        if (!rightVersion && !input.Claimed && !md5.Fits)
            return null;
        ImmutableArray<Flaw> flaws = md5.Flaws;
        if (!marks)
            flaws = flaws.Insert(0, new Flaw(FlawCode.Magic, "no 55 AA at 0x8c and A5 at 0x90", input.At + TpLinkV2Header.MarkOffset));
        if (!rightVersion)
            flaws = flaws.Insert(0, new Flaw(FlawCode.Version, $"header version is 0x{header.Version:x8}, not 0x{version:x8}", input.At));
        return md5.Found(id, input.At, header.Layout, Facts(bytes, header)).With(flaws);
    }

    public static byte[]? Rewrite(in FormatInput input, Finding? finding)
    {
        if (finding is null || !TpLinkV2Header.TryRead(input.Bytes, out TpLinkV2Header header))
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        header.Write(written);
        if (!written.AsSpan(TpLinkV2Header.Md5Offset, SaltedMd5.Size).TrimStart((byte)0).IsEmpty)
            SetMd5(written, header);
        return written;
    }

    public static byte[] Write(in TpLinkV2Header header, ReadOnlySpan<byte> payload, string version)
    {
        byte[] image = new byte[TpLinkV2Header.Size + payload.Length];
        image.AsSpan(0, TpLinkV2Header.Size).Fill(0xFF);
        int length = System.Text.Encoding.ASCII.GetBytes(
            version.AsSpan(0, Math.Min(version.Length, TextLength - 1)), image.AsSpan(TextOffset));
        image[TextOffset + length] = 0;
        image.AsSpan(0x50, 4).Clear();
        image.AsSpan(TpLinkV2Header.SecondMarkOffset + 1, 3).Clear();
        (image[0x8E], image[0x8F]) = (1, 0);
        payload.CopyTo(image.AsSpan(TpLinkV2Header.Size));
        header.Write(image);
        SetMd5(image, header);
        return image;
    }

    private static void SetMd5(Span<byte> image, in TpLinkV2Header header) =>
        SaltedMd5.Of(image, TpLinkV2Header.Md5Offset, header.UsedSalt).CopyTo(image[TpLinkV2Header.Md5Offset..]);

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes, in TpLinkV2Header header) =>
    [
        Fact.Text(FactName.Version, bytes.FieldText(TextOffset, TextLength)),
        Fact.Text("fw_version", $"{bytes[0x91]}.{bytes[0x92]}.{bytes[0x93]}"),
        Fact.Hex(FactName.HwId, header.HwId),
        Fact.Hex(FactName.HwRev, header.HwRev),
        Fact.Hex("hw_ver_add", header.HwVerAdd),
        Fact.Text("md5", Convert.ToHexStringLower(bytes.Slice(TpLinkV2Header.Md5Offset, SaltedMd5.Size))),
        Fact.Number("fw_length", header.Length),
        Fact.Number("kernel_off", header.KernelOffset),
        Fact.Number("kernel_len", header.KernelLength),
        Fact.Number("rootfs_off", header.RootfsOffset),
        Fact.Number("rootfs_len", header.RootfsLength),
        Fact.Number(FactName.BootLength, header.BootLength),
        Fact.Number(FactName.Load, header.KernelLoad),
        Fact.Number(FactName.Entry, header.KernelEntry),
        Fact.Flag(FactName.Signed, !bytes[TpLinkV2Header.PadOffset..TpLinkV2Header.Size].IsAll(0xFF)),
    ];
}
