using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>Judges what a Linux adapter is to somebody who has a router on a cable.</summary>
internal static class LinuxAdapters
{
    private const uint FlagLoopback = 8; // IFF_LOOPBACK
    private const ushort HardwareEthernet = 1; // ARPHRD_ETHER
    private const ushort HardwareRadioFirst = 801; // ARPHRD_IEEE80211, then _PRISM and _RADIOTAP
    private const ushort HardwareRadioLast = 803;

    /// <summary>The adapter as the jobs see it.</summary>
    public static NetworkAdapter Describe(NetlinkLink link, SysfsFacts facts, IEnumerable<AdapterAddress> addresses)
    {
        bool enabled = (link.Flags & NetlinkRequest.FlagUp) != 0;
        LinkState state = !enabled ? LinkState.Unknown : link.Carrier ? LinkState.Up : LinkState.Down;
        int? speed = enabled ? facts.SpeedMbit : null;
        return new(link.Name, link.Index, link.Mac, KindOf(link, facts), enabled, state, speed, link.Mtu, [.. addresses]);
    }

    /// <summary>
    /// Hardware has no driver kind; of those made by software, a veth end, a tap and a port of a built-in switch (<c>dsa</c>) are sockets
    /// for a cable. Whatever belongs to a bridge or bond hands its frames on to that one, so an address on it would hear nothing.
    /// </summary>
    public static AdapterKind KindOf(NetlinkLink link, SysfsFacts facts)
    {
        if ((link.Flags & FlagLoopback) != 0)
            return AdapterKind.Loopback;
        if (facts.Wireless || facts.DeviceType == "wlan" || link.HardwareType is >= HardwareRadioFirst and <= HardwareRadioLast)
            return AdapterKind.Wireless;
        if (link.HardwareType != HardwareEthernet || link.HasMaster || facts.DeviceType is "wwan" or "bluetooth")
            return AdapterKind.Virtual;
        return link.Kind switch
        {
            "veth" or "tun" or "dsa" => AdapterKind.Ethernet, // a tun without Ethernet frames has another hardware type
            null when !facts.Listed || facts.HasDevice => AdapterKind.Ethernet,
            _ => AdapterKind.Virtual, // also neither driver kind nor device: vmnet1 of VMware, vboxnet0 of VirtualBox
        };
    }
}
