using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Whose MAC addresses and calibration are in it? A dump of another unit makes a router that starts, with somebody else's address and weak
/// radio (thread 003: one shared image, several routers with one MAC).
/// </summary>
internal static class UnitRules
{
    /// <summary>All addresses of a unit lie close to that on the label; vendors take 2 to 16 in a row.</summary>
    private const long Near = 32;

    private const int MacLength = 6;

    public static IEnumerable<ImageReason> Look(Question question)
    {
        if (question is not { Purpose: ImagePurpose.FullDump, Device: { } device })
            yield break;
        (ulong Mac, MacPlace Place)[] found = [.. Stored(question.Image.Bytes.Span, device)];
        if (found.Length == 0)
            yield break;
        string seen = string.Join(", ", found.Take(4).Select(f => $"{MacText.Show(f.Mac)} at 0x{f.Place.At:x}"));
        if (question.Expected.LabelMac is not string label || MacText.TryParse(label) is not ulong own)
            yield return ReasonText.Open(CheckCode.UnitData, seen, "the MAC addresses of your unit (see its label)");
        else if (!found.Any(f => Math.Abs((long)f.Mac - (long)own) <= Near))
            yield return ReasonText.Refused(FlawCode.MacForeign, seen, label);
    }

    /// <summary>The addresses at the places where this model keeps them, each once.</summary>
    private static List<(ulong Mac, MacPlace Place)> Stored(ReadOnlySpan<byte> bytes, DeviceProfile device)
    {
        List<(ulong, MacPlace)> found = [];
        foreach (MacPlace place in device.Macs.Where(m => m is { At: not null, AsText: false }).DistinctBy(m => m.At))
        {
            if (place.At is not long at || at > bytes.Length - MacLength)
                continue;
            ulong mac = MacText.Read(bytes[(int)at..]);
            if (MacText.IsPlausible(mac) && !found.Exists(f => f.Item1 == mac))
                found.Add((mac, place));
        }
        return found;
    }
}
