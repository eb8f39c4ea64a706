using System.Globalization;
using System.Text;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Receives by XMODEM or YMODEM, either by the book or with the habits of U-Boot (<see cref="XmodemReceiverOptions.LikeUBoot"/>), which is what the
/// simulated loaders do.
/// </summary>
public sealed class XmodemReceiver : IFileReceiver
{
    private static readonly TimeSpan s_bookByteWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_bookStartWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_bookSilence = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_bookLastWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_uBootByteWait = TimeSpan.FromSeconds(2); // xyzModem_CHAR_TIMEOUT
    private static readonly TimeSpan s_uBootPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_uBootStartPause = TimeSpan.FromMilliseconds(500);

    private const int CrcTries = 10; // xyzModem_MAX_RETRIES_WITH_CRC
    private const int MostTries = 20; // xyzModem_MAX_RETRIES
    private const int MostStarts = 40;
    private const int CancelsToQuit = 3; // xyzModem_CAN_COUNT

    private readonly XmodemReceiverOptions _options;
    private readonly byte[] _block = new byte[4 + XmodemWire.LongSize];
    private readonly List<byte> _out = [];
    private byte[] _file = [];
    private int _length, _have, _need, _header, _cancels, _starts, _tries;
    private byte _next = 1;
    private bool _crc, _named, _begun, _atEnd, _flushing;
    private long? _announced;
    private TimeSpan? _pauseUntil;
    private TimeSpan? _deadline;
    private byte[]? _sent;

    /// <summary>Asks for a file; the first C or NAK is in the first <see cref="Next"/>.</summary>
    public XmodemReceiver(XmodemReceiverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _crc = options.Crc;
        Ask();
    }

    /// <inheritdoc/>
    public TransferState State { get; private set; }

    /// <inheritdoc/>
    public TransferFault? Fault { get; private set; }

    /// <inheritdoc/>
    public string? Name { get; private set; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> File => _file.AsMemory(0, (int)Math.Min(_length, _announced ?? _length));

    /// <inheritdoc/>
    public int Repeats { get; private set; }

    private bool IsOver => State is TransferState.Done or TransferState.Failed;

    private TimeSpan ByteWait => _options.LikeUBoot ? s_uBootByteWait : _begun ? s_bookByteWait : s_bookStartWait;

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        foreach (byte one in bytes)
        {
            if (IsOver)
                return;
            if (_pauseUntil is not null)
                continue;
            if (_flushing)
            {
                _deadline = now + (_options.LikeUBoot ? s_uBootByteWait : s_bookSilence);
                continue;
            }
            _deadline = now + ByteWait;
            if (_have == 0)
                Begin(one);
            else
                _block[_have++ - 1] = one;
            if (_need > 0 && _have - 1 == _need)
                Finish(now);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt)
    {
        if (!IsOver)
        {
            if (now >= _pauseUntil)
                EndPause(now);
            else if (_pauseUntil is null && now >= _deadline)
                TimeIsUp(now);
            _deadline ??= now + ByteWait;
        }
        wakeAt = IsOver ? null : _pauseUntil ?? _deadline;
        if (_out.Count == 0)
            return default;
        _sent = [.. _out];
        _out.Clear();
        return _sent;
    }

    /// <summary>The first byte of something.</summary>
    private void Begin(byte one)
    {
        _header++;
        _cancels = one is XmodemWire.Cancel || (one == XmodemWire.Interrupt && _options.LikeUBoot) ? _cancels + 1 : 0;
        switch (one)
        {
            case XmodemWire.ShortBlock or XmodemWire.LongBlock:
                _need = 2 + (one == XmodemWire.ShortBlock ? XmodemWire.ShortSize : XmodemWire.LongSize) + (_crc ? 2 : 1);
                (_have, _header) = (1, 0);
                break;
            case XmodemWire.Cancel or XmodemWire.Interrupt when _cancels == CancelsToQuit:
                Fail(TransferFault.CancelledByPeer);
                break;
            case XmodemWire.End when _header == 1 && (_begun || !_options.Ymodem):
                _header = 0;
                EndOfFile();
                break;
        }
    }

    private void Finish(TimeSpan now)
    {
        int size = _need - 2 - (_crc ? 2 : 1);
        ReadOnlySpan<byte> data = _block.AsSpan(2, size);
        bool isFramed = (byte)(_block[0] ^ _block[1]) == 0xFF;
        bool fits = _crc ? XmodemWire.Crc(data) == (_block[2 + size] << 8 | _block[3 + size]) : XmodemWire.Sum(data) == _block[2 + size];
        (_have, _need) = (0, 0);
        if (!isFramed && _options.LikeUBoot || (!isFramed || !fits) && !_options.LikeUBoot)
            Flush(now);
        else if (!fits)
            Refuse();
        else
            Accept(_block[0], data);
    }

    private void Accept(byte number, ReadOnlySpan<byte> data)
    {
        if (_atEnd)
        {
            _out.Add(XmodemWire.Ack);
            State = TransferState.Done;
            return;
        }
        if (_options.Ymodem && !_named && number == 0)
        {
            TakeName(data);
            return;
        }
        _begun = true;
        if (number == _next)
            Store(data);
        else if (number == (byte)(_next - 1))
            _out.Add(XmodemWire.Ack);
        else
            Refuse();
    }

    private void TakeName(ReadOnlySpan<byte> data)
    {
        int end = Math.Max(0, data.IndexOf((byte)0));
        string name = Encoding.Latin1.GetString(data[..end]);
        ReadOnlySpan<byte> rest = data[(end + 1)..];
        int digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (long.TryParse(rest[..Math.Max(0, digits)], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            _announced = length;
        if (_announced > _options.Limit)
        {
            Fail(TransferFault.Malformed);
            return;
        }
        (_named, _begun, Name, _tries) = (true, true, name, 0);
        State = TransferState.Running;
        _out.Add(XmodemWire.Ack);
        if (name.Length == 0 && !_options.LikeUBoot)
            State = TransferState.Done;
        else if (!_options.LikeUBoot)
            Ask();
    }

    private void Store(ReadOnlySpan<byte> data)
    {
        int size = data.Length;
        if (_announced is null or 0 && _options.LikeUBoot && data.EndsWith("\u001a\u001a\u001a"u8))
            size = data.LastIndexOfAnyExcept(XmodemWire.Pad) + 1;
        if (_length + size > _options.Limit)
        {
            Fail(TransferFault.Malformed);
            return;
        }
        if (_length + size > _file.Length)
            Array.Resize(ref _file, Math.Max(_length + size, _file.Length * 2));
        data[..size].CopyTo(_file.AsSpan(_length));
        _length += size;
        _next++;
        _tries = 0;
        State = TransferState.Running;
        _out.Add(XmodemWire.Ack);
    }

    private void EndOfFile()
    {
        _out.Add(XmodemWire.Ack);
        if (_atEnd || !_options.Ymodem)
        {
            State = TransferState.Done;
            return;
        }
        _atEnd = true;
        if (_options.LikeUBoot)
            _out.Add(XmodemWire.Ack);
        Ask();
    }

    private void TimeIsUp(TimeSpan now)
    {
        bool wasBlock = _have > 0;
        (_have, _need, _header) = (0, 0, 0);
        if (_flushing)
            Pause(now);
        else if (_atEnd)
            Late(now);
        else if (wasBlock && _options.LikeUBoot)
            Refuse();
        else if (_options.LikeUBoot)
            Flush(now);
        else
            Refuse();
        _deadline = now + ByteWait;
    }

    /// <summary>Nothing came for the last name: by the book as well as in U-Boot the file is complete anyway.</summary>
    private void Late(TimeSpan now)
    {
        if (_options.LikeUBoot || now >= _deadline + s_bookLastWait)
            _out.Add(XmodemWire.Ack);
        State = TransferState.Done;
    }

    /// <summary>Throws away what comes until the line is silent.</summary>
    private void Flush(TimeSpan now)
    {
        _flushing = true;
        _deadline = now + (_options.LikeUBoot ? s_uBootByteWait : s_bookSilence);
    }

    private void Pause(TimeSpan now)
    {
        _flushing = false;
        if (_options.LikeUBoot)
            _pauseUntil = now + s_uBootPause + (_begun ? TimeSpan.Zero : s_uBootStartPause);
        else
            Refuse();
    }

    private void EndPause(TimeSpan now)
    {
        _pauseUntil = null;
        _deadline = now + ByteWait;
        Refuse();
    }

    private void Refuse()
    {
        Repeats++;
        if (!_begun)
        {
            if (++_starts >= MostStarts)
                Fail(TransferFault.NoStart);
            else
                Ask();
            return;
        }
        if (++_tries > MostTries)
            Fail(TransferFault.Refused);
        else
            _out.Add(_options.LikeUBoot && _crc ? XmodemWire.CrcStart : XmodemWire.Nak);
    }

    private void Ask()
    {
        _crc = _options.Crc && _starts % MostTries < CrcTries;
        _out.Add(_crc ? XmodemWire.CrcStart : XmodemWire.Nak);
    }

    private void Fail(TransferFault fault)
    {
        (State, Fault) = (TransferState.Failed, fault);
        if (fault != TransferFault.CancelledByPeer)
            _out.AddRange([XmodemWire.Cancel, XmodemWire.Cancel, XmodemWire.Cancel, XmodemWire.Cancel,
                XmodemWire.Backspace, XmodemWire.Backspace, XmodemWire.Backspace, XmodemWire.Backspace]);
    }
}
