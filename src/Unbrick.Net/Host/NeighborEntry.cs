using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Host;

/// <summary>
/// A fixed entry of the system's ARP table: frames for the address go to that hardware address and nobody is asked. Some boot loaders
/// answer no ARP request, and can be reached this way only.
/// </summary>
/// <param name="Address">The device's IPv4 address.</param>
/// <param name="Mac">Its hardware address, six bytes.</param>
public readonly record struct NeighborEntry(IPAddress Address, PhysicalAddress Mac)
{
    private const int MacBytes = 6;

    /// <summary>The hardware address as labels and <c>ip neigh</c> have it: <c>02:aa:bb:cc:dd:20</c>.</summary>
    public string MacText => Joined(':');

    /// <inheritdoc/>
    public override string ToString() => $"{Address} at {MacText}";

    /// <summary>
    /// Reads <c>02:aa:bb:cc:dd:20</c>, <c>02-AA-BB-CC-DD-20</c> or <c>2:aa:bb:cc:dd:20</c>; false for anything else and for what no single device
    /// can have (a group address, all zeros).
    /// </summary>
    public static bool TryReadMac(ReadOnlySpan<char> text, out PhysicalAddress mac)
    {
        mac = PhysicalAddress.None;
        byte[] bytes = new byte[MacBytes];
        int count = 0;
        char separator = text.Contains('-') ? '-' : ':';
        foreach (Range part in text.Split(separator))
        {
            ReadOnlySpan<char> digits = text[part];
            if (count == MacBytes || digits.Length is 0 or > 2
                || !byte.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[count]))
                return false;
            count++;
        }
        if (count != MacBytes || (bytes[0] & 1) != 0 || Array.TrueForAll(bytes, b => b == 0))
            return false;
        mac = new PhysicalAddress(bytes);
        return true;
    }

    internal string Joined(char separator) => string.Join(separator, Mac.GetAddressBytes().Select(b => b.ToString("x2", null)));
}
