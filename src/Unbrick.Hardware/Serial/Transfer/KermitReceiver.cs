namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Receives one file by Kermit as U-Boot's <c>loadb</c> does (cmd/load.c): it never asks by itself, refuses 8th-bit prefixes, repeat counts and
/// windows, and takes long packets. All between mark and CR has to be printable, as the protocol has it: a packet with a bare control character, which C-Kermit
/// sends unless it is told "set prefixing all", is refused each time. The peer's error packet is answered like any other; only a ^C between packets ends it.
/// </summary>
public sealed class KermitReceiver : IFileReceiver
{
    private const byte Interrupt = 0x03;
    private const int MostPadding = 94;
    private readonly KermitReader _reader = new(likeUBoot: true);
    private readonly List<byte> _out = [];
    private readonly List<byte> _file = [];
    private readonly int _limit;
    private byte[]? _sent;
    private byte _quote = KermitWire.Quote;
    private byte _end = KermitWire.Eol;
    private byte[] _padding = [];
    private int _last = -1;

    /// <summary>Waits for the first packet.</summary>
    /// <param name="limit">More than this is no file, bytes.</param>
    public KermitReceiver(int limit = 256 << 20) => _limit = limit;

    /// <inheritdoc/>
    public TransferState State { get; private set; }

    /// <inheritdoc/>
    public TransferFault? Fault { get; private set; }

    /// <inheritdoc/>
    public string? Name { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> File => _file.ToArray();

    /// <inheritdoc/>
    public int Repeats { get; private set; }

    /// <summary>What it says to a send-init: 94 characters, 1 s, no padding, CR, #, no, check 1, no, long packets up to 94 * 95 + 94.</summary>
    private static ReadOnlySpan<byte> Parameters => "~! @-#N1N\" ~~"u8;

    /// <summary>How much of that belongs to the nine parameters of old; who sends more gets all of it.</summary>
    private const int OldParameters = 9;

    private bool IsOver => State is TransferState.Done or TransferState.Failed;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        foreach (byte one in bytes)
        {
            if (IsOver)
                return;
            if (one == Interrupt && !_reader.IsInside)
            {
                (State, Fault) = (TransferState.Failed, TransferFault.CancelledByPeer);
                return;
            }
            switch (_reader.Take(one))
            {
                case KermitRead.Packet:
                    Accept();
                    break;
                case KermitRead.Bad:
                    Repeats++;
                    Answer('N', default);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt)
    {
        wakeAt = IsOver ? null : now + TimeSpan.FromHours(1);
        if (_out.Count == 0)
            return default;
        _sent = [.. _out];
        _out.Clear();
        return _sent;
    }

    private void Accept()
    {
        ReadOnlySpan<byte> data = _reader.Data.Span;
        bool isNew = _reader.Number != _last;
        _last = _reader.Number;
        ReadOnlySpan<byte> answer = default;
        switch (_reader.Type)
        {
            case 'S':
                Learn(data);
                answer = data.Length > OldParameters ? Parameters : Parameters[..data.Length];
                break;
            case 'F' when isNew:
                Name = System.Text.Encoding.Latin1.GetString(data);
                break;
            case 'D' when isNew:
                KermitWire.Decode(data, _quote, _file);
                break;
        }
        if (_file.Count > _limit)
        {
            (State, Fault) = (TransferState.Failed, TransferFault.Malformed);
            Answer('E', "too long"u8);
            return;
        }
        Answer('Y', answer);
        State = _reader.Type == 'B' ? TransferState.Done : TransferState.Running;
    }

    /// <summary>What the sender wants before and behind each packet, and how it marks control characters.</summary>
    private void Learn(ReadOnlySpan<byte> theirs)
    {
        int padding = theirs.Length > 3 ? Math.Clamp(KermitWire.Value(theirs[2]), 0, MostPadding) : 0;
        _padding = new byte[padding];
        Array.Fill(_padding, theirs.Length > 3 ? (byte)(theirs[3] ^ 0x40) : (byte)0);
        _end = theirs.Length > 4 ? (byte)KermitWire.Value(theirs[4]) : KermitWire.Eol;
        _quote = theirs.Length > 5 ? theirs[5] : KermitWire.Quote;
    }

    private void Answer(char type, ReadOnlySpan<byte> data)
    {
        _out.AddRange(_padding);
        _out.AddRange(KermitWire.Packet(_reader.Number, type, data));
        _out[^1] = _end;
    }
}
