using System.Net.NetworkInformation;

namespace Unbrick.Recovery.Serve;

/// <summary>Hardware addresses as labels have them.</summary>
internal static class MacText
{
    /// <summary><c>00:aa:bb:cc:dd:ee</c>; "?" when there is none.</summary>
    public static string Show(PhysicalAddress? mac) =>
        mac is null ? "?" : string.Join(":", mac.GetAddressBytes().Select(b => b.ToString("x2", null)));
}
