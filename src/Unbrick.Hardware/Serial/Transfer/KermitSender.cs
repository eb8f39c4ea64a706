using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Sends by Kermit to a peer like U-Boot's <c>loadb</c>: packets as long as it takes, one at a time, control characters prefixed, no repeat counts,
/// checks of type 1. That check has six bits, so one in 64 damaged packets passes: compare a CRC of the memory afterwards. U-Boot never
/// asks again by itself: a packet that lost a byte leaves it waiting for the rest, and a lone CR makes it refuse what it has.
/// </summary>
public sealed class KermitSender : IFileSender
{
    private static readonly TimeSpan s_nudgeAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_answerWait = TimeSpan.FromSeconds(2);
    private static readonly byte[] s_nudge = [KermitWire.Eol];
    private const int MostTries = 20;
    private const int Longest = 2048;
    private const int Shortest = 64;
    private const int First = 256;
    private const int CleanToGrow = 16;
    private const int CleanToGrowAtStart = 2;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly string _name;
    private readonly int _baud;
    private readonly KermitReader _reader = new();
    private ReadOnlyMemory<byte> _out;
    private ReadOnlyMemory<byte> _packet;
    private TimeSpan? _deadline;
    private TimeSpan? _nudgeAt;
    private char _type = 'S';
    private int _number;
    private int _carries;
    private int _tries;
    private int _peerLongest = KermitWire.LongestShort;
    private int _size = First;
    private int _clean;
    private bool _answered;

    /// <summary>Sends a file.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">The name to announce; U-Boot ignores it.</param>
    /// <param name="baud">Bits in a second of the line; 0 when nobody knows.</param>
    public KermitSender(ReadOnlyMemory<byte> file, string name, int baud = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        (_file, _name, _baud) = (file, name, baud);
        _packet = _out = KermitWire.Packet(0, 'S', Parameters);
    }

    /// <inheritdoc/>
    public TransferState State { get; private set; }

    /// <inheritdoc/>
    public TransferFault? Fault { get; private set; }

    /// <inheritdoc/>
    public string? PeerText { get; private set; }

    /// <inheritdoc/>
    public long Acknowledged { get; private set; }

    /// <inheritdoc/>
    public long Total => _file.Length;

    /// <inheritdoc/>
    public int Repeats { get; private set; }

    /// <summary>
    /// What this side can do: 94 characters, 5 s, no padding, CR, prefix #, no 8th-bit prefix, check 1, no repeat counts, long packets, no window.
    /// </summary>
    private static ReadOnlySpan<byte> Parameters => "~% @-#N1 \" =9"u8;

    private bool IsOver => State is TransferState.Done or TransferState.Failed;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        foreach (byte one in bytes)
        {
            if (IsOver)
                return;
            if (_reader.Take(one) == KermitRead.Packet && _out.IsEmpty)
                Answer();
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt)
    {
        if (_out.IsEmpty && !IsOver && now >= _deadline)
            Again();
        if (!_out.IsEmpty)
        {
            ReadOnlyMemory<byte> packet = _out;
            _out = default;
            TimeSpan end = now + TimeSpan.FromSeconds(_baud > 0 ? packet.Length * 10.0 / _baud : packet.Length / 1000.0);
            (_deadline, _nudgeAt) = (end + s_answerWait, end + s_nudgeAfter);
            wakeAt = IsOver ? null : _nudgeAt;
            return packet;
        }
        if (!IsOver && now >= _nudgeAt)
        {
            _nudgeAt = null;
            wakeAt = _deadline;
            return s_nudge;
        }
        wakeAt = IsOver ? null : _nudgeAt ?? _deadline;
        return default;
    }

    /// <inheritdoc/>
    public void Cancel(TransferFault why = TransferFault.Cancelled)
    {
        if (!IsOver)
            Fail(why, tell: true);
    }

    private void Answer()
    {
        _answered = true;
        switch (_reader.Type)
        {
            case 'Y' when _reader.Number == _number:
                Acked();
                break;
            case 'N':
                Again();
                break;
            case 'E':
                PeerText = SafeText.Show(Encoding.Latin1.GetString(_reader.Data.Span));
                Fail(TransferFault.CancelledByPeer, tell: false);
                break;
        }
    }

    private void Acked()
    {
        _clean = _tries == 0 ? _clean + 1 : 0;
        Acknowledged += _carries;
        State = TransferState.Running;
        if (_type == 'S')
            Learn(_reader.Data.Span);
        if (_clean >= (Repeats == 0 ? CleanToGrowAtStart : CleanToGrow))
            (_size, _clean) = (Math.Min(_size * 2, Longest), 0);
        _type = _type switch
        {
            'S' => 'F',
            'F' or 'D' => Acknowledged < Total ? 'D' : 'Z',
            'Z' => 'B',
            _ => '\0',
        };
        (_tries, _answered, _carries) = (0, false, 0);
        _number = (_number + 1) & 63;
        if (_type == '\0')
            State = TransferState.Done;
        else
            _packet = _out = KermitWire.Packet(_number, _type, _type == 'D' ? Piece() : _type == 'F' ? KermitWire.Ascii(_name) : []);
    }

    /// <summary>The peer's parameters: CAPAS, its continuations, WINDO, MAXLX1, MAXLX2 stand behind the nine old ones.</summary>
    private void Learn(ReadOnlySpan<byte> theirs)
    {
        int at = 9;
        if (theirs.Length <= at || (KermitWire.Value(theirs[at]) & 2) == 0)
            return;
        while (at < theirs.Length && (KermitWire.Value(theirs[at]) & 1) != 0)
            at++;
        _peerLongest = at + 3 < theirs.Length
            ? Math.Max(KermitWire.LongestShort, KermitWire.Value(theirs[at + 2]) * KermitWire.Base + KermitWire.Value(theirs[at + 3]) - 10)
            : 500;
    }

    private byte[] Piece()
    {
        byte[] data = new byte[Math.Min(_size, _peerLongest)];
        _carries = KermitWire.Encode(_file.Span[(int)Acknowledged..], data, out int written);
        return data[..written];
    }

    private void Again()
    {
        Repeats++;
        _size = Math.Max(Shortest, _size / 2);
        _clean = 0;
        if (++_tries < MostTries)
            _out = _packet;
        else
            Fail(!_answered && _type == 'S' ? TransferFault.NoStart : _answered ? TransferFault.Refused : TransferFault.Silent, tell: true);
    }

    private void Fail(TransferFault fault, bool tell)
    {
        (State, Fault) = (TransferState.Failed, fault);

        // An error packet for a Kermit, and the ^C that alone makes U-Boot leave.
        _out = tell ? (byte[])[.. KermitWire.Packet(_number, 'E', "stopped"u8), 0x03] : default(ReadOnlyMemory<byte>);
    }
}
