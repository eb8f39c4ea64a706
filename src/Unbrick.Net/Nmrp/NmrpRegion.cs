namespace Unbrick.Net.Nmrp;

/// <summary>
/// Regions of Netgear devices by their numbers (Netgear's U-Boot, net/nmrp.h, up to 9, and net/nmrp.c of 2020, up to 12; nmrpflash
/// nmrp.c, up to 10). A device keeps what it is told for good: channels, power and languages follow from it.
/// </summary>
public static class NmrpRegion
{
    private static readonly string[] s_names = ["", "NA", "WW", "GR", "PR", "RU", "BZ", "IN", "KO", "JP", "AU", "CA", "US"];

    /// <summary>The names, for a message.</summary>
    public static IEnumerable<string> Names => s_names.Skip(1);

    /// <summary>Reads a name in either case; false when there is no such region.</summary>
    public static bool TryParse(string? text, out ushort number)
    {
        int index = string.IsNullOrEmpty(text) ? -1 : Array.FindIndex(s_names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        number = index > 0 ? (ushort)index : (ushort)0;
        return index > 0;
    }
}
