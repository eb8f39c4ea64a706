using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core.Text;

namespace Unbrick.Net.Dhcp;

/// <summary>
/// A DHCP and BOOTP server for one device on one cable: answers at once (a loader asks a few times, then gives up; servers that ping an
/// address first lose it), is the authority of its cable, and tells what it saw. Pure: a datagram and the time in, actions out; it needs
/// no timer, since what has run out is noticed when it matters. Not to be called from two threads at once. The caller makes sure
/// before that no other server is on the cable (<see cref="DhcpProbe"/>).
/// </summary>
public sealed partial class DhcpServer
{
    private const int ClientPort = 68;
    private const int LongestShown = 80;

    private static readonly IPEndPoint s_everyone = new(IPAddress.Broadcast, ClientPort);

    private readonly DhcpServerOptions _options;
    private readonly DhcpLeases _leases;
    private readonly DhcpReplies _replies;
    private readonly uint _server;

    /// <summary>Throws <see cref="ArgumentException"/> when the options contradict themselves (pool outside the network, say).</summary>
    public DhcpServer(DhcpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _leases = new DhcpLeases(options);
        _replies = new DhcpReplies(options);
        _server = Ipv4.ToNumber(options.ServerAddress);
    }

    /// <summary>Addresses that are known of; never more than the pool has.</summary>
    internal int LeaseCount => _leases.Count;

    /// <summary>Takes a datagram that came to port 67.</summary>
    /// <param name="datagram">UDP payload, whatever it holds.</param>
    /// <param name="from">Its sender; only an INFORM that names no address is answered there.</param>
    /// <param name="now">Time since any fixed moment; never goes back.</param>
    /// <param name="actions">Is added to.</param>
    public void OnDatagram(ReadOnlySpan<byte> datagram, IPEndPoint from, TimeSpan now, DhcpActions actions)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(actions);
        if (!DhcpPacket.TryParse(datagram, out DhcpPacket packet))
        {
            actions.Add(new DhcpReport { Kind = DhcpReportKind.Ignored, Reason = DhcpReason.Malformed });
            return;
        }
        byte[] vendorClass = packet.Find(DhcpOption.VendorClass) ?? [];
        int? architecture = DhcpClientClass.Architecture(vendorClass, packet.Find(DhcpOption.Architecture));
        PhysicalAddress mac = packet.Hardware;
        Exchange exchange = new(mac, _options.BootFileFor(vendorClass), now, actions, new DhcpReport
        {
            Kind = DhcpReportKind.Ignored,
            Mac = mac,
            TransactionId = packet.TransactionId,
            Client = DhcpClientClass.Of(vendorClass, architecture),
            VendorClass = vendorClass.Length == 0 ? null : SafeText.Show(vendorClass, LongestShown),
            Architecture = architecture,
            RequestedFile = packet.File.IsEmpty ? null : SafeText.Show(packet.File, LongestShown),
        });
        DhcpMessageType? type = packet.MessageType;
        if (WhyNot(packet, type, exchange) is { } reason)
            exchange.Tell(DhcpReportKind.Ignored, null, reason);
        else
            Answer(packet, type, from, exchange);
    }

    private DhcpReason? WhyNot(in DhcpPacket packet, DhcpMessageType? type, Exchange exchange)
    {
        if (packet.IsReply)
            return DhcpReason.NotARequest;
        if (packet.Relay != 0)
            return DhcpReason.Relayed;
        if (type is DhcpMessageType.None || (type is null && packet.IsCutShort))
            return DhcpReason.Malformed;
        if (_options.IgnorePcs && exchange.About.Client == DhcpClientKind.PxePc)
            return DhcpReason.Pc;
        return _options.Answers?.Invoke(exchange.Mac) ?? true ? null : DhcpReason.NotAllowed;
    }

    private void Answer(in DhcpPacket packet, DhcpMessageType? type, IPEndPoint from, Exchange exchange)
    {
        switch (type)
        {
            case null:
                OnBootp(packet, exchange);
                break;
            case DhcpMessageType.Discover:
                OnDiscover(packet, exchange);
                break;
            case DhcpMessageType.Request:
                OnRequest(packet, exchange);
                break;
            case DhcpMessageType.Decline:
                OnDecline(packet, exchange);
                break;
            case DhcpMessageType.Release:
                OnRelease(packet, exchange);
                break;
            case DhcpMessageType.Inform:
                OnInform(packet, from, exchange);
                break;
            default:
                exchange.Tell(DhcpReportKind.Ignored, null, DhcpReason.UnknownType);
                break;
        }
    }

    private void OnBootp(in DhcpPacket packet, Exchange exchange)
    {
        exchange.Tell(DhcpReportKind.BootpRequest);
        if (_leases.Reserve(exchange.Mac, NotZero(packet.ClientAddress), exchange.Now) is not { } lease)
        {
            exchange.Tell(DhcpReportKind.PoolExhausted);
            return;
        }
        DhcpLeases.Keep(lease);
        lease.Conversation.Taken();
        CheckForSecondClient(packet, lease, true, exchange);
        exchange.Send(_replies.Bootp(packet, lease.Address, exchange.BootFile), s_everyone);
        exchange.TellAnswer(DhcpReportKind.BootpReply, lease.Address);
    }

    private void OnDiscover(in DhcpPacket packet, Exchange exchange)
    {
        uint? wanted = packet.FindAddress(DhcpOption.RequestedAddress);
        exchange.Tell(DhcpReportKind.Discover, wanted);
        if (_leases.Reserve(exchange.Mac, wanted, exchange.Now) is not { } lease)
        {
            exchange.Tell(DhcpReportKind.PoolExhausted);
            return;
        }
        CheckForSecondClient(packet, lease, true, exchange);
        bool notTaken = lease.Conversation.Discovered(exchange.Now);
        DhcpReplyStyle style = lease.Conversation.Style;
        if (notTaken)
            exchange.Tell(DhcpReportKind.OfferNotTaken, lease.Address, style: style);
        exchange.Send(_replies.Dhcp(packet, DhcpMessageType.Offer, lease.Address, exchange.BootFile, style), s_everyone);
        lease.Conversation.Offered();
        exchange.TellAnswer(DhcpReportKind.Offer, lease.Address, style);
    }

    private void OnRequest(in DhcpPacket packet, Exchange exchange)
    {
        uint? server = packet.FindAddress(DhcpOption.ServerIdentifier);
        DhcpLease? own = _leases.Of(exchange.Mac);
        uint? wanted = packet.FindAddress(DhcpOption.RequestedAddress) ?? NotZero(packet.ClientAddress) ?? NotZero(packet.YourAddress);
        exchange.Tell(DhcpReportKind.Request, wanted);
        if (server is { } chosen && chosen != _server)
        {
            // RFC 2131 section 4.3.2: the client declines our offer with this; not a word from us.
            if (own is { State: not DhcpLeaseState.Permanent })
                DhcpLeases.Release(own, exchange.Now);
            own?.Conversation.Taken();
            exchange.Tell(DhcpReportKind.ForeignServerChosen, wanted, otherServer: Ipv4.FromNumber(chosen));
            return;
        }

        // A client that names us and no address (RFC 2131 wants both) can mean our offer only.
        if ((wanted ?? (server is null ? null : own?.Address)) is not { } address)
        {
            exchange.Tell(DhcpReportKind.Ignored, null, DhcpReason.NoAddress);
            return;
        }
        if (_leases.Claim(exchange.Mac, address, exchange.Now) is not { } lease)
        {
            exchange.Send(_replies.Nak(packet), s_everyone);
            exchange.Tell(DhcpReportKind.Nak, address, _leases.IsOfPool(address) ? DhcpReason.AddressTaken : DhcpReason.ForeignAddress);
            return;
        }
        _leases.Confirm(lease, exchange.Now);
        lease.Conversation.Taken();
        CheckForSecondClient(packet, lease, false, exchange);
        lease.Conversation.Acknowledged(IsOldUBoot(packet), exchange.Now);

        // Only a client that renews (RFC 2131 section 4.3.2: ciaddr, neither 54 nor 50) is sure to have its address up.
        bool isRenewal = server is null && packet.ClientAddress == lease.Address && packet.Find(DhcpOption.RequestedAddress) is null;
        exchange.Send(
            _replies.Dhcp(packet, DhcpMessageType.Ack, lease.Address, exchange.BootFile, DhcpReplyStyle.Full),
            isRenewal ? new IPEndPoint(Ipv4.FromNumber(lease.Address), ClientPort) : s_everyone);
        exchange.TellAnswer(DhcpReportKind.Ack, lease.Address);
    }

    private void OnDecline(in DhcpPacket packet, Exchange exchange)
    {
        uint? address = packet.FindAddress(DhcpOption.RequestedAddress);
        if (_leases.Of(exchange.Mac) is { } lease && lease.Address == address && IsForUs(packet))
            _leases.Decline(lease, exchange.Now);
        else
        {
            exchange.Tell(DhcpReportKind.Ignored, address, DhcpReason.NotTheirs);
            return;
        }
        exchange.Tell(DhcpReportKind.Decline, address);
    }

    private void OnRelease(in DhcpPacket packet, Exchange exchange)
    {
        uint? address = NotZero(packet.ClientAddress);
        if (_leases.Of(exchange.Mac) is { } lease && lease.Address == address && IsForUs(packet))
            DhcpLeases.Release(lease, exchange.Now);
        else
        {
            exchange.Tell(DhcpReportKind.Ignored, address, DhcpReason.NotTheirs);
            return;
        }
        exchange.Tell(DhcpReportKind.Release, address);
    }

    private void OnInform(in DhcpPacket packet, IPEndPoint from, Exchange exchange)
    {
        uint address = NotZero(packet.ClientAddress) ?? Ipv4.ToNumber(from.Address);
        exchange.Tell(DhcpReportKind.Inform, address);
        if (!IsNeighbour(address))
        {
            exchange.Tell(DhcpReportKind.Ignored, address, DhcpReason.ForeignAddress);
            return;
        }
        exchange.Send(
            _replies.Dhcp(packet, DhcpMessageType.Ack, null, exchange.BootFile, DhcpReplyStyle.Full),
            new IPEndPoint(Ipv4.FromNumber(address), ClientPort));
        exchange.TellAnswer(DhcpReportKind.Ack, address);
    }

    private static void CheckForSecondClient(in DhcpPacket packet, DhcpLease lease, bool isFirstStep, Exchange exchange)
    {
        if (lease.Conversation.IsSecondClient(packet.TransactionId, isFirstStep, IsOldUBoot(packet), exchange.Now))
            exchange.Tell(DhcpReportKind.SameMacTwice, lease.Address);
    }

    /// <summary>U-Boot 1.1.x says how much it can take, but neither what nor who it is (net/bootp.c, DhcpExtended).</summary>
    private static bool IsOldUBoot(in DhcpPacket packet) => packet.Find(DhcpOption.MaximumSize) is not null
        && packet.Find(DhcpOption.VendorClass) is null && packet.Find(DhcpOption.ClientIdentifier) is null;

    private bool IsForUs(in DhcpPacket packet) => (packet.FindAddress(DhcpOption.ServerIdentifier) ?? _server) == _server;

    /// <summary>A host of our network other than we: nothing is ever sent off the cable or to all by a forged ciaddr.</summary>
    private bool IsNeighbour(uint address)
    {
        uint mask = Ipv4.Mask(_options.PrefixLength);
        return (address & mask) == (_server & mask) && address != _server && (address & ~mask) != 0 && (address & ~mask) != ~mask;
    }

    private static uint? NotZero(uint number) => number == 0 ? null : number;
}
