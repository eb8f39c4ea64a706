using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Unbrick.Net.Host;

/// <summary>Adapters on Windows and macOS, from what .NET tells about them.</summary>
internal static class PortableAdapters
{
    private const long BitsPerMegabit = 1_000_000;

    /// <summary>
    /// Words in Windows' adapter descriptions that mark adapters without a socket; their type says "Ethernet" like that of a real one.
    /// </summary>
    private static readonly string[] s_virtualWords =
        ["virtual", "vmware", "virtualbox", "hyper-v", "tap-", "tunnel", "wireguard", "wintun", "vpn", "bluetooth", "loopback"];

    /// <summary>All adapters; one that has no IPv4 gets index 0.</summary>
    public static IReadOnlyList<NetworkAdapter> Look() => [.. NetworkInterface.GetAllNetworkInterfaces().Select(Describe)];

    /// <summary>What an adapter is by its type, its name (macOS) and its description (Windows).</summary>
    public static AdapterKind KindOf(NetworkInterfaceType type, string name, string description, bool mac) => type switch
    {
        NetworkInterfaceType.Loopback => AdapterKind.Loopback,
        NetworkInterfaceType.Wireless80211 => AdapterKind.Wireless,
        NetworkInterfaceType.Ethernet or NetworkInterfaceType.GigabitEthernet or NetworkInterfaceType.FastEthernetT
            or NetworkInterfaceType.FastEthernetFx or NetworkInterfaceType.Ethernet3Megabit => IsSocket(name, description, mac)
            ? AdapterKind.Ethernet
            : AdapterKind.Virtual,
        _ => AdapterKind.Virtual,
    };

    private static bool IsSocket(string name, string description, bool mac) => mac
        ? name.StartsWith("en", StringComparison.Ordinal) // bridge0, awdl0, utun3, ap1, vmenet0 are not
        : !s_virtualWords.Any(word => description.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static NetworkAdapter Describe(NetworkInterface found)
    {
        IPInterfaceProperties properties = found.GetIPProperties();
        IPv4InterfaceProperties? internet = Internet(properties);
        LinkState link = found.OperationalStatus switch
        {
            OperationalStatus.Up => LinkState.Up,
            OperationalStatus.Down or OperationalStatus.LowerLayerDown or OperationalStatus.Dormant => LinkState.Down,
            _ => LinkState.Unknown,
        };
        int? speed = link == LinkState.Up && found.Speed is >= BitsPerMegabit and < int.MaxValue * BitsPerMegabit
            ? (int)(found.Speed / BitsPerMegabit)
            : null;
        return new(
            found.Name, internet?.Index ?? 0, found.GetPhysicalAddress(),
            KindOf(found.NetworkInterfaceType, found.Name, found.Description, OperatingSystem.IsMacOS()),
            found.OperationalStatus != OperationalStatus.NotPresent, link, speed, internet?.Mtu ?? 0,
            [.. properties.UnicastAddresses.Where(one => one.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(one => new AdapterAddress(one.Address, one.PrefixLength))]);
    }

    private static IPv4InterfaceProperties? Internet(IPInterfaceProperties properties)
    {
        try
        {
            return properties.GetIPv4Properties();
        }
        catch (NetworkInformationException)
        {
            return null; // IPv4 is switched off on it
        }
    }
}
