using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>
/// Sends content to a client (RRQ). The usual way is here; what is done when an answer stays out is in <c>ReadTransfer.Healing.cs</c>,
/// clients with a window (RFC 7440) are in <c>ReadTransfer.Window.cs</c>.
/// </summary>
public sealed partial class ReadTransfer : TftpTransfer
{
    private const int MostPatienceKept = 6;

    /// <summary>TFTP 4, UDP 8, IP 20, Ethernet 18, preamble and gap 20 bytes (IEEE 802.3).</summary>
    private const int FrameOverhead = 70;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly string _sentAs;
    private readonly TftpServerOptions _options;
    private readonly BlockNumbers _numbers;
    private readonly RetransmissionTimer _timer = new();
    private readonly LossMeter _loss = new();
    private readonly LoaderEvidence _evidence = new();
    private readonly LivesMeter? _lives;
    private readonly bool _looksLikeLoader;

    /// <summary>The last block, shorter than the others and perhaps empty.</summary>
    private readonly long _last;

    /// <summary>First block that is not acknowledged; 0 while the OACK is not.</summary>
    private long _unacked;

    /// <summary>First block that was never sent.</summary>
    private long _unsent;

    /// <summary>Time-outs since the last progress.</summary>
    private int _tries;

    /// <summary>Back-off kept from the block before.</summary>
    private int _patienceLevel;

    /// <summary>Least time between two blocks, and whether the next one waits for it.</summary>
    private readonly TimeSpan _gap;
    private bool _paced;

    private TimeSpan _sentAt;
    private bool _mayMeasure;
    private long _resent;

    internal ReadTransfer(
        int id, IPEndPoint peer, TftpRequest request, TftpAgreement agreement, string sentAs, ReadOnlyMemory<byte> content,
        TftpServerOptions options, TimeSpan now)
        : base(id, peer, request, agreement, now)
    {
        _content = content;
        _sentAs = sentAs;
        _options = options;
        _numbers = new BlockNumbers(options.RollOverTo);
        _last = content.Length / agreement.BlockSize + 1;
        _unacked = _unsent = agreement.Oack is null ? 1 : 0;
        _looksLikeLoader = LooksLikeLoader(peer, request);
        _lives = _looksLikeLoader ? new LivesMeter(agreement.ClientTimeout ?? TimeSpan.FromSeconds(5)) : null;
        _burst = FirstBurst;
        if (options.Pace is long bits)
            _gap = TimeSpan.FromSeconds((agreement.BlockSize + FrameOverhead) * 8.0 / bits);
    }

    /// <inheritdoc/>
    public override bool Unanswered => _unacked == (Agreement.Oack is null ? 1 : 0);

    /// <summary>What the catalog gave; with netascii not what is sent.</summary>
    internal ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>What is sent.</summary>
    internal ReadOnlyMemory<byte> Content => _content;

    private bool Windowed => Agreement.WindowSize > 1;

    /// <summary>
    /// U-Boot asks for <c>timeout 5</c> (net/tftp.c) and uses source ports 1024 + ms mod 3072. Such a client is alone at its address, has ten
    /// lives, and gets no second transfer beside the first.
    /// </summary>
    internal static bool LooksLikeLoader(IPEndPoint peer, TftpRequest request) => peer.Port is >= 1024 and < 4096 || request.Option("timeout") == "5";

    /// <inheritdoc/>
    public override int WriteBlocks(long first, int count, Span<byte> buffer)
    {
        ReadOnlySpan<byte> content = _content.Span;
        int size = Agreement.BlockSize, at = 0;
        for (long block = first; block < first + count && block <= _last; block++)
        {
            long offset = (block - 1) * size;
            int length = (int)Math.Min(size, content.Length - offset);
            TftpWire.WriteDataHeader(buffer[at..], _numbers.OnWire(block));
            content.Slice((int)offset, length).CopyTo(buffer[(at + TftpWire.DataHeader)..]);
            at += TftpWire.DataHeader + length;
        }
        return at;
    }

    /// <inheritdoc/>
    public override TransferReport Report(TimeSpan now)
    {
        long acknowledged = Math.Max(0, _unacked - 1);
        TimeSpan pause = Ended ? TimeSpan.Zero : now - LastProgress;
        return new TransferReport(
            Peer, Request, _sentAs, Outcome, Math.Min(_content.Length, acknowledged * Agreement.BlockSize), _content.Length, acknowledged, _last,
            Elapsed(now), _resent, _loss.Estimate, _evidence.Kind, _lives?.LeftAfter(pause), _blockZeroResent, ErrorCode, ErrorText,
            LongestStall > pause ? LongestStall : pause)
        {
            Stalls = Stalls,
            LossPlaces = _loss.Places,
        };
    }

    internal override void Start(TimeSpan now, TftpActions actions)
    {
        if (_unacked == 0)
        {
            actions.Send(this, Agreement.Oack!);
            Sent(now);
        }
        else
        {
            SendNew(now, actions);
        }
    }

    internal override void OnPacket(ReadOnlySpan<byte> packet, TimeSpan now, TftpActions actions)
    {
        if (EndedByError(packet) || TftpWire.OpcodeOf(packet) != TftpOpcode.Ack || !TftpWire.TryReadBlock(packet, out ushort wire))
            return;
        long block = _numbers.Nearest(wire, Math.Max(0, _unacked - 1));
        if (_unacked == 0)
        {
            if (block == 0)
                Acknowledged(0, now, actions);
        }
        else if (Windowed)
        {
            OnWindowAck(block, now, actions);
        }
        else
        {
            OnLockStepAck(block, now, actions);
        }
    }

    /// <summary>
    /// Lock-step. An ACK for anything but the block waited for never causes a DATA (RFC 1123 s4.2.3.1, the Sorcerer's Apprentice); it may tell
    /// what kind of client this is and which direction loses.
    /// </summary>
    private void OnLockStepAck(long block, TimeSpan now, TftpActions actions)
    {
        if (block == _unacked && !_paced)
            Acknowledged(block, now, actions);
        else if (block > _unacked && block < _ahead)
            AcknowledgedAhead(block, now, actions);
        else if (block < _unacked)
            OlderAck(block, now, actions);
    }

    /// <summary>Everything up to <paramref name="block"/> is with the client.</summary>
    private void Acknowledged(long block, TimeSpan now, TftpActions actions)
    {
        // Karn: the answer to a packet that was sent twice measures nothing, and the longer wait stays until one does. A client that is
        // slower than the first guess would else be sent everything twice for ever.
        if (_mayMeasure)
            _timer.Sample(now - _sentAt);
        _patienceLevel = _mayMeasure ? 0 : Math.Min(_tries, MostPatienceKept);
        bool wrapped = block > 0 && _numbers.OnWire(block) < _numbers.OnWire(_unacked - 1);
        _lives?.Progress(now - LastProgress, wrapped);
        _evidence.Progress(block, now, _looksLikeLoader);
        _loss.CloseCase(_evidence.Kind, block, _tries);
        _loss.Delivered(block - _unacked + 1);
        Progressed(now, block);
        _nextIsStored &= block == _unacked; // said of the block after the one waited for, and of no later one
        _unacked = block + 1;
        _tries = 0;
        _aheadAnswers = 0;
        if (_unacked > _last)
        {
            End(TransferOutcome.Complete);
            return;
        }
        _unsent = Math.Max(_unsent, _unacked);
        SendNew(now, actions);
    }

    /// <summary>Sends what was never sent and may be sent now.</summary>
    private void SendNew(TimeSpan now, TftpActions actions)
    {
        if (Windowed)
        {
            if (_doubtful)
                SlideWindow(now, actions);
            else
                SendWindow(now, actions);
            return;
        }
        if (_ahead > _unacked && AlreadyStored(now, actions))
            return;
        _paced = now < _sentAt + _gap;
        if (_paced)
        {
            Due = _sentAt + _gap;
            return;
        }
        // A block that went out ahead of its turn goes out again now: only a client known to be strict lets one ACK stand for several.
        bool again = _unacked < _unsent;
        if (again)
            _resent++;
        _unsent = Math.Max(_unsent, _unacked + 1);
        actions.SendBlocks(this, _unacked, 1);
        Sent(now);
        _mayMeasure &= !again;
    }

    private void Sent(TimeSpan now)
    {
        _sentAt = now;
        _mayMeasure = _tries == 0;
        Due = now + Wait();
    }

    private TimeSpan Wait() => _options.Heal ? _timer.Wait(_tries + _patienceLevel) : Agreement.ClientTimeout ?? s_waitOfOthers;
}
