using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

public sealed partial class DhcpServer
{
    /// <summary>What belongs to one datagram on its way through the server.</summary>
    /// <param name="Mac">Who asks.</param>
    /// <param name="BootFile">What it is to load; null when nothing is configured.</param>
    /// <param name="Now">When.</param>
    /// <param name="Actions">What comes of it.</param>
    /// <param name="About">What every report about it says.</param>
    private sealed record Exchange(PhysicalAddress Mac, string? BootFile, TimeSpan Now, DhcpActions Actions, DhcpReport About)
    {
        public void Send(byte[] payload, IPEndPoint to) => Actions.Add(new DhcpSend(payload, to));

        public void Tell(
            DhcpReportKind kind, uint? address = null, DhcpReason reason = DhcpReason.None, IPAddress? otherServer = null,
            DhcpReplyStyle style = DhcpReplyStyle.Full) =>
            Actions.Add(About with { Kind = kind, Address = Shown(address), Reason = reason, OtherServer = otherServer, Style = style });

        public void TellAnswer(DhcpReportKind kind, uint address, DhcpReplyStyle style = DhcpReplyStyle.Full) =>
            Actions.Add(About with { Kind = kind, Address = Shown(address), BootFile = BootFile ?? About.RequestedFile, Style = style });

        private static IPAddress? Shown(uint? address) => address is { } number ? Ipv4.FromNumber(number) : null;
    }
}
