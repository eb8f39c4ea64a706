using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>What the device did after its last block.</summary>
internal enum AfterLast
{
    /// <summary>Nothing yet.</summary>
    Waiting,

    /// <summary>It runs its firmware: it came back under an address that its boot loader does not have, or asks for one as firmware does.</summary>
    Back,

    /// <summary>It asked for the same file once more: it did not like what it got.</summary>
    AskedAgain,
}

/// <summary>Decides, from what is heard on the cable, how it went on after a complete transfer.</summary>
/// <param name="loader">The address that the boot loader had.</param>
/// <param name="mac">Its hardware address, if it was heard.</param>
/// <param name="name">The file it asked for.</param>
internal sealed class ReturnWatch(IPAddress loader, PhysicalAddress? mac, string name)
{
    private bool _linkWent;

    /// <summary>The verdict so far.</summary>
    public AfterLast State { get; private set; }

    /// <summary>What was seen, in words.</summary>
    public string Evidence { get; private set; } = "";

    /// <summary>The carrier changed.</summary>
    public void OnLink(LinkState link) => _linkWent |= link == LinkState.Down;

    /// <summary>A read request came.</summary>
    public void OnRequest(IPAddress peer, string asked)
    {
        if (State == AfterLast.Waiting && peer.Equals(loader) && asked == name)
            State = AfterLast.AskedAgain;
    }

    /// <summary>A frame came.</summary>
    public void OnHeard(in HeardFrame heard)
    {
        // The firmware often has another hardware address than the loader; then only the fallen and risen link tells that it is the same box.
        bool same = mac is null || heard.Mac.Equals(mac);
        if (State != AfterLast.Waiting || !(same || _linkWent))
            return;
        switch (heard.Kind)
        {
            case HeardKind.ArpRequest or HeardKind.ArpReply when !heard.Sender.Equals(loader) && !heard.Sender.Equals(IPAddress.Any):
                Back($"{MacText.Show(heard.Mac)} came back as {heard.Sender}");
                break;
            case HeardKind.Udp when heard.DestinationPort == 67 && _linkWent:
                Back($"{MacText.Show(heard.Mac)} came back and asks for an address by DHCP");
                break;
        }
    }

    private void Back(string evidence)
    {
        State = AfterLast.Back;
        Evidence = evidence;
    }
}
