using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>One datagram to send from the port of a <see cref="TftpPut"/>.</summary>
public readonly record struct TftpPutSend(IPEndPoint To, byte[] Packet);

/// <summary>Something worth telling about a <see cref="TftpPut"/>, as a fact; the words for the user are made elsewhere.</summary>
public abstract record TftpPutReport
{
    /// <summary>The device took the request: its window is open. <paramref name="Asked"/>: requests sent until then.</summary>
    public sealed record Started(IPEndPoint Peer, TftpRequest Request, int BlockSize, int Asked) : TftpPutReport;

    /// <summary>The device refused the options, or agreed to something that was not asked; it is asked once more without any.</summary>
    public sealed record OptionsRefused(IPEndPoint Peer, TftpErrorCode Code, string Text) : TftpPutReport;

    /// <summary>An ERROR in answer to the request. <paramref name="Final"/>: it is not asked again.</summary>
    public sealed record Refused(IPEndPoint Peer, TftpErrorCode Code, string Text, bool Final) : TftpPutReport;

    /// <summary>No answer for a while: it is asked anew as well, in case it has started again.</summary>
    public sealed record Paused(TransferReport Transfer) : TftpPutReport;

    /// <summary>It was only slow, and goes on where it was.</summary>
    public sealed record Resumed(TransferReport Transfer) : TftpPutReport;

    /// <summary>A transfer is over, one way or another; unless it is complete, the next one may follow.</summary>
    public sealed record Ended(TransferReport Transfer) : TftpPutReport;

    /// <summary>The last block was acknowledged after all.</summary>
    public sealed record Confirmed(IPEndPoint Peer) : TftpPutReport;

    /// <summary>An ERROR after the end: the device had looked at the file and does not like it.</summary>
    public sealed record Rejected(IPEndPoint Peer, TftpErrorCode Code, string Text) : TftpPutReport;
}

/// <summary>Collects what a call of <see cref="TftpPut"/> decided; reused from call to call.</summary>
public sealed class TftpPutActions
{
    private readonly List<TftpPutSend> _sends = [];
    private readonly List<TftpPutReport> _reports = [];

    /// <summary>To be sent in this order; good until <see cref="Clear"/>.</summary>
    public IReadOnlyList<TftpPutSend> Sends => _sends;

    /// <summary>To be told.</summary>
    public IReadOnlyList<TftpPutReport> Reports => _reports;

    /// <summary>Ready for the next call.</summary>
    public void Clear()
    {
        _sends.Clear();
        _reports.Clear();
    }

    internal void Send(IPEndPoint to, byte[] packet) => _sends.Add(new TftpPutSend(to, packet));

    internal void Tell(TftpPutReport report) => _reports.Add(report);
}
