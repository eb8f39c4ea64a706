using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>
/// One transfer: a pure state machine. A packet and the time go in, actions come out; <see cref="Due"/> says when <see cref="OnTimer"/>
/// wants to be called at the latest.
/// </summary>
public abstract class TftpTransfer
{
    /// <summary>
    /// Silence after which a client is given up; a loader that writes its flash while loading may take as long as this for one block.
    /// </summary>
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);

    /// <summary>The same for a client that never answered anything: perhaps nobody is there (a request's address may be forged).</summary>
    private protected static readonly TimeSpan PatienceUnheard = TimeSpan.FromSeconds(12);

    private readonly List<TransferStall> _stalls = [];

    private protected TftpTransfer(int id, IPEndPoint peer, TftpRequest request, TftpAgreement agreement, TimeSpan now)
    {
        Id = id;
        Peer = peer;
        Request = request;
        Agreement = agreement;
        Began = now;
        LastProgress = now;
        LastHeard = now;
    }

    /// <summary>Small number, unique while the transfer lives.</summary>
    public int Id { get; }

    /// <summary>The client's transfer id: address and port.</summary>
    public IPEndPoint Peer { get; }

    /// <summary>What was asked for.</summary>
    public TftpRequest Request { get; }

    /// <summary>What it runs with.</summary>
    public TftpAgreement Agreement { get; }

    /// <summary>When <see cref="OnTimer"/> is due.</summary>
    public TimeSpan Due { get; private protected set; }

    /// <summary>How it ended, if it did.</summary>
    public TransferOutcome Outcome { get; private protected set; }

    /// <summary>Whether it is over.</summary>
    public bool Ended => Outcome != TransferOutcome.Running;

    /// <summary>The first answer was not acknowledged yet: the same request again is a repeat and no restart.</summary>
    public abstract bool Unanswered { get; }

    /// <summary>The last time the client brought it forward.</summary>
    public TimeSpan LastProgress { get; private protected set; }

    /// <summary>The last time anything came from the client on this transfer's port.</summary>
    public TimeSpan LastHeard { get; internal set; }

    /// <summary>The client ended it over our answer to its options (RFC 2347, ERROR 8): next time it gets none.</summary>
    internal bool RefusedOptions => Outcome == TransferOutcome.ClientError && ErrorCode == TftpErrorCode.Options;

    /// <summary>The address of ours that was asked, and answers.</summary>
    internal IPAddress Asked { get; init; } = IPAddress.Any;

    /// <summary>How often the request came again before it was answered.</summary>
    internal int Repeats { get; set; }

    /// <summary>When the request came.</summary>
    internal TimeSpan Began { get; }

    /// <summary>All is where it belongs; the port is kept open only because the client may not know it yet.</summary>
    internal virtual bool Settled => false;

    private protected TftpErrorCode ErrorCode { get; private set; }

    private protected string ErrorText { get; private set; } = "";

    private protected TimeSpan LongestStall { get; private set; }

    /// <summary>The first packets.</summary>
    internal abstract void Start(TimeSpan now, TftpActions actions);

    /// <summary>A packet from the peer's port.</summary>
    internal abstract void OnPacket(ReadOnlySpan<byte> packet, TimeSpan now, TftpActions actions);

    /// <summary>The timer ran out, or the client repeated its request.</summary>
    internal abstract void OnTimer(TimeSpan now, TftpActions actions);

    /// <summary>The numbers as they are now.</summary>
    public abstract TransferReport Report(TimeSpan now);

    /// <summary>Writes blocks as DATA packets one behind the other; only reading transfers have any.</summary>
    /// <returns>Bytes written; all packets but perhaps the last are <c>4 + BlockSize</c> long.</returns>
    public virtual int WriteBlocks(long first, int count, Span<byte> buffer) => 0;

    /// <summary>Ends it from outside.</summary>
    internal void End(TransferOutcome outcome)
    {
        if (Ended)
            return;
        Outcome = Settled ? TransferOutcome.Complete : outcome;
        OnEnded();
    }

    private protected virtual void OnEnded()
    {
    }

    private protected IReadOnlyList<TransferStall> Stalls => _stalls;

    private protected void Progressed(TimeSpan now, long block = 0)
    {
        TimeSpan pause = now - LastProgress;
        if (pause >= TransferStall.Shortest && _stalls.Count < TransferStall.MostKept)
            _stalls.Add(new TransferStall(block, pause));
        if (pause > LongestStall)
            LongestStall = pause;
        LastProgress = now;
    }

    private protected TimeSpan Elapsed(TimeSpan now) => now - Began;

    /// <summary>An ERROR from the client ends the transfer; it is never answered (RFC 1350 s7).</summary>
    private protected bool EndedByError(ReadOnlySpan<byte> packet)
    {
        if (TftpWire.OpcodeOf(packet) != TftpOpcode.Error)
            return false;
        (ErrorCode, ErrorText) = TftpWire.ReadError(packet);
        End(TransferOutcome.ClientError);
        return true;
    }
}
