using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Is it the right kind of file for the way? A perfect transfer of the wrong kind is what kills routers (thread 001).</summary>
internal static class PurposeRules
{
    private const int HeaderLength = 0x200;
    private const int BootLength = 0x2_0000;
    private const string RawFromStart = "tplink-recovery-raw";

    private static readonly HashSet<string> s_tplink = ["tplink-v1", "tplink-v2", "tplink-v3"];

    public static IEnumerable<ImageReason> Look(Question question) => question switch
    {
        { Purpose: ImagePurpose.Unknown } => [],
        { By: ImageWay.Sysupgrade } => Sysupgrade(question),
        { By: ImageWay.Spi } => Chip(question),
        { Purpose: ImagePurpose.FullDump } => [Wrong(question, "an image without boot loader and unit data")],
        { Loader.Takes: [RawFromStart] } => FromStart(question),
        { Loader.Takes.IsEmpty: false } => Taken(question, question.Loader),
        _ => [],
    };

    /// <summary>OpenWrt refuses files without its metadata (fwtool.sh), and its tools write a dump to the wrong place.</summary>
    private static IEnumerable<ImageReason> Sysupgrade(Question question)
    {
        if (question.Purpose is ImagePurpose.FullDump or ImagePurpose.Recovery or ImagePurpose.Initramfs)
            yield return Wrong(question, "a sysupgrade image");
        else if (!HasMetadata(question.Image))
            yield return ReasonText.Refused(FlawCode.MetadataMissing, $"{Words.Of(question.Purpose)} without OpenWrt metadata at its end", "a file name that ends in sysupgrade.bin");
    }

    private static bool HasMetadata(CheckedImage image) => image.Beginning().Any(f =>
        f.Format == "openwrt-sysupgrade" || f[FactName.SupportedDevices] is not null || f["metadata"] is true);

    /// <summary>A programmer writes what it is given, from the first byte of the chip on.</summary>
    private static IEnumerable<ImageReason> Chip(Question question)
    {
        if (ImagePurposes.ChipSize(question.Device) is long chip && question.Image.Bytes.Length < chip)
        {
            yield return ReasonText.Refused(
                CheckCode.WrongKind, $"{Words.Of(question.Purpose)}, {question.Image.Bytes.Length:N0} bytes", $"a whole chip, {chip:N0} bytes");
        }
        else if (question.Purpose is not ImagePurpose.FullDump and not ImagePurpose.Recovery)
        {
            yield return Wrong(question, "a whole chip that begins with the boot loader");
        }
    }

    /// <summary>The loader writes from the start of the flash: what stands first in the file becomes the boot loader (MR200).</summary>
    private static IEnumerable<ImageReason> FromStart(Question question)
    {
        Finding? header = question.Image.Beginning().FirstOrDefault(f => s_tplink.Contains(f.Format));
        if (header is not null && BootInside(question.Image, header) > 0)
        {
            yield return ReasonText.Refused(
                FlawCode.HeaderMustBeCut, $"a TP-Link header of {HeaderLength} bytes at {header.Offset}, the boot loader behind it", "a file that begins with the boot loader");
        }
        else if (question.Purpose != ImagePurpose.Recovery)
        {
            yield return ReasonText.Refused(
                FlawCode.BootLoaderMissing, $"{Words.Of(question.Purpose)} at offset 0", $"a boot loader of {BootLength:N0} bytes at offset 0, the firmware behind it");
        }
    }

    private static IEnumerable<ImageReason> Taken(Question question, RecoveryWay loader)
    {
        Finding[] beginning = [.. question.Image.Beginning()];
        string want = string.Join(" or ", loader.Takes.Select(id => FormatRegistry.Find(id)?.Title ?? id));
        if (beginning.FirstOrDefault(f => loader.Takes.Contains(f.Format)) is not { } taken)
        {
            bool bare = question.Purpose == ImagePurpose.BootStripped && loader.Takes.Any(s_tplink.Contains);
            yield return ReasonText.Refused(bare ? CheckCode.HeaderMissing : CheckCode.WrongKind, Begins(question), want);
        }
        else if (s_tplink.Contains(taken.Format) && BootInside(question.Image, taken) is > 0 and long boot)
        {
            yield return ReasonText.Refused(
                CheckCode.BootLoaderInside, $"a boot loader of {boot:N0} bytes behind the header", "firmware only: cut off header and boot loader");
        }
    }

    /// <summary>What the header says, or the content: vendors leave the field empty in some files.</summary>
    private static long BootInside(CheckedImage image, Finding header)
    {
        if (header[FactName.BootLength] is long length and > 0)
            return length;
        long start = header.Offset + (long)HeaderLength;
        bool found = image.InPlace().Any(f => f.Format == "bootloader" && f.Offset >= start && f.Offset < start + BootLength)
            || image.Bytes.Length > start + BootLength && image.Bytes.Span.Slice((int)start, BootLength).IndexOf("U-Boot 1."u8) >= 0;
        return found ? BootLength : 0;
    }

    private static string Begins(Question question)
    {
        Finding? first = question.Image.Beginning().FirstOrDefault();
        string title = first is null ? "nothing known" : FormatRegistry.Find(first.Format)?.Title ?? first.Format;
        return $"{Words.Of(question.Purpose)}: begins with {title}";
    }

    private static ImageReason Wrong(Question question, string want) => ReasonText.Refused(CheckCode.WrongKind, Begins(question), want);
}
