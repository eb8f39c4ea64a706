namespace Unbrick.Net.Dhcp;

/// <summary>
/// Builds the four kinds of answer. The set of options is as small as works: U-Boot 1.1.3 knows 1, 3, 6, 12, 15, 17, 51, 53, 54, 58 and
/// 59, and complains on its console about any other ("Unhandled DHCP Option", thread 002). 66 and 67 are worth that line, since other
/// loaders look nowhere else; 58 and 59 add nothing to the defaults a client takes by itself (RFC 2131 section 4.4.5).
/// </summary>
internal sealed class DhcpReplies(DhcpServerOptions options)
{
    private readonly uint _server = Ipv4.ToNumber(options.ServerAddress);
    private readonly uint _nextServer = Ipv4.ToNumber(options.NextServer ?? options.ServerAddress);
    private readonly string _nextServerName = (options.NextServer ?? options.ServerAddress).MapToIPv4().ToString();
    private readonly uint _mask = Ipv4.Mask(options.PrefixLength);
    private readonly uint? _router = options.Router is { } router ? Ipv4.ToNumber(router) : null;
    private readonly uint _leaseSeconds = (uint)options.LeaseTime.TotalSeconds;

    /// <summary>OFFER or ACK (RFC 2131 table 3).</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="type">Which of the two.</param>
    /// <param name="address">yiaddr; null in an ACK to INFORM, which has neither address nor lease (RFC 2131 section 4.3.5).</param>
    /// <param name="bootFile">Null for what the client asked for.</param>
    /// <param name="style">How to look.</param>
    public byte[] Dhcp(in DhcpPacket request, DhcpMessageType type, uint? address, string? bootFile, DhcpReplyStyle style)
    {
        DhcpWriter reply = DhcpWriter.Reply(request);
        Boot(reply, request, bootFile);
        if (type == DhcpMessageType.Ack)
            reply.ClientAddress(request.ClientAddress);
        reply.Type(type);
        reply.Option(DhcpOption.ServerIdentifier, _server);
        if (address is { } given)
        {
            reply.YourAddress(given);
            reply.Option(DhcpOption.LeaseTime, _leaseSeconds);
        }
        reply.Option(DhcpOption.SubnetMask, _mask);
        if (style == DhcpReplyStyle.Lean)
            return reply.Finish();
        reply.ServerName(_nextServerName);
        if (_router is { } router)
            reply.Option(DhcpOption.Router, router);
        reply.Option(DhcpOption.TftpServerName, _nextServerName);
        if (!string.IsNullOrEmpty(bootFile))
            reply.Option(DhcpOption.BootFile, bootFile);
        return reply.Finish();
    }

    /// <summary>NAK: nothing but who says so (RFC 2131 table 3).</summary>
    public byte[] Nak(in DhcpPacket request)
    {
        DhcpWriter reply = DhcpWriter.Reply(request);
        reply.Type(DhcpMessageType.Nak);
        reply.Option(DhcpOption.ServerIdentifier, _server);
        return reply.Finish();
    }

    /// <summary>
    /// A BOOTP reply (RFC 951, RFC 1534): no 53, 51 or 54, since RouterBOOT ignores an answer to BOOTP that looks like DHCP
    /// (forum.mikrotik.com t/55300); mask and router are of RFC 1497 and fit its 64 bytes.
    /// </summary>
    public byte[] Bootp(in DhcpPacket request, uint address, string? bootFile)
    {
        DhcpWriter reply = DhcpWriter.Reply(request);
        Boot(reply, request, bootFile);
        reply.ClientAddress(request.ClientAddress);
        reply.YourAddress(address);
        reply.ServerName(_nextServerName);
        reply.Option(DhcpOption.SubnetMask, _mask);
        if (_router is { } router)
            reply.Option(DhcpOption.Router, router);
        return reply.Finish();
    }

    private void Boot(DhcpWriter reply, in DhcpPacket request, string? bootFile)
    {
        reply.NextServer(_nextServer);
        if (bootFile is not null)
            reply.File(bootFile);
        else
            reply.File(request.File);
    }
}
