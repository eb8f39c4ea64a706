using System.Collections.Immutable;
using System.Globalization;

namespace Unbrick.Recovery.Serve;

/// <summary>A name that a device asked for, taken apart by one rule on every system. Asked names are hostile until they went through here.</summary>
public static class TftpName
{
    private const int MostParts = 16;

    private static readonly string[] s_windowsDevices = ["CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"];

    /// <summary>
    /// Splits at '/' and '\' after leading slashes and "./" are gone. False for anything that could mean a place outside of a folder, on any
    /// system: "..", drives and streams (':'), control bytes, Windows device names, trailing dots and blanks, an empty name.
    /// </summary>
    public static bool TrySplit(string name, out ImmutableArray<string> parts)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] split = name.Replace('\\', '/').Split('/');
        // "/x", "//x" and "./x" are how some loaders say "x"; "x/" and "a//b" are no names.
        parts = [.. split.SkipWhile(p => p is "" or ".")];
        return parts.Length is > 0 and <= MostParts && parts.All(IsSafe);
    }

    /// <summary>
    /// The client's own address if this is the name that U-Boot makes of it when it was told none: eight hexadecimal digits and ".img"
    /// (net/tftp.c, <c>default_filename</c>).
    /// </summary>
    public static bool IsUBootDefault(string name, out System.Net.IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(name);
        address = System.Net.IPAddress.None;
        if (name.Length != 12 || !name.EndsWith(".img", StringComparison.OrdinalIgnoreCase)
            || !uint.TryParse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number))
            return false;
        address = Net.Ipv4.FromNumber(number);
        return true;
    }

    private static bool IsSafe(string part) =>
        part.Length is > 0 and <= 255 && part is not ("." or "..") && part[^1] is not ('.' or ' ')
        && !part.Any(c => c < ' ' || c is ':' or '\x7f' or '*' or '?' or '"' or '<' or '>' or '|') && !IsWindowsDevice(part);

    private static bool IsWindowsDevice(string part)
    {
        string stem = part.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return s_windowsDevices.Contains(stem)
            || stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)) && stem[3] is >= '0' and <= '9';
    }
}
