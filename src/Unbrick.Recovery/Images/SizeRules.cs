using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Does it fit: into what the loader takes, into the partition it is written to, into the chip?</summary>
internal static class SizeRules
{
    public static IEnumerable<ImageReason> Look(Question question)
    {
        long size = question.Image.Bytes.Length;
        foreach ((long most, string whose) in Limits(question))
        {
            if (size > most)
            {
                yield return TooLarge(size, $"at most {most:N0} bytes ({whose})");
                yield break;
            }
        }
        if (question.By != ImageWay.Tftp || question.Device is null)
            yield break;
        foreach (ImageReason reason in Reported(question.Device, question.Purpose, size))
            yield return reason;
    }

    private static IEnumerable<(long Most, string Whose)> Limits(Question question)
    {
        if (question.Loader?.MaxFile is long file)
            yield return (file, "what its boot loader takes");
        if ((question.Expected.FlashSize ?? ImagePurposes.ChipSize(question.Device)) is long chip)
            yield return (chip, "its flash chip");
        bool firmware = question.Purpose is ImagePurpose.Sysupgrade or ImagePurpose.BootStripped;
        if (firmware && question.By != ImageWay.Spi && question.Device?.ImageSize is long most)
            yield return (most + Appended(question), "its firmware partition");
        if (firmware && question.Expected.PartitionSize is long said)
            yield return (said, "the partition, as you say");
    }

    /// <summary>The metadata at the end of a sysupgrade file is not written.</summary>
    private static long Appended(Question question)
    {
        Finding? outer = question.Image.Beginning().FirstOrDefault(f => f.Format == "openwrt-sysupgrade");
        return outer is { Parts: [.., { } last] } ? outer.End - last.Offset - last.Length : 0;
    }

    /// <summary>Limits that are in nobody's data sheet: what users saw their loaders do with vendor images of which size.</summary>
    private static IEnumerable<ImageReason> Reported(DeviceProfile device, ImagePurpose purpose, long size)
    {
        long accepted = device.Images.Where(i => i is { Verdict: "accepted", Size: not null }).Max(i => i.Size) ?? 0;
        long? refused = device.Images.Where(i => i is { Verdict: "refused", Code: FlawCode.TooLarge, Size: not null }).Min(i => i.Size);
        if (refused is not long bound || size <= accepted || purpose is not (ImagePurpose.Factory or ImagePurpose.Unknown))
            yield break;
        string taken = accepted > 0 ? $"{accepted:N0} bytes were taken" : "the limit is not known";
        if (size >= bound)
            yield return TooLarge(size, $"less than {bound:N0} bytes, which this loader refused; {taken}");
        else
            yield return ReasonText.Open(CheckCode.LimitUnknown, ByteText.Exact(size), $"{taken}, {bound:N0} were refused");
    }

    private static ImageReason TooLarge(long size, string want) => ReasonText.Refused(FlawCode.TooLarge, ByteText.Exact(size), want);
}
