using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Unbrick.Hardware.Usb;

/// <summary>
/// The socket that a device sits in, which stays the same when it is plugged in again: <c>1-2</c> is port 2 of bus 1, <c>1-2.4</c> port 4
/// of a hub there (the names in <c>/sys/bus/usb/devices</c>).
/// </summary>
/// <param name="Bus">Number of the bus.</param>
/// <param name="Ports">Numbers of the ports from the root on, with points.</param>
public sealed record UsbPlace(int Bus, string Ports)
{
    private const int MostPorts = 7; // tiers of USB 2.0, 4.1.1
    private const int HighestNumber = 255;

    /// <summary>Reads <c>BUS-PORT</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UsbPlace? place)
    {
        ArgumentNullException.ThrowIfNull(text);
        place = null;
        string[] halves = text.Split('-');
        if (halves.Length != 2 || !IsNumber(halves[0]))
            return false;
        ImmutableArray<string> ports = [.. halves[1].Split('.')];
        if (ports.Length > MostPorts || !ports.All(IsNumber))
            return false;
        place = new(Number(halves[0]), string.Join('.', ports.Select(Number)));
        return true;
    }

    /// <summary>As it is typed: <c>1-2.4</c>.</summary>
    public override string ToString() => $"{Bus}-{Ports}";

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool IsNumber(string text) =>
        text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && Number(text) is > 0 and <= HighestNumber;
}
