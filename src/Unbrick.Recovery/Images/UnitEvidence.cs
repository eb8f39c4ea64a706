using System.Buffers.Binary;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Do the MAC addresses and the calibration lie where this model has them?</summary>
internal static class UnitEvidence
{
    /// <summary>
    /// Random bytes make a plausible address in one of two cases, but not one of the same vendor as another (1 in 2^24), as those of one
    /// unit nearly always are.
    /// </summary>
    private const double Plausible = 0.6, SameVendor = 3.5, NoAddress = -2.5, Stranger = -1.2;

    /// <summary>Calibration is never empty in a unit that works.</summary>
    private const double Calibrated = 0.6, KnownChip = 2.5, NoCalibration = -2.5;

    /// <summary>Radio chips of MediaTek and Ralink by the first two bytes of their blocks, low byte first (formats.md section 19).</summary>
    private static readonly HashSet<ushort> s_chips =
    [
        0x2860, 0x2872, 0x3050, 0x3052, 0x3062, 0x3090, 0x3350, 0x3352, 0x3390, 0x3572, 0x3593, 0x3883, 0x5350, 0x5390, 0x5392, 0x5592, 0x6352,
        0x7603, 0x7610, 0x7612, 0x7613, 0x7615, 0x7620, 0x7622, 0x7628, 0x7629, 0x7650, 0x7662, 0x7663, 0x7688, 0x7915, 0x7916, 0x7981, 0x7986, 0x7990,
    ];

    /// <summary>Radios that are part of a processor, by what its name begins with: the block names the processor.</summary>
    private static readonly (ushort Chip, string[] Socs)[] s_builtIn =
    [
        (0x7620, ["mt7620"]), (0x7628, ["mt7628", "mt7688"]), (0x7688, ["mt7688", "mt7628"]), (0x5350, ["rt5350"]), (0x3352, ["rt3352"]),
        (0x3883, ["rt3883", "rt3662"]), (0x6352, ["mt7620"]),
    ];

    /// <summary>Such a block on a board with that processor, and on one with another.</summary>
    private const double OwnRadio = 1.5, AlienRadio = -4;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        ReadOnlySpan<byte> bytes = dump.Image.Bytes.Span;
        Addresses(score, bytes);
        Calibration(score, dump, bytes);
    }

    private static void Addresses(Scored score, ReadOnlySpan<byte> bytes)
    {
        List<(ulong Mac, long At)> found = [];
        int asked = 0;
        foreach (MacPlace place in score.Device.Macs)
        {
            if (place.At is not long at || at > bytes.Length - 6)
                continue;
            asked++;
            ulong mac = MacText.Read(bytes[(int)at..]);
            if (MacText.IsPlausible(mac))
                found.Add((mac, at));
        }
        double weight = (asked - found.Count) * NoAddress;
        int same = 0;
        foreach ((ulong mac, long at) in found)
        {
            bool shared = found.Exists(other => other.At != at && other.Mac >> 24 == mac >> 24);
            same += shared ? 1 : 0;
            weight += shared ? SameVendor : found.Count == 1 ? Plausible : Stranger;
        }
        string text = same > 1 ? $"{same} MAC addresses of one vendor at this model's places" : "a MAC address at this model's place";
        score.Add(weight, text);
    }

    private static void Calibration(Scored score, DumpPlaces dump, ReadOnlySpan<byte> bytes)
    {
        double weight = 0;
        foreach (CalibrationPlace place in score.Device.Calibration)
        {
            if (place.At > bytes.Length - 16)
                continue;
            ReadOnlySpan<byte> here = bytes.Slice((int)place.At, 16);
            bool empty = dump.IsBlank(place.At) || here.IndexOfAnyExcept(here[0]) < 0;
            bool mediatek = place.Radio?.StartsWith("mediatek", StringComparison.Ordinal) is true || place.Radio?.StartsWith("ralink", StringComparison.Ordinal) is true;
            ushort chip = BinaryPrimitives.ReadUInt16LittleEndian(here);
            if (mediatek && score.Device.Soc is string soc && s_builtIn.FirstOrDefault(b => b.Chip == chip).Socs is { } socs)
                weight += socs.Any(s => soc.StartsWith(s, StringComparison.OrdinalIgnoreCase)) ? OwnRadio : AlienRadio;
            weight += empty ? NoCalibration
                : mediatek && s_chips.Contains(chip) ? KnownChip
                : mediatek ? NoAddress : Calibrated;
        }
        score.Add(weight, "radio calibration at this model's places");
    }
}
