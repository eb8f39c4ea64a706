using System.Buffers.Binary;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Does the calibration lie where this model has it, and is it that of this model's radio? Each kind of radio begins its block in its own way
/// (formats.md section 19; Linux drivers/net/wireless/mediatek/mt76, ralink/rt2x00, ath/ath9k, ath/ath10k).
/// </summary>
internal static class RadioEvidence
{
    /// <summary>Bytes of a block that are looked at.</summary>
    private const int Head = 16;

    /// <summary>Lengths by which the two kinds of ath10k blocks are known; they are the first half-word of the block, too.</summary>
    private const int Ath10k = 0x844, Ath10kLong = 0x2F20;

    /// <summary>Calibration of AR93xx and QCA95xx, and of AR92xx in two lengths.</summary>
    private const int Ar93xx = 0x440, Ar92xx = 0xEB8, Ar9287 = 0x3D8;

    /// <summary>Calibration is never empty in a unit that works.</summary>
    private const double Calibrated = 0.6, KnownRadio = 2.5, NoCalibration = -2.5, OtherRadio = -2.5;

    /// <summary>The block of a radio inside a processor names that processor: on a board that has it, and on one with another.</summary>
    private const double OwnRadio = 1.5, AlienRadio = -4;

    /// <summary>The driver reads as many bytes as this chip has, or another chip's number of them; device trees are not always right here.</summary>
    private const double OwnLength = 0.8, OtherLength = -2;

    /// <summary>Radio chips of MediaTek and Ralink by the first two bytes of their blocks, low byte first.</summary>
    private static readonly HashSet<ushort> s_chips =
    [
        0x2860, 0x2872, 0x3050, 0x3052, 0x3062, 0x3090, 0x3350, 0x3352, 0x3390, 0x3572, 0x3593, 0x3883, 0x5350, 0x5390, 0x5392, 0x5592, 0x6352,
        0x7603, 0x7610, 0x7612, 0x7613, 0x7615, 0x7620, 0x7622, 0x7628, 0x7629, 0x7650, 0x7662, 0x7663, 0x7688, 0x7915, 0x7916, 0x7981, 0x7986, 0x7990,
    ];

    /// <summary>Radios that are part of a processor: what the names of the processor and of the radio's driver begin with.</summary>
    private static readonly (string[] Names, ushort[] Chips)[] s_builtIn =
    [
        (["mt7620", "ralink,rt7620"], [0x7620, 0x6352]),
        (["mt7628", "mt7688", "mediatek,mt7628"], [0x7628, 0x7688]),
        (["rt5350", "ralink,rt5350"], [0x5350]),
        (["rt3352", "ralink,rt3352"], [0x3352]),
        (["rt3883", "rt3662", "ralink,rt3883"], [0x3883]),
        (["rt3050", "rt3052", "ralink,rt3050"], [0x3050, 0x3052]),
        (["rt2880", "ralink,rt2880"], [0x2860, 0x2872]),
    ];

    /// <summary>How many bytes the drivers of separate chips read (<c>MT7603_EEPROM_SIZE</c> and its like).</summary>
    private static readonly Dictionary<ushort, long[]> s_lengths = new()
    {
        [0x7603] = [1024],
        [0x7610] = [512],
        [0x7612] = [512],
        [0x7662] = [512],
        [0x7615] = [1024, 19_880],
        [0x7613] = [1024, 1536, 19_880],
        [0x7663] = [1024, 1536, 19_880],
        [0x7915] = [3584, 4096],
    };

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        ReadOnlySpan<byte> bytes = dump.Image.Bytes.Span;
        double weight = 0;
        foreach (CalibrationPlace place in score.Device.Calibration.Where(p => p.At <= dump.Length - Head))
        {
            ReadOnlySpan<byte> here = bytes.Slice((int)place.At, Head);
            bool empty = dump.IsBlank(place.At) || here.IndexOfAnyExcept(here[0]) < 0;
            weight += empty ? NoCalibration : Of(place, score.Device.Soc, here);
        }
        score.Add(weight, "radio calibration at this model's places");
    }

    private static double Of(CalibrationPlace place, string? soc, ReadOnlySpan<byte> here)
    {
        if (Starts(place.Radio, "mediatek") || Starts(place.Radio, "ralink"))
            return MediaTek(place, soc, BinaryPrimitives.ReadUInt16LittleEndian(here));
        return place.Length switch
        {
            Ath10k or Ath10kLong => BinaryPrimitives.ReadUInt16LittleEndian(here) == place.Length ? KnownRadio : OtherRadio,
            Ar93xx when place.Radio is not null => here[0] == 2 && here[1] < 0x20 ? KnownRadio : OtherRadio,
            Ar92xx or Ar9287 => BinaryPrimitives.ReadUInt16BigEndian(here) is 0xA55A or 0x5AA5 ? KnownRadio : Calibrated,
            _ => Calibrated,
        };
    }

    private static double MediaTek(CalibrationPlace place, string? soc, ushort chip)
    {
        if (!s_chips.Contains(chip))
            return OtherRadio;
        double weight = KnownRadio;
        // A driver of its own says that the radio is inside of the processor; mt76 drives both kinds.
        if (s_builtIn.FirstOrDefault(b => b.Names.Any(name => Starts(place.Radio, name))).Chips is { } own)
            return weight + (own.Contains(chip) ? OwnRadio : AlienRadio);
        if (soc is not null && s_builtIn.FirstOrDefault(b => b.Chips.Contains(chip)).Names is { } socs)
            weight += socs.Any(s => Starts(soc, s)) ? OwnRadio : AlienRadio;
        if (place.Length is long length && s_lengths.TryGetValue(chip, out long[]? lengths))
            weight += lengths.Contains(length) ? OwnLength : OtherLength;
        return weight;
    }

    private static bool Starts(string? text, string start) => text?.StartsWith(start, StringComparison.OrdinalIgnoreCase) is true;
}
