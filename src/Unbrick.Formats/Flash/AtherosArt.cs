using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

// (openwrt/openwrt target/linux/ath79, Linux drivers/net/wireless/ath/ath9k/ar9003_eeprom.h, ath/ath10k/hw.h)
//   0000  6  MAC address             1000  ath9k calibration           5000  ath10k calibration, or of a second ath9k radio
//   0006  6  MAC address                   AR93xx: 1000 1 version 2          5000 2 LE length 0x844 or 0x2f20
//   000C  6  on some boards                        1001 1 template            5002 2 checksum: all LE words XOR to 0xffff
//                                                  1002 6 MAC address         5006 6 MAC address
//   AR54xx, AR91xx, AR92xx: 1000 2 a55a, in either order; then at 1080 (AR9285), 1100 (AR9287) or 1200 (all others), in the same order
//     (ath/ath9k/eeprom_def.c, eeprom_4k.c, eeprom_9287.c): 00 2 length   02 2 checksum: all words XOR to ffff   0C 6 MAC address

/// <summary>
/// The <c>art</c> partition of Atheros boards: radio calibration and MAC addresses, one of a kind for every unit. The calibration of ath10k
/// radios and of ath9k radios before AR93xx has a checksum.
/// </summary>
public sealed class AtherosArt : IFormatWriter, IScansItself
{
    private const int Ath9k = 0x1000, Ath10k = 0x5000, Block = 0x1_0000, Smallest = 0x2000, Largest = 0x10_0000;
    private const int Ath10kLength = 0x844, Ath10kLongLength = 0x2F20;

    private static readonly int[] s_places = [0, 6, 0xC, Ath9k + 2, Ath10k + 2, Ath10k + 6];

    public string Id => "ath-art";

    public string Title => "Atheros calibration and MAC addresses (ART)";

    public ImmutableArray<BytePattern> Patterns => [];

    public void Candidates(ReadOnlySpan<byte> image, List<int> places)
    {
        for (int at = 0; at <= image.Length - Smallest; at += Block)
        {
            if (Evidence(image[at..Math.Min(at + Block, image.Length)]) > 0)
                places.Add(at);
        }
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int evidence = Evidence(bytes[..Math.Min(Block, bytes.Length)]);
        if (!input.Claimed && (bytes.Length < Smallest || evidence < 2 || !MacPlaces.MostlyBlank(bytes[..Math.Min(Block, bytes.Length)])))
            return null;
        bytes = bytes[..Extent(input)];
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        UnitMacs macs = [];
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (ErasedFlash.Is(bytes))
        {
            flaws.Add(ErasedFlash.Flaw(FlawCode.Erased, bytes, input.At));
        }
        else
        {
            ReadMacs(bytes, macs);
            MacPlaces.Judge(macs, input.At, [Ath9k + 2, Ath10k + 2, Ath10k + 6], flaws);
            if (HasAth10k(bytes))
                ReadAth10k(bytes, input.At, facts, flaws);
            if (Ath9kEeprom.Find(bytes, Ath9k) is Ath9kEeprom eeprom)
                eeprom.Judge(bytes, input.At, facts, flaws);
            if (evidence == 0)
                flaws.Add(new Flaw(FlawCode.Structure, "neither calibration at 0x1000 or 0x5000 nor two MAC addresses at 0", input.At));
        }
        facts.Insert(0, macs.AsFact());
        return new Finding
        {
            Offset = input.At,
            Length = Math.Max(1, bytes.Length),
            Format = Id,
            Verdict = facts.Count > 1 ? Verdict.Ok : Verdict.Unchecked,
            Confidence = evidence > 2 ? Confidence.Certain : Confidence.Likely,
            Facts = facts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => MacPlaces.CompareLabel(finding, expected);

    /// <summary>The checksums of the calibration are computed anew; nothing else is computed from the rest.</summary>
    public byte[]? Rewrite(in FormatInput input)
    {
        if (input.Length < Smallest)
            return null;
        byte[] written = input.Bytes[..Extent(input)].ToArray();
        if (HasAth10k(written))
        {
            Span<byte> words = written.AsSpan(Ath10k, CalibrationLength(written));
            ushort sum = (ushort)~(XorOf(words) ^ words[2] ^ (words[3] << 8));
            (words[2], words[3]) = ((byte)sum, (byte)(sum >> 8));
        }
        if (Ath9kEeprom.Find(written, Ath9k) is Ath9kEeprom eeprom)
            eeprom.Seal(written);
        return written;
    }

    private static void ReadMacs(ReadOnlySpan<byte> bytes, UnitMacs macs)
    {
        MacAddress known = MacPlaces.At(bytes, 0);
        if (!known.IsBlank)
            macs.Add(0, known);
        else if (IsAr93xx(bytes))
            known = MacPlaces.At(bytes, Ath9k + 2);
        foreach (int place in s_places)
        {
            if (place != 0 && MacPlaces.At(bytes, place) is { IsBlank: false } mac && !known.IsBlank && mac.SamePrefix(known))
                macs.Add(place, mac);
        }
    }

    private static void ReadAth10k(ReadOnlySpan<byte> bytes, int at, ImmutableArray<Fact>.Builder facts, ImmutableArray<Flaw>.Builder flaws)
    {
        ushort xor = XorOf(bytes.Slice(Ath10k, CalibrationLength(bytes)));
        facts.Add(Fact.Number("ath10k_length", bytes.Le16(Ath10k)));
        if (xor != 0xFFFF)
            flaws.Add(new Flaw(FlawCode.CalibrationChecksum, $"the words of calibration at 0x5000 XOR to 0x{xor:x4}, not to 0xffff", at + Ath10k));
    }

    /// <summary>
    /// How much speaks for it. Nothing that one half-word by chance could give counts two: two addresses of a vendor, the checksum of ath10k.
    /// </summary>
    private static int Evidence(ReadOnlySpan<byte> block)
    {
        if (block.Length < Smallest)
            return 0;
        int evidence = 0;
        MacAddress first = MacPlaces.At(block, 0), second = MacPlaces.At(block, 6), radio = MacPlaces.At(block, Ath9k + 2);
        bool firstUsable = MacPlaces.Usable(first);
        bool ports = firstUsable && MacPlaces.Usable(second) && first.SamePrefix(second) && first != second;
        if (ports && block[0x20..0x200].IsAll(block[0x20]))
            evidence += 2;
        if (IsAr93xx(block) && MacPlaces.Usable(radio))
            evidence += firstUsable && first.SamePrefix(radio) ? 3 : 1;
        if (Ath9kEeprom.HasMagic(block, Ath9k))
            evidence += Ath9kEeprom.Find(block, Ath9k) is { Fits: true } ? 3 : 1;
        if (HasAth10k(block) && (block.Le16(Ath10k) is Ath10kLength or Ath10kLongLength))
            evidence += XorOf(block.Slice(Ath10k, CalibrationLength(block))) == 0xFFFF ? 3 : 1;
        return evidence;
    }

    private static bool IsAr93xx(ReadOnlySpan<byte> bytes) => bytes.Length > Ath9k + 8 && bytes[Ath9k] == 2 && bytes[Ath9k + 1] < 0x20;

    /// <summary>Calibration of ath10k is there: by its length, or, with that destroyed, by an address of the same vendor at its place.</summary>
    private static bool HasAth10k(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Ath10k + Ath10kLength)
            return false;
        if (bytes.Le16(Ath10k) == Ath10kLongLength)
            return bytes.Length >= Ath10k + Ath10kLongLength;
        MacAddress known = MacPlaces.At(bytes, 0), own = MacPlaces.At(bytes, Ath10k + 6);
        return bytes.Le16(Ath10k) == Ath10kLength || (!known.IsBlank && !own.IsBlank && own.SamePrefix(known));
    }

    private static int CalibrationLength(ReadOnlySpan<byte> bytes) => bytes.Le16(Ath10k) == Ath10kLongLength ? Ath10kLongLength : Ath10kLength;

    private static ushort XorOf(ReadOnlySpan<byte> words)
    {
        ushort xor = 0;
        for (int i = 0; i + 1 < words.Length; i += 2)
            xor ^= words.Le16(i);
        return xor;
    }

    private static int Extent(in FormatInput input) =>
        input.Claimed && input.Length <= Largest ? input.Length : Math.Min(input.Length, Block - (input.At % Block));
}
