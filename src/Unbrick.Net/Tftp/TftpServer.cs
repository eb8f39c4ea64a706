using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>
/// The TFTP server without a socket: datagrams and the time go in, actions come out (RFC 1350, 1123 s4.2, 2347-2349, 7440).
/// Not thread-safe; belongs to one loop.
/// </summary>
/// <param name="catalog">What names mean.</param>
/// <param name="options">How to behave.</param>
/// <param name="uploads">Where uploads go; null refuses them.</param>
public sealed class TftpServer(ITftpCatalog catalog, TftpServerOptions options, ITftpUploads? uploads = null)
{
    private readonly Dictionary<IPEndPoint, TftpTransfer> _byPeer = [];

    /// <summary>Peers whose last transfer did not end well: their next request is another try.</summary>
    private readonly HashSet<IPAddress> _failedBefore = [];

    /// <summary>Requests whose options were answered in a way that the client refused with ERROR 8; asked again, it gets none.</summary>
    private readonly Dictionary<IPAddress, ReadOnlyMemory<byte>> _refused = [];

    private const int MostFailedRemembered = 1024;

    private readonly List<TftpTransfer> _scan = [];

    /// <summary>
    /// A frame that the network delivered twice comes this soon, no restart does: the client is in the middle of its transfer and would not
    /// listen to another one.
    /// </summary>
    private static readonly TimeSpan s_copyComesWithin = TimeSpan.FromMilliseconds(100);

    private int _lastId;
    private TimeSpan _nextDue = TimeSpan.MaxValue;

    /// <summary>Transfers under way.</summary>
    public IReadOnlyCollection<TftpTransfer> Transfers => _byPeer.Values;

    /// <summary>When <see cref="OnTimer"/> should be called; never later than the earliest need, sometimes earlier.</summary>
    public TimeSpan NextDue => _nextDue;

    /// <summary>A datagram on the request port.</summary>
    /// <param name="datagram">Its payload.</param>
    /// <param name="peer">Where it came from.</param>
    /// <param name="asked">The address of ours that it was sent to; answers come from there.</param>
    /// <param name="mtu">Largest IP packet on the way back.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="actions">Collects what to do.</param>
    public void OnRequest(ReadOnlySpan<byte> datagram, IPEndPoint peer, IPAddress asked, int mtu, TimeSpan now, TftpActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        _byPeer.TryGetValue(peer, out TftpTransfer? current);
        TftpOpcode opcode = TftpWire.OpcodeOf(datagram);
        if (opcode is TftpOpcode.Data or TftpOpcode.Ack or TftpOpcode.Error or TftpOpcode.Oack)
        {
            // RFC 1350 s7: an ERROR is never answered. Neither is an ACK or DATA that strayed: an ERROR would make U-Boot start again.
            if (options.SinglePort && current is not null)
                OnTransfer(current, datagram, now, actions);
            return;
        }
        TftpRequestFault fault = TftpRequest.TryParse(datagram, out TftpRequest? request);
        if (request is null)
        {
            actions.Tell(new TftpReport.Malformed(peer, fault));
            if (fault == TftpRequestFault.UnknownMode)
                Reply(peer, asked, TftpErrorCode.Illegal, "mode must be octet or netascii", actions);
            return;
        }
        if (current is not null && current.Request.Raw.Span.SequenceEqual(request.Raw.Span))
        {
            if (current.Unanswered)
            {
                actions.Tell(new TftpReport.Repeated(peer, request, ++current.Repeats));
                Fire(current, now, actions);
                return;
            }
            if (now - current.Began < s_copyComesWithin)
                return;
        }
        Begin(request, peer, asked, mtu, now, actions);
    }

    /// <summary>A datagram from the transfer's peer on the transfer's port.</summary>
    public void OnTransfer(TftpTransfer transfer, ReadOnlySpan<byte> packet, TimeSpan now, TftpActions actions)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(actions);
        if (transfer.Ended)
            return;
        transfer.LastHeard = now;
        transfer.OnPacket(packet, now, actions);
        After(transfer, now, actions);
    }

    /// <summary>Fires every timer that is due.</summary>
    public void OnTimer(TimeSpan now, TftpActions actions)
    {
        if (now < _nextDue)
            return;
        _nextDue = TimeSpan.MaxValue;
        _scan.Clear();
        _scan.AddRange(_byPeer.Values); // firing may end a transfer and change the dictionary
        foreach (TftpTransfer transfer in _scan)
        {
            if (transfer.Due <= now)
                Fire(transfer, now, actions);
            else if (transfer.Due < _nextDue)
                _nextDue = transfer.Due;
        }
    }

    /// <summary>Ends everything; clients that are still there are told, so that they stop waiting.</summary>
    public void Stop(TimeSpan now, TftpActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        foreach (TftpTransfer transfer in _byPeer.Values.ToArray())
        {
            if (!transfer.Settled)
                actions.Send(transfer, TftpWire.Error(TftpErrorCode.NotDefined, "server stopped"));
            Drop(transfer, TransferOutcome.Stopped, now, actions);
        }
    }

    private void Begin(TftpRequest request, IPEndPoint peer, IPAddress asked, int mtu, TimeSpan now, TftpActions actions)
    {
        foreach (TftpTransfer old in Superseded(request, peer))
            Drop(old, TransferOutcome.Restarted, now, actions);
        TftpTransfer transfer;
        string sentAs;
        if (request.Opcode == TftpOpcode.Rrq)
        {
            TftpAnswer answer = catalog.Find(request, peer);
            if (answer is not TftpAnswer.Serve serve)
            {
                Refuse((TftpAnswer.Refuse)answer, request, peer, asked, actions);
                return;
            }
            bool text = request.Mode == TftpMode.Netascii;
            ReadOnlyMemory<byte> content = text ? TextOf(serve.Content) : serve.Content;
            TftpAgreement agreement = _refused.TryGetValue(peer.Address, out ReadOnlyMemory<byte> refused) && refused.Span.SequenceEqual(request.Raw.Span)
                ? TftpAgreement.Plain
                : TftpAgreement.Answer(request, text ? null : content.Length, mtu, windows: options.Pace is null);
            sentAs = serve.SentAs;
            transfer = new ReadTransfer(++_lastId, peer, request, agreement, sentAs, content, options, now)
            {
                Asked = asked,
                Source = serve.Content,
            };
        }
        else
        {
            TftpAgreement agreement = TftpAgreement.Answer(request, null, mtu);
            TftpAnswer.Refuse refusal = new(TftpErrorCode.Access, "this server does not take files");
            ITftpUpload? upload = uploads?.Begin(request, peer, agreement.SizeAnnounced, out refusal);
            if (upload is null)
            {
                Refuse(refusal, request, peer, asked, actions);
                return;
            }
            sentAs = upload.Name;
            transfer = new WriteTransfer(++_lastId, peer, request, agreement, upload, options, now) { Asked = asked };
        }
        MakeRoom(now, actions);
        _byPeer[peer] = transfer;
        if (!options.SinglePort)
            actions.Add(new(TftpActionKind.Open, transfer, From: asked));
        actions.Tell(new TftpReport.Started(peer, request, sentAs, transfer.Agreement, _failedBefore.Remove(peer.Address)));
        transfer.Start(now, actions);
        After(transfer, now, actions);
    }

    /// <summary>
    /// Transfers that a new request ends: the one of the same port (the client started again), and, when it is a boot loader, which does one
    /// thing at a time, any other of the same address. Their retransmissions would disturb the new one: U-Boot takes packets from any port
    /// until the first answer, and a block other than 1 makes it start again.
    /// </summary>
    private List<TftpTransfer> Superseded(TftpRequest request, IPEndPoint peer)
    {
        List<TftpTransfer> old = [];
        if (_byPeer.TryGetValue(peer, out TftpTransfer? same))
            old.Add(same);
        if (peer.Port is >= 1024 and < 4096 && ReadTransfer.LooksLikeLoader(peer, request))
            old.AddRange(_byPeer.Values.Where(t => t != same && t.Peer.Address.Equals(peer.Address) && t.Peer.Port is >= 1024 and < 4096));
        return old;
    }

    /// <summary>The content in netascii; shared by all who ask, or a thousand forged requests would make a thousand copies.</summary>
    private ReadOnlyMemory<byte> TextOf(ReadOnlyMemory<byte> content) =>
        _byPeer.Values.OfType<ReadTransfer>().FirstOrDefault(t => t.Request.Mode == TftpMode.Netascii && t.Source.Equals(content))?.Content
        ?? Netascii.Encode(content.Span);

    private void MakeRoom(TimeSpan now, TftpActions actions)
    {
        if (_byPeer.Count < options.MostTransfers)
            return;
        Drop(_byPeer.Values.MinBy(t => (!t.Unanswered, t.LastProgress))!, TransferOutcome.Stopped, now, actions);
    }

    private static void Refuse(TftpAnswer.Refuse refusal, TftpRequest request, IPEndPoint peer, IPAddress asked, TftpActions actions)
    {
        actions.Tell(new TftpReport.Refused(peer, request, refusal.Code, refusal.Message));
        Reply(peer, asked, refusal.Code, refusal.Message, actions);
    }

    private static void Reply(IPEndPoint peer, IPAddress asked, TftpErrorCode code, string message, TftpActions actions) =>
        actions.Add(new(TftpActionKind.SendFromRequestPort, Packet: TftpWire.Error(code, message), To: peer, From: asked));

    private void Fire(TftpTransfer transfer, TimeSpan now, TftpActions actions)
    {
        transfer.OnTimer(now, actions);
        After(transfer, now, actions);
    }

    private void After(TftpTransfer transfer, TimeSpan now, TftpActions actions)
    {
        if (transfer.Ended)
            Drop(transfer, transfer.Outcome, now, actions);
        else if (transfer.Due < _nextDue)
            _nextDue = transfer.Due;
    }

    private void Drop(TftpTransfer transfer, TransferOutcome outcome, TimeSpan now, TftpActions actions)
    {
        transfer.End(outcome);
        if (_byPeer.TryGetValue(transfer.Peer, out TftpTransfer? current) && current == transfer)
            _byPeer.Remove(transfer.Peer);
        if (transfer.Outcome is not (TransferOutcome.Complete or TransferOutcome.ProbablyComplete) && _failedBefore.Count < MostFailedRemembered)
            _failedBefore.Add(transfer.Peer.Address);
        if (transfer.RefusedOptions && _refused.Count < MostFailedRemembered)
            _refused[transfer.Peer.Address] = transfer.Request.Raw;
        if (!options.SinglePort)
            actions.Add(new(TftpActionKind.Close, transfer));
        actions.Tell(new TftpReport.Ended(transfer.Report(now)));
    }
}
