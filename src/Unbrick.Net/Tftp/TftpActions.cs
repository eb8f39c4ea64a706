using System.Net;
using System.Runtime.InteropServices;

namespace Unbrick.Net.Tftp;

/// <summary>What the caller must do now.</summary>
public enum TftpActionKind
{
    /// <summary>Open a port for the transfer, bound to <see cref="TftpAction.From"/>, for its peer only.</summary>
    Open,

    /// <summary>Send <see cref="TftpAction.Packet"/> from the transfer's port.</summary>
    SendPacket,

    /// <summary>Send <see cref="TftpAction.Count"/> blocks from <see cref="TftpAction.First"/> on, from the transfer's port.</summary>
    SendBlocks,

    /// <summary>Close the transfer's port.</summary>
    Close,

    /// <summary>Send <see cref="TftpAction.Packet"/> to <see cref="TftpAction.To"/> from the request port, source <see cref="TftpAction.From"/>.</summary>
    SendFromRequestPort,
}

/// <summary>One thing to do; which fields count depends on <paramref name="Kind"/>.</summary>
public readonly record struct TftpAction(
    TftpActionKind Kind, TftpTransfer? Transfer = null, long First = 0, int Count = 0, byte[]? Packet = null,
    IPEndPoint? To = null, IPAddress? From = null);

/// <summary>Something worth telling, as a fact; the words for the user are made elsewhere.</summary>
public abstract record TftpReport
{
    /// <summary>A transfer began. <paramref name="Again"/>: the same client had one before that did not end well.</summary>
    public sealed record Started(IPEndPoint Peer, TftpRequest Request, string SentAs, TftpAgreement Agreement, bool Again) : TftpReport;

    /// <summary>A request was answered with an ERROR.</summary>
    public sealed record Refused(IPEndPoint Peer, TftpRequest Request, TftpErrorCode Code, string Message) : TftpReport;

    /// <summary>The same request came again before anything was acknowledged: our answer does not arrive, or the device is slow.</summary>
    public sealed record Repeated(IPEndPoint Peer, TftpRequest Request, int Times) : TftpReport;

    /// <summary>A packet on the request port was no request.</summary>
    public sealed record Malformed(IPEndPoint Peer, TftpRequestFault Fault) : TftpReport;

    /// <summary>A transfer is over.</summary>
    public sealed record Ended(TransferReport Transfer) : TftpReport;
}

/// <summary>Collects what a call of the server decided; reused from call to call.</summary>
public sealed class TftpActions
{
    private readonly List<TftpAction> _items = [];
    private readonly List<TftpReport> _reports = [];

    /// <summary>To be carried out in this order; good until the next call. A span, because this is looked at once a packet.</summary>
    public ReadOnlySpan<TftpAction> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>To be told.</summary>
    public ReadOnlySpan<TftpReport> Reports => CollectionsMarshal.AsSpan(_reports);

    /// <summary>Ready for the next call.</summary>
    public void Clear()
    {
        _items.Clear();
        _reports.Clear();
    }

    internal void Add(in TftpAction action) => _items.Add(action);

    internal void Tell(TftpReport report) => _reports.Add(report);

    internal void Send(TftpTransfer transfer, byte[] packet) => _items.Add(new(TftpActionKind.SendPacket, transfer, Packet: packet));

    internal void SendBlocks(TftpTransfer transfer, long first, int count) =>
        _items.Add(new(TftpActionKind.SendBlocks, transfer, first, count));
}
