using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Spi.Ch341a;

/// <summary>
/// The transfers of a CH341A that are on their way: packets out, and for each that shifts one transfer in, since a full answer of 31 bytes is a
/// short packet and ends it. The device takes the next packet only when the last answer was fetched, so that nothing is lost however
/// late this program comes. Every wait ends: transfers have a limit, and there is a second one for a library that does not keep to it.
/// </summary>
internal sealed class Ch341aPipe : IDisposable
{
    private const byte Out = 0x02, In = 0x82;
    private const int OutTransfers = 64, InTransfers = 128;

    /// <summary>64 transfers of 32 packets are half a second of work, which is well below the limit of each.</summary>
    private const int OutSize = 32 * Ch341aPackets.Size;

    private const int MostRounds = 150, MostStale = 64, MostTries = 3;
    private const byte VendorOut = 0x40, ClearBuffers = 0xB2;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5), s_hard = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1), s_short = TimeSpan.FromMilliseconds(20);

    private readonly IUsbDevice _device;
    private readonly TimeProvider _time;
    private readonly Ring _out, _in;
    private int _answersDue;
    private long _progress;
    private bool _isGone;

    public Ch341aPipe(IUsbDevice device, TimeProvider time)
    {
        _device = device;
        _time = time;
        _out = new(device, Out, OutTransfers, OutSize);
        _in = new(device, In, InTransfers, Ch341aPackets.Size);
    }

    /// <summary>Takes back the transfers that went out; true when another one can be sent.</summary>
    public bool MakeRoom()
    {
        while (_out.Count > 0 && !_out.Oldest.IsPending)
        {
            UsbStatus status = _out.Oldest.Status;
            _out.Drop();
            if (status != UsbStatus.Done)
                throw Fail(status, "packets were not taken");
        }
        return _out.Count < OutTransfers && !_isGone;
    }

    /// <summary>The buffer of the next transfer; only after <see cref="MakeRoom"/>.</summary>
    public Span<byte> Next => _out.Next.Buffer;

    /// <summary>Sends what <see cref="Next"/> holds.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="answers">Packets that come back.</param>
    public void Send(int length, int answers)
    {
        if (_out.Count == 0 && _in.Count == 0)
            _progress = _time.GetTimestamp();
        Check(_out.Submit(length, s_limit), "packets were not taken");
        _answersDue += answers;
        Ask();
    }

    /// <summary>The oldest answer, if it is there; it stays until <see cref="Drop"/>.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> answer)
    {
        answer = default;
        if (_in.Count == 0 || _in.Oldest.IsPending)
            return false;
        Check(_in.Oldest.Status, "an answer did not come");
        answer = _in.Oldest.Buffer[.._in.Oldest.Moved];
        return true;
    }

    /// <summary>Makes room for another answer.</summary>
    public void Drop()
    {
        _in.Drop();
        Ask();
    }

    /// <summary>Waits until a transfer ended.</summary>
    public void Wait()
    {
        if (_isGone)
            throw Gone();
        _device.HandleEvents(s_round);
        if ((_out.Count > 0 && !_out.Oldest.IsPending) || (_in.Count > 0 && !_in.Oldest.IsPending))
            _progress = _time.GetTimestamp();
        else if (_time.GetElapsedTime(_progress) > s_hard)
            throw Fail(UsbStatus.TimedOut, "nothing went over");
    }

    /// <summary>Sends a single packet that has no answer, and waits until it was taken.</summary>
    public void SendNow(ReadOnlySpan<byte> packet)
    {
        Post(packet);
        while (_out.Count > 0)
        {
            if (!MakeRoom() || _out.Count > 0)
                Wait();
        }
    }

    /// <summary>Sends a single packet that has no answer behind those on their way.</summary>
    public void Post(ReadOnlySpan<byte> packet)
    {
        while (!MakeRoom())
            Wait();
        packet.CopyTo(Next);
        Send(packet.Length, 0);
    }

    /// <summary>
    /// Brings the device into the state after plugging in: nothing on its way, nothing left in its buffers, chip-select high. Other runs that
    /// were ended in the middle leave it with an answer that nobody fetched.
    /// </summary>
    public UsbStatus Reset()
    {
        if (!CallBack())
            return UsbStatus.TimedOut;
        _out.Clear();
        _in.Clear();
        _answersDue = 0;

        UsbStatus status = UsbStatus.Failed;
        for (int i = 0; i < MostTries && status is UsbStatus.Failed or UsbStatus.TimedOut; i++)
            status = _device.Control(VendorOut, ClearBuffers, 0, 0, [], s_round, out _);
        if (status is not (UsbStatus.Done or UsbStatus.Stalled)) // a copy of the chip that does not know the request stalls
            return status;
        Span<byte> stale = stackalloc byte[Ch341aPackets.Size];
        for (int i = 0; i < MostStale && _device.Bulk(In, stale, s_short, out _) == UsbStatus.Done; i++)
            continue;
        status = SendAlone(Ch341aPackets.Settings);
        return status == UsbStatus.Done ? SendAlone(Ch341aPackets.Drive) : status;
    }

    /// <summary>Ends what is on its way after something went wrong, and says what it was.</summary>
    public ProgrammerException Fail(UsbStatus status, string what)
    {
        UsbStatus after = status == UsbStatus.Gone ? status : Reset();
        _isGone |= after != UsbStatus.Done;
        if (after == UsbStatus.Gone || (after != UsbStatus.Done && status == UsbStatus.Failed))
            return Gone(); // pulled out; the transfers of that moment end as faults of the line
        return status == UsbStatus.Overflow || status == UsbStatus.Done
            ? new(ProgrammerFault.Garbled, $"the CH341A at {_device.Info.Place}: {what}")
            : new(ProgrammerFault.TimedOut, $"the CH341A at {_device.Info.Place}: {what} ({status})");
    }

    public void Dispose()
    {
        _ = CallBack();
        _out.Dispose();
        _in.Dispose();
    }

    /// <summary>Nothing is on its way any more; false when the system does not give it back.</summary>
    private bool CallBack()
    {
        _out.Cancel();
        _in.Cancel();
        for (int round = 0; round < MostRounds && (_out.IsPending || _in.IsPending); round++)
            _device.HandleEvents(s_short);
        return !_out.IsPending && !_in.IsPending;
    }

    private UsbStatus SendAlone(ReadOnlySpan<byte> packet)
    {
        Span<byte> bytes = stackalloc byte[Ch341aPackets.Size];
        packet.CopyTo(bytes);
        return _device.Bulk(Out, bytes[..packet.Length], s_round, out _);
    }

    /// <summary>An answer is asked for only when a packet that has one was sent: transfers that wait for nothing would time out.</summary>
    private void Ask()
    {
        for (; _answersDue > 0 && _in.Count < InTransfers; _answersDue--)
            Check(_in.Submit(Ch341aPackets.Size, s_limit), "an answer could not be asked for");
    }

    private void Check(UsbStatus status, string what)
    {
        if (status != UsbStatus.Done)
            throw Fail(status, what);
    }

    private ProgrammerException Gone() => new(ProgrammerFault.Gone, $"the CH341A at {_device.Info.Place} is not at the bus any more");

    /// <summary>Transfers that are used in turn; the oldest on their way ends first.</summary>
    private sealed class Ring : IDisposable
    {
        private readonly IUsbTransfer[] _transfers;
        private int _oldest;

        public Ring(IUsbDevice device, byte endpoint, int count, int size)
        {
            _transfers = new IUsbTransfer[count];
            for (int i = 0; i < count; i++)
                _transfers[i] = device.Allocate(endpoint, size);
        }

        public int Count { get; private set; }

        public IUsbTransfer Oldest => _transfers[_oldest];

        public IUsbTransfer Next => _transfers[(_oldest + Count) % _transfers.Length];

        public bool IsPending => _transfers.Any(transfer => transfer.IsPending);

        public UsbStatus Submit(int length, TimeSpan limit)
        {
            UsbStatus status = Next.Submit(length, limit);
            if (status == UsbStatus.Done)
                Count++;
            return status;
        }

        public void Drop()
        {
            _oldest = (_oldest + 1) % _transfers.Length;
            Count--;
        }

        public void Cancel()
        {
            for (int i = Count - 1; i >= 0; i--) // the youngest first, so that none of them starts meanwhile
                _transfers[(_oldest + i) % _transfers.Length].Cancel();
        }

        public void Clear() => Count = 0;

        public void Dispose()
        {
            foreach (IUsbTransfer transfer in _transfers)
                transfer.Dispose();
        }
    }
}
