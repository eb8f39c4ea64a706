using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

// One block for each radio, all numbers little-endian (Linux drivers/net/wireless/mediatek/mt76 eeprom.h, ralink/rt2x00 rt2800.h):
//   0000  2  chip: 0x7603, 0x7628, 0x7615 ...      8000  the same for the second radio (0 on boards with one)
//   0002  2  version of the layout                 8004  6  its MAC address
//   0004  6  MAC address of the radio
// Ethernet addresses are the vendor's business (openwrt/openwrt target/linux/ramips/dts): e000/e006 (Xiaomi and many), 28/2e, 22 (older
// Ralink), fff4/fffa, 3fff4/3fffa (DBDC boards), 1fdfa, a.

/// <summary>
/// The <c>factory</c> partition of Ralink and MediaTek boards: radio calibration and MAC addresses, one of a kind for every unit. Nothing
/// in it has a checksum; the chip ids and the addresses must make sense together.
/// </summary>
public sealed class MediaTekFactory : IFormatWriter, IScansItself
{
    private const int SecondRadio = 0x8000, MacOffset = 4, Block = 0x1_0000, Smallest = 0x200, Largest = 0x10_0000;

    private static readonly int[] s_ethernet = [0xE000, 0xE006, 0xA, 0x28, 0x2E, 0x22, 0xFFF4, 0xFFFA, 0x1_FDFA, 0x3_FFF4, 0x3_FFFA];

    /// <summary>Places where boards repeat the address of the radio or of the other port, and always did.</summary>
    private static readonly int[] s_shared = [0xA, 0x28, 0x2E, 0x22];

    private static readonly HashSet<int> s_chips =
    [
        0x2860, 0x2880, 0x3050, 0x3052, 0x3062, 0x3070, 0x3090, 0x3092, 0x3350, 0x3352, 0x3390, 0x3562, 0x3572, 0x3592, 0x3593, 0x3662, 0x3883,
        0x5350, 0x5390, 0x5392, 0x5592, 0x6352, 0x7601, 0x7603, 0x7610, 0x7612, 0x7615, 0x7620, 0x7622, 0x7628, 0x7629, 0x7630, 0x7650, 0x7662,
        0x7663, 0x7915, 0x7916, 0x7981, 0x7986, 0x7990, 0x7992, 0x7996,
    ];

    public string Id => "mtk-factory";

    public string Title => "Ralink/MediaTek calibration and MAC addresses (factory)";

    public ImmutableArray<BytePattern> Patterns => [];

    public void Candidates(ReadOnlySpan<byte> image, List<int> places)
    {
        for (int at = 0; at <= image.Length - Smallest; at += 0x1000)
        {
            if (IsChip(image, at))
                places.Add(at);
        }
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !Recognised(bytes, input.AtStart))
            return null;
        bytes = bytes[..Extent(input)];
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        UnitMacs macs = [];
        ImmutableSortedDictionary<string, string>.Builder chips = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (ErasedFlash.Is(bytes))
        {
            flaws.Add(ErasedFlash.Flaw(FlawCode.Erased, bytes, input.At));
        }
        else
        {
            ReadRadio(bytes, 0, chips, macs);
            if (IsChip(bytes, SecondRadio))
                ReadRadio(bytes, SecondRadio, chips, macs);
            MacAddress known = macs.First;
            foreach (int place in s_ethernet)
            {
                if (MacPlaces.Credible(bytes, place, known))
                    macs.Add(place, MacPlaces.At(bytes, place));
            }
            if (!IsChip(bytes, 0))
                flaws.Add(new Flaw(FlawCode.ChipId, ChipSeen(bytes), input.At));
            MacPlaces.Judge(macs, input.At, s_shared, flaws);
        }
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, bytes.Length),
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = chips.Count > 1 || macs.Count > 1 ? Confidence.Certain : Confidence.Likely,
            Facts = [macs.AsFact(), Fact.Map(FactName.Chips, chips.ToImmutable())],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => MacPlaces.CompareLabel(finding, expected);

    /// <summary>There is nothing in it that is computed from the rest.</summary>
    public byte[]? Rewrite(in FormatInput input) => IsChip(input.Bytes, 0) ? input.Bytes[..Extent(input)].ToArray() : null;

    private static void ReadRadio(ReadOnlySpan<byte> bytes, int at, ImmutableSortedDictionary<string, string>.Builder chips, UnitMacs macs)
    {
        if (IsChip(bytes, at))
            chips[$"0x{at:x}"] = $"{bytes.Le16(at):x4}";
        MacAddress mac = MacPlaces.At(bytes, at + MacOffset);
        if (!mac.IsBlank)
            macs.Add(at + MacOffset, mac);
    }

    private static bool Recognised(ReadOnlySpan<byte> bytes, bool atStart)
    {
        if (bytes.Length < Smallest)
            return false;
        ReadOnlySpan<byte> block = bytes[..Math.Min(Block, bytes.Length)];
        MacAddress first = MacPlaces.At(block, MacOffset), second = MacPlaces.At(block, SecondRadio + MacOffset);
        bool two = IsChip(block, SecondRadio) && !second.IsBlank && second.SamePrefix(first);
        // The chip id has gone, but the second radio has the same vendor's address.
        if (!IsChip(block, 0))
            return atStart && two && MacPlaces.MostlyBlank(block);
        // The version's bytes are small or erased on every board known: 0x0001, 0x0100, 0x0101, 0x0202.
        if (first.IsBlank || !(block.Le16(2) == 0xFFFF || (block[2] < 0x20 && block[3] < 0x20)))
            return false;
        bool prefixed = two;
        foreach (int place in s_ethernet)
            prefixed |= MacPlaces.At(block, place) is { IsBlank: false } mac && mac.SamePrefix(first);
        bool alone = !first.IsMulticast && !first.IsLocal && block[MacOffset] != 0xFF && IsQuiet(block);
        return (prefixed || alone) && MacPlaces.MostlyBlank(block);
    }

    /// <summary>With one address only, what is behind the calibration of a small chip (0x400 bytes) must be erased.</summary>
    private static bool IsQuiet(ReadOnlySpan<byte> block) => block.Length > 0x800 && ErasedFlash.Is(block[0x600..0x800]);

    private static bool IsChip(ReadOnlySpan<byte> bytes, int at) => at <= bytes.Length - 2 && s_chips.Contains(bytes.Le16(at));

    private static string ChipSeen(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 2 ? "ends before the chip id" : $"chip id is 0x{bytes.Le16(0):x4}, which is no radio of Ralink or MediaTek";

    /// <summary>A file that is said to be one counts as a whole; in a dump it is the 64 KiB that the partition has on nearly all boards.</summary>
    private static int Extent(in FormatInput input) =>
        input.Claimed && input.Length <= Largest ? input.Length : Math.Min(input.Length, Block - (input.At % Block));
}
