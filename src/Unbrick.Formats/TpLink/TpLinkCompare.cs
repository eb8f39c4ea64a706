using System.Collections.Immutable;
using System.Globalization;

namespace Unbrick.Formats.TpLink;

/// <summary>What a TP-Link boot loader and web page compare with the unit: hardware id, revision, region, size.</summary>
internal static class TpLinkCompare
{
    public static ImmutableArray<Flaw> Flaws(Finding finding, Expectation expected, int hwIdAt)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.HwId is uint id && Number(finding, FactName.HwId) is uint hasId && hasId != id)
            flaws.Add(new Flaw(FlawCode.WrongHwid, $"hardware id 0x{hasId:x8}, the device has 0x{id:x8}", finding.Offset + hwIdAt));
        if (expected.HwRev is uint rev && Number(finding, FactName.HwRev) is uint hasRev && hasRev != rev)
            flaws.Add(new Flaw(FlawCode.WrongHwrev, $"hardware revision 0x{hasRev:x}, the device has 0x{rev:x}", finding.Offset + hwIdAt + 4));
        if (expected.Region is string region && finding[FactName.Region] is long code)
            AddRegion(flaws, finding, region, code);
        if (expected.PartitionSize is long most)
        {
            long length = Math.Max(finding.Length, finding["fw_length"] is long announced ? announced : 0);
            if (length > most)
                flaws.Add(new Flaw(FlawCode.TooLarge, $"{length:N0} bytes, {most:N0} fit", finding.Offset));
        }
        return flaws.DrainToImmutable();
    }

    /// <summary>Code 1 is for units of the US only; code 0 is for all that do not check, and for the country that is named beside it.</summary>
    private static void AddRegion(ImmutableArray<Flaw>.Builder flaws, Finding finding, string region, long code)
    {
        string country = finding["country"] as string ?? (code == 1 ? "US" : "");
        bool unitChecks = region is "US" or "IL" || code != 0;
        if (country.Length > 0 && unitChecks && country != region)
            flaws.Add(new Flaw(FlawCode.WrongRegion, $"made for {country} (region code {code}), the unit is of {region}", finding.Offset + 0x48));
    }

    private static uint? Number(Finding finding, string name) =>
        finding[name] is string text && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value)
            ? value
            : null;
}
