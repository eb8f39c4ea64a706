using System.Collections.Immutable;

namespace Unbrick.Formats.TpLink;

/// <summary>Whether a TP-Link header of any version begins at a place, and what it says about the device.</summary>
internal readonly record struct FirmwareHeader(bool Found, uint Length, uint HwId, uint HwRev)
{
    public ImmutableArray<Fact> Facts => Found
        ? [Fact.Hex(FactName.HwId, HwId), Fact.Hex(FactName.HwRev, HwRev), Fact.Number("fw_length", Length)]
        : [];

    public static FirmwareHeader At(ReadOnlySpan<byte> bytes, int at)
    {
        if (at >= bytes.Length)
            return default;
        bytes = bytes[at..];
        if (TpLinkV2Header.HasMarks(bytes) && TpLinkV2Header.TryRead(bytes, out TpLinkV2Header second)
            && second.Version is TpLinkV2Header.Version2 or TpLinkV2Header.Version3 && second.HwId != 0 && second.Layout.Plausible)
            return new(true, second.Length, second.HwId, second.HwRev);
        if (TpLinkV1Header.TryRead(bytes, out TpLinkV1Header first)
            && first.Version is TpLinkV1Header.Version1 or TpLinkV1Header.Version2 && TpLinkV1.Plausible(bytes, first))
            return new(true, first.Length, first.HwId, first.HwRev);
        return default;
    }
}
