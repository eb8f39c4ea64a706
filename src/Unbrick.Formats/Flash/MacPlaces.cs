using System.Collections.Immutable;

namespace Unbrick.Formats.Flash;

/// <summary>The MAC addresses of one block with their places: what makes one credible, what is wrong with them, whose they are.</summary>
internal static class MacPlaces
{
    /// <summary>Addresses of one unit lie this close to the one on its label (boards with many virtual interfaces count up to 32).</summary>
    private const int NearLabel = 64;

    /// <summary>An address stands there that a vendor could have written for one card: not blank, not multicast.</summary>
    public static bool Usable(MacAddress mac) => !mac.IsBlank && !mac.IsMulticast;

    /// <summary>The address at that place, blank when the bytes end before it.</summary>
    public static MacAddress At(ReadOnlySpan<byte> bytes, int place) =>
        place <= bytes.Length - MacAddress.Size ? MacAddress.Read(bytes[place..]) : default;

    /// <summary>
    /// An address at a place where only some vendors keep one: it has the prefix of one that is certain, or it stands alone in erased flash.
    /// </summary>
    public static bool Credible(ReadOnlySpan<byte> bytes, int place, MacAddress known)
    {
        MacAddress mac = At(bytes, place);
        if (mac.IsBlank)
            return false;
        return (!known.IsBlank && mac.SamePrefix(known)) || (!mac.IsMulticast && Erased(bytes, place - 8, 8) && Erased(bytes, place + 12, 4));
    }

    /// <summary>
    /// Multicast addresses, and addresses that stand at two places. <paramref name="shared"/> are places where vendors repeat another
    /// address on purpose.
    /// </summary>
    public static void Judge(UnitMacs macs, int at, ReadOnlySpan<int> shared, ImmutableArray<Flaw>.Builder flaws)
    {
        List<PlacedMac> seen = [];
        foreach (PlacedMac here in macs)
        {
            (int place, MacAddress mac) = here;
            if (mac.IsMulticast)
                flaws.Add(new Flaw(FlawCode.MacMulticast, $"{mac} at 0x{place:x} is a multicast address", at + place));
            if (shared.Contains(place))
                continue;
            if (seen.Find(s => s.Mac == mac) is { } before)
                flaws.Add(new Flaw(FlawCode.Duplicate, $"{mac} stands at 0x{before.Place:x} and at 0x{place:x}", at + place));
            else
                seen.Add(here);
        }
    }

    /// <summary>None of the addresses is near the one on the label: the block is another unit's.</summary>
    public static ImmutableArray<Flaw> CompareLabel(Finding finding, Expectation expected)
    {
        if (expected.LabelMac is null || !MacAddress.TryParse(expected.LabelMac, out MacAddress label)
            || finding[FactName.Macs] is not ImmutableSortedDictionary<string, string> { Count: > 0 } macs)
            return [];
        foreach (string text in macs.Values)
        {
            if (MacAddress.TryParse(text, out MacAddress mac) && mac.SamePrefix(label) && mac.StepsFrom(label) <= NearLabel)
                return [];
        }
        return [new Flaw(FlawCode.MacForeign, $"the label says {label}, here are {string.Join(", ", macs.Values.Distinct())}", finding.Offset)];
    }

    /// <summary>
    /// At least a quarter of the bytes is FF or 00: calibration fills its partition nowhere near full, which noise and machine code do.
    /// </summary>
    public static bool MostlyBlank(ReadOnlySpan<byte> bytes)
    {
        int blank = bytes.Count((byte)0xFF);
        if (blank < bytes.Length / 4)
            blank += bytes.Count((byte)0);
        return blank >= bytes.Length / 4;
    }

    private static bool Erased(ReadOnlySpan<byte> bytes, int at, int length) =>
        at >= 0 && at + length <= bytes.Length && bytes.Slice(at, length).IndexOfAnyExcept((byte)0xFF) < 0;
}
