using Phase = Unbrick.Hardware.Serial.Transfer.XmodemPhase;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Sends by XMODEM: with a CRC when the peer asks by <c>C</c>, with a sum when it asks by NAK, in blocks of 1024 or 128. Acknowledgements of XMODEM
/// carry no number, so two rules keep both sides in step: an answer that is older than the end of its block does not count at once, and a
/// block which is refused time after time is preceded by the one before it, which a peer that has it merely acknowledges again.
/// </summary>
public partial class XmodemSender : IFileSender
{
    /// <summary>U-Boot waits 90 s for the first block (CONFIG_CMD_LOADXY_TIMEOUT), older ones for ever.</summary>
    private static readonly TimeSpan s_startWait = TimeSpan.FromSeconds(100);

    /// <summary>U-Boot says something 4.25 s after the last byte at the latest: 2 s for a header, 2 s of silence, 0.25 s (common/xyzModem.c).</summary>
    private static readonly TimeSpan s_answerWait = TimeSpan.FromSeconds(5);

    /// <summary>A peer by the book says <c>C</c> right behind the acknowledgement of the name. U-Boot never does, and peers that wait for it lose 4 s.</summary>
    private static readonly TimeSpan s_secondStartWait = TimeSpan.FromMilliseconds(60);

    /// <summary>An acknowledgement takes a few milliseconds, 16 through a USB adapter.</summary>
    private static readonly TimeSpan s_fillAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>A line that is faster than its rate says (an emulator) answers early each time; a doubled byte does so once.</summary>
    private static readonly TimeSpan s_earlyAnswerCounts = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_lastNameWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_lastAckWait = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_filling = new byte[4];

    /// <summary>As U-Boot itself allows (xyzModem_MAX_RETRIES).</summary>
    private const int MostTries = 20;
    private const int MostLastNames = 5;
    private const int TriesBeforeGoingBack = 3;
    private const int CleanBlocksForLong = 48;
    private const int CleanBlocksAtStart = 8;
    private const int TextOfALoader = 8;
    private const int EarlyAnswersToBelieve = 3;

    private readonly XmodemBlocks _blocks;
    private readonly XmodemOptions _options;
    private Phase _phase = Phase.Start;
    private ReadOnlyMemory<byte> _out;
    private TimeSpan? _deadline;
    private TimeSpan? _startBy;
    private TimeSpan? _fillAt;
    private TimeSpan _leaves;
    private int _tries;
    private int _cancels;
    private int _clean = CleanBlocksForLong - CleanBlocksAtStart;
    private int _earlyAnswers;
    private byte _early;
    private byte _last;
    private int _text;
    private bool _answered, _wentBack;

    /// <summary>Sends a file without its name.</summary>
    /// <param name="file">The bytes; the last block is padded with 1A, which U-Boot cuts off again (and with it any 1A that the file ends in).</param>
    /// <param name="options">How.</param>
    public XmodemSender(ReadOnlyMemory<byte> file, XmodemOptions? options = null)
        : this(file, null, options ?? new XmodemOptions())
    {
    }

    private protected XmodemSender(ReadOnlyMemory<byte> file, string? name, XmodemOptions options) =>
        (_blocks, _options) = (new XmodemBlocks(file, name), options);

    /// <inheritdoc/>
    public TransferState State => _phase switch
    {
        Phase.Start => TransferState.Waiting,
        Phase.Done => TransferState.Done,
        Phase.Failed => TransferState.Failed,
        _ => TransferState.Running,
    };

    /// <inheritdoc/>
    public TransferFault? Fault { get; private set; }

    /// <inheritdoc/>
    public string? PeerText => null;

    /// <inheritdoc/>
    public long Acknowledged => _blocks.Acknowledged;

    /// <inheritdoc/>
    public long Total => _blocks.Total;

    /// <inheritdoc/>
    public int Repeats { get; private set; }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        foreach (byte one in bytes)
        {
            if (_phase is Phase.Done or Phase.Failed)
                return;
            _cancels = one == XmodemWire.Cancel ? _cancels + 1 : 0;
            if (_cancels >= 2)
                Fail(TransferFault.CancelledByPeer, tell: false);
            else if (_phase == Phase.Start)
                Start(one);
            else if (IsText(one))
                Left();
            else if (one is XmodemWire.Ack or XmodemWire.Nak or XmodemWire.CrcStart && _out.IsEmpty)
                Hear(one, now);
            _last = one;
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt)
    {
        if (_phase == Phase.Start)
            _deadline = _startBy ??= now + s_startWait;
        if (_early != 0 && now >= _leaves + s_earlyAnswerCounts)
        {
            _earlyAnswers++;
            Answer(_early);
        }
        if (_out.IsEmpty && now >= _deadline)
            TimeIsUp();
        if (!_out.IsEmpty)
            return Hand(now, out wakeAt);
        if (now >= _fillAt)
        {
            _fillAt = null;
            wakeAt = _deadline;
            return s_filling;
        }
        wakeAt = _phase is Phase.Done or Phase.Failed ? null : Earliest(Earliest(_deadline, _fillAt), _early == 0 ? null : _leaves + s_earlyAnswerCounts);
        return default;
    }

    /// <inheritdoc/>
    public void Cancel(TransferFault why = TransferFault.Cancelled)
    {
        if (_phase is not (Phase.Done or Phase.Failed))
            Fail(why, tell: true);
    }

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private ReadOnlyMemory<byte> Hand(TimeSpan now, out TimeSpan? wakeAt)
    {
        ReadOnlyMemory<byte> packet = _out;
        _out = default;
        _early = 0;
        bool knowsRate = _options.Baud > 0 && _earlyAnswers < EarlyAnswersToBelieve;
        _leaves = knowsRate ? now + TimeSpan.FromSeconds(packet.Length * 10.0 / _options.Baud) : now;
        TimeSpan end = _options.Baud > 0 ? now + TimeSpan.FromSeconds(packet.Length * 10.0 / _options.Baud) : now + TimeSpan.FromSeconds(packet.Length / 1000.0);
        _deadline = _phase switch
        {
            Phase.Done or Phase.Failed => null,
            Phase.LastName => end + s_lastAckWait,
            _ => end + s_answerWait,
        };
        _fillAt = _options.FillsLostBytes && _phase is Phase.Name or Phase.Data ? end + s_fillAfter : null;
        wakeAt = Earliest(_deadline, _fillAt);
        return packet;
    }

    /// <summary>A C counts when it does not stand in a word of what the loader prints before.</summary>
    private void Start(byte one)
    {
        bool asksForCrc = one == XmodemWire.CrcStart && _last is < 0x20 or XmodemWire.CrcStart;
        if (!asksForCrc && one != XmodemWire.Nak)
            return;
        _blocks.UsesCrc = asksForCrc;
        _phase = _blocks.HasName ? Phase.Name : Phase.Data;
        SendNew();
    }

    /// <summary>No receiver says so many letters in a row; Cs are what U-Boot asks again with.</summary>
    private bool IsText(byte one)
    {
        _text = one is >= 0x20 and < 0x7F ? _text + (one == XmodemWire.CrcStart ? 0 : 1) : 0;
        return _text >= TextOfALoader;
    }

    /// <summary>
    /// The peer prints: it is no receiver any more. Behind the end of the file that is how it should be; before, U-Boot took a lone 04 of a damaged
    /// block for the end.
    /// </summary>
    private void Left()
    {
        if (_phase is Phase.End or Phase.AfterEnd or Phase.LastName)
            (_phase, _out) = (Phase.Done, default);
        else
            Fail(TransferFault.PeerLeft, tell: false);
    }

    private void Hear(byte one, TimeSpan now)
    {
        if (now < _leaves)
            _early = one;
        else
            Answer(one);
    }

    private void Answer(byte one)
    {
        bool isAck = one == XmodemWire.Ack;
        _early = 0;
        _answered = true;
        switch (_phase)
        {
            case Phase.Name or Phase.Data when isAck:
                Acked();
                break;
            case Phase.SecondStart when !isAck:
                _phase = Phase.Data;
                SendNew();
                break;
            case Phase.End when isAck:
                _phase = _blocks.HasName ? Phase.AfterEnd : Phase.Done;
                (_deadline, _tries) = (null, 0);
                AwaitLater(s_lastNameWait);
                break;
            case Phase.AfterEnd when !isAck:
                SendLastName();
                break;
            case Phase.LastName when isAck:
                _phase = Phase.Done;
                break;
            case Phase.Name or Phase.Data or Phase.End when !isAck:
                Again();
                break;
            case Phase.LastName when !isAck && ++_tries < MostLastNames:
                _out = _blocks.LastName(); // lrzsz asks twice in one breath
                break;
        }
    }

    private void Acked()
    {
        if (_wentBack)
        {
            _wentBack = false;
            _out = _blocks.Current;
            return;
        }
        _clean = _tries == 0 ? _clean + 1 : 0;
        _blocks.Advance();
        bool wasName = _phase == Phase.Name;
        _phase = wasName ? Phase.SecondStart : Phase.Data;
        if (wasName)
            AwaitLater(s_secondStartWait);
        else
            SendNew();
    }

    private void SendNew()
    {
        (_tries, _answered, _fillAt) = (0, false, null);
        if (_phase == Phase.Data && _blocks.IsAtEnd)
        {
            _phase = Phase.End;
            _out = XmodemWire.EndOfFile;
        }
        else
        {
            bool isLong = _options.LongBlocks && _clean >= CleanBlocksForLong;
            _out = _phase == Phase.Name ? _blocks.MakeName() : _blocks.MakeData(isLong ? XmodemWire.LongSize : XmodemWire.ShortSize);
        }
    }

    private void SendLastName()
    {
        (_phase, _tries) = (Phase.LastName, 0);
        _out = _blocks.LastName();
    }

    private void AwaitLater(TimeSpan wait) => (_deadline, _fillAt) = (_leaves + wait, null);

    private void Fail(TransferFault fault, bool tell)
    {
        (_phase, Fault, _deadline, _fillAt, _early) = (Phase.Failed, fault, null, null, 0);
        _out = tell ? XmodemWire.Cancelling : default;
    }
}
