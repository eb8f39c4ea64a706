using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Would this device, by this way, take this image, and should it? Joins what the file is, what the device wants and what its boot loader
/// does. Nothing is changed and nothing is sent. The reasons come in the order in which the device would stumble: kind, size, identity,
/// wholeness; then what is only open.
/// </summary>
public static class ImageCheck
{
    /// <summary>Flaws in parts of a dump that the firmware does not need, or that the boot loader puts right by itself.</summary>
    private static readonly HashSet<string> s_notNeeded = ["uboot-env", "jffs2", "ubi", "ubifs", "padding", "unknown", "bootloader"];

    /// <summary>Checks.</summary>
    /// <param name="image">The file.</param>
    /// <param name="device">The device; null when the user only says what to expect.</param>
    /// <param name="way">The way; null takes the one that is usual for the device and the file.</param>
    /// <param name="expected">What the unit wants: <see cref="ExpectedValues.Of"/>, and what the user knows better.</param>
    public static ImageVerdict Check(CheckedImage image, DeviceProfile? device, ImageWay? way, Expectation expected)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(expected);
        ImagePurpose purpose = ImagePurposes.Of(image, device);
        ImageWay by = way ?? UsualWay(device, purpose);
        RecoveryWay? loader = Loader(device, by);
        Question question = new(image, purpose, device, by, loader, expected);
        List<ImageReason> reasons = [.. PurposeRules.Look(question), .. SizeRules.Look(question)];
        bool named = AddIdentity(question, reasons);
        AddDamage(question, reasons);
        reasons.AddRange(UnitRules.Look(question));
        if (!reasons.Any(r => r.Refuses))
            AddOpen(question, named, reasons);
        ImmutableArray<ImageReason> said = [.. reasons.DistinctBy(r => r.Code).OrderByDescending(r => r.Refuses)];
        ImageAnswer answer = said.IsEmpty ? ImageAnswer.Fits : said[0].Refuses ? ImageAnswer.Refused : ImageAnswer.CannotTell;
        return new ImageVerdict(purpose, by, answer, said);
    }

    /// <summary>Whether something in the image names the device, and what says that it is for another.</summary>
    internal static (bool Named, ImmutableArray<ImageReason> Wrong) Identify(CheckedImage image, DeviceProfile device)
    {
        List<ImageReason> wrong = [];
        Question question = new(image, ImagePurposes.Of(image, device), device, ImageWay.Web, null, ExpectedValues.Of(device));
        bool named = AddIdentity(question, wrong);
        return (named, [.. wrong]);
    }

    /// <summary>The recovery way of the device that is meant; hints are too thin to refuse an image by.</summary>
    private static RecoveryWay? Loader(DeviceProfile? device, ImageWay by) => (device?.Recovery ?? []).FirstOrDefault(w => w.IsCurated && by switch
    {
        ImageWay.Tftp => w.Mode is RecoveryMode.TftpClient or RecoveryMode.DhcpThenTftp or RecoveryMode.TftpServer,
        ImageWay.Menu => w.Mode == RecoveryMode.BootMenu,
        ImageWay.Web => w.Mode == RecoveryMode.HttpUpload,
        _ => false,
    });

    private static ImageWay UsualWay(DeviceProfile? device, ImagePurpose purpose) => purpose switch
    {
        ImagePurpose.FullDump => ImageWay.Spi,
        ImagePurpose.Sysupgrade when Loader(device, ImageWay.Tftp) is null => ImageWay.Sysupgrade,
        _ => ImageWay.Tftp,
    };

    /// <summary>Every format compares what it knows; true when something in the file names the device.</summary>
    private static bool AddIdentity(Question question, List<ImageReason> reasons)
    {
        bool named = false;
        foreach (Finding finding in question.Image.All())
        {
            if (FormatRegistry.Find(finding.Format) is not { } format)
                continue;
            Expectation expected = ForFile(question, finding);
            ImmutableArray<Flaw> flaws = format.Compare(finding, expected);
            foreach (Flaw flaw in flaws)
                reasons.Add(ReasonText.Of(flaw, finding, expected));
            named |= flaws.IsEmpty && Identity.Names(finding, expected);
        }
        return named;
    }

    /// <summary>A board has many lines in support lists, one for each region; the one that the file has, if any, is the one to compare.</summary>
    private static Expectation ForFile(Question question, Finding finding)
    {
        Expectation expected = question.Expected;
        if (question.Device?.Safeloader is { } board && finding[FactName.SupportList] is ImmutableArray<string> lines
            && board.SupportIds.Contains(expected.SupportId ?? ""))
        {
            string? shared = board.SupportIds.FirstOrDefault(id => lines.Any(line => Identity.SameSupport(line, id)));
            expected = expected with { SupportId = shared ?? expected.SupportId };
        }
        // A whole dump is not written into the partition for the firmware.
        return question.Purpose == ImagePurpose.FullDump ? expected with { PartitionSize = null } : expected;
    }

    private static void AddDamage(Question question, List<ImageReason> reasons)
    {
        foreach (Finding finding in question.Image.All())
        {
            bool dumped = question.Purpose == ImagePurpose.FullDump && s_notNeeded.Contains(finding.Format);
            if (finding.Verdict != Verdict.Bad || finding.Confidence == Confidence.Guess || dumped)
                continue;
            foreach (Flaw flaw in finding.Flaws)
                reasons.Add(ReasonText.Of(flaw, finding, question.Expected));
        }
    }

    private static void AddOpen(Question question, bool named, List<ImageReason> reasons)
    {
        string device = question.Device?.Name ?? "the unit";
        if (question.Purpose == ImagePurpose.Unknown)
        {
            reasons.Add(ReasonText.Open(CheckCode.KindUnknown, $"{question.Image.Bytes.Length:N0} bytes that no format claims", "an image of a known kind"));
            return;
        }
        if (!named && question.Purpose != ImagePurpose.FullDump)
            reasons.Add(ReasonText.Open(CheckCode.IdentityUnknown, $"a file ({Words.Of(question.Purpose)}) that names no device", device));
        if (question.By is ImageWay.Tftp or ImageWay.Web or ImageWay.Menu && question.Loader is null or { Takes.IsEmpty: true }
            && !(question.Purpose == ImagePurpose.Factory && question.By == ImageWay.Web))
        {
            reasons.Add(ReasonText.Open(CheckCode.WayUnknown, $"a file ({Words.Of(question.Purpose)}) for {Words.Of(question.By)}", $"facts about this way into {device}"));
        }
    }
}
