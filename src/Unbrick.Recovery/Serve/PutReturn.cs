using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Decides, from what is heard on the cable, whether a device that was sent its file is back with its firmware. These loaders often have the
/// address that the firmware has, too; then only what it says by itself after its link fell and rose counts.
/// </summary>
/// <param name="loader">The address that the boot loader had.</param>
/// <param name="mac">Its hardware address, if it was heard.</param>
internal sealed class PutReturn(IPAddress loader, PhysicalAddress? mac)
{
    private bool _linkWent;

    /// <summary>What was seen, in words; null while it is not back.</summary>
    public string? Evidence { get; private set; }

    /// <summary>The carrier changed.</summary>
    public void OnLink(LinkState link) => _linkWent |= link == LinkState.Down;

    /// <summary>A frame came.</summary>
    public void OnHeard(in HeardFrame heard)
    {
        // The firmware often has another hardware address than the loader; then only the fallen and risen link tells that it is the same box.
        bool same = mac is null || heard.Mac.Equals(mac);
        if (Evidence is not null || !(same || _linkWent))
            return;
        bool asks = heard.Kind == HeardKind.ArpRequest && !heard.Sender.Equals(IPAddress.Any);
        bool elsewhere = heard.Kind is HeardKind.ArpRequest or HeardKind.ArpReply && !heard.Sender.Equals(IPAddress.Any) && !heard.Sender.Equals(loader);
        if (elsewhere || (asks && _linkWent))
            Evidence = $"{MacText.Show(heard.Mac)} came back as {heard.Sender}";
        else if (heard.Kind == HeardKind.Udp && heard.DestinationPort == 67 && _linkWent)
            Evidence = $"{MacText.Show(heard.Mac)} came back and asks for an address by DHCP";
    }
}
