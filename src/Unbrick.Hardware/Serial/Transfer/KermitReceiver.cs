namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Receives one file by Kermit as U-Boot's <c>loadb</c> does (cmd/load.c): it never asks by itself, refuses 8th-bit prefixes, repeat counts and
/// windows, takes long packets, and a ^C between packets ends it.
/// </summary>
public sealed class KermitReceiver : IFileReceiver
{
    private const byte Interrupt = 0x03;
    private readonly KermitReader _reader = new();
    private readonly List<byte> _out = [];
    private readonly List<byte> _file = [];
    private readonly int _limit;
    private byte[]? _sent;
    private byte _quote = KermitWire.Quote;
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
                    _out.AddRange(KermitWire.Packet(Math.Max(0, _last + 1), 'N', default));
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
                _quote = data.Length > 5 ? data[5] : KermitWire.Quote;
                answer = Parameters[..Math.Min(data.Length, Parameters.Length)];
                break;
            case 'F' when isNew:
                Name = System.Text.Encoding.Latin1.GetString(data);
                break;
            case 'D' when isNew:
                KermitWire.Decode(data, _quote, _file);
                break;
            case 'E':
                (State, Fault) = (TransferState.Failed, TransferFault.CancelledByPeer);
                return;
        }
        if (_file.Count > _limit)
        {
            (State, Fault) = (TransferState.Failed, TransferFault.Malformed);
            _out.AddRange(KermitWire.Packet(_reader.Number, 'E', "too long"u8));
            return;
        }
        _out.AddRange(KermitWire.Packet(_reader.Number, 'Y', answer));
        State = _reader.Type == 'B' ? TransferState.Done : TransferState.Running;
    }
}
