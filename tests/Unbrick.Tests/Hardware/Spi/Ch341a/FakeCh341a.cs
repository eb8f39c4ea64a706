using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Unbrick.Hardware.Usb;
using Unbrick.Sim;

namespace Unbrick.Tests.Hardware.Spi.Ch341a;

/// <summary>
/// A CH341A below the driver: takes its packets one by one, answers those that shift, and keeps what each chip-select shifted. What the chip
/// says is a function of the bytes so far.
/// </summary>
internal sealed class FakeCh341a(VirtualTime time, Func<IReadOnlyList<byte>, byte>? chip = null) : IUsbDevice
{
    public const byte Out = 0x02, In = 0x82;

    private readonly List<Transfer> _pending = [];
    private readonly Queue<byte[]> _answers = new();
    private List<byte>? _selected;

    public UsbDeviceInfo Info { get; init; } = new(0x1A86, 0x5512, new(1, "2"), 7, UsbStatus.Done);

    public UsbStatus ClaimStatus { get; init; }

    /// <summary>Anything but <see cref="UsbStatus.Done"/> clears nothing.</summary>
    public UsbStatus ControlStatus { get; init; }

    /// <summary>Answers that an earlier run did not fetch.</summary>
    public int Stale
    {
        init
        {
            for (int i = 0; i < value; i++)
                _answers.Enqueue(new byte[31]);
        }
    }

    /// <summary>Bytes that each chip-select shifted out, in the chip's own order of bits.</summary>
    public List<byte[]> Selects { get; } = [];

    /// <summary>The packets as they came.</summary>
    public List<string> Packets { get; } = [];

    /// <summary>Requests to endpoint 0: type and number.</summary>
    public List<(byte, byte)> Requests { get; } = [];

    /// <summary>It was pulled out.</summary>
    public bool IsGone { get; set; }

    /// <summary>It takes no packets any more.</summary>
    public bool Hangs { get; set; }

    /// <summary>Ends the next transfer like this.</summary>
    public UsbStatus? NextEnd { get; set; }

    /// <summary>Gets an answer before the driver does.</summary>
    public Func<byte[], byte[]> Answering { get; set; } = answer => answer;

    /// <summary>Runs after each chip-select.</summary>
    public Action<int> Selected { get; set; } = _ => { };

    public byte PinsOut { get; private set; }

    public byte PinsDirection { get; private set; }

    public int MostOut { get; private set; }

    public bool IsDisposed { get; private set; }

    public UsbStatus Claim(int number) => ClaimStatus;

    public UsbStatus Control(byte type, byte request, ushort value, ushort index, Span<byte> data, TimeSpan limit, out int moved)
    {
        moved = 0;
        if (IsGone)
            return UsbStatus.Gone;
        Requests.Add((type, request));
        if (ControlStatus == UsbStatus.Done)
            _answers.Clear();
        return ControlStatus;
    }

    public UsbStatus Bulk(byte endpoint, Span<byte> data, TimeSpan limit, out int moved)
    {
        moved = 0;
        if (IsGone)
            return UsbStatus.Gone;
        if (endpoint == In)
        {
            if (!_answers.TryDequeue(out byte[]? answer))
                return UsbStatus.TimedOut;
            answer.CopyTo(data);
            moved = answer.Length;
            return UsbStatus.Done;
        }
        Take(data);
        moved = data.Length;
        return UsbStatus.Done;
    }

    public IUsbTransfer Allocate(byte endpoint, int capacity) => new Transfer(this, endpoint, capacity);

    public void HandleEvents(TimeSpan atMost)
    {
        MostOut = Math.Max(MostOut, _pending.Count(transfer => transfer.Endpoint == Out));
        bool ended = false;
        foreach (Transfer transfer in _pending.ToArray())
        {
            UsbStatus? fault = NextEnd;
            NextEnd = null;
            UsbStatus? end = transfer switch
            {
                { IsCancelled: true } => UsbStatus.Cancelled,
                _ when IsGone => UsbStatus.Gone,
                _ when Hangs => null,
                _ when fault is not null => fault,
                { Endpoint: Out } => TakeAll(transfer),
                _ => Answer(transfer),
            };
            if (end is null)
                continue;
            transfer.End(end.Value);
            _pending.Remove(transfer);
            ended = true;
        }
        if (ended)
            return;
        time.Advance(atMost);
        foreach (Transfer transfer in _pending.Where(t => t.Deadline <= time.Elapsed).ToArray())
        {
            transfer.End(UsbStatus.TimedOut);
            _pending.Remove(transfer);
        }
    }

    public void Dispose() => IsDisposed = true;

    public static byte Mirror(byte value)
    {
        int mirrored = 0;
        for (int i = 0; i < 8; i++)
            mirrored |= (value >> i & 1) << (7 - i);
        return (byte)mirrored;
    }

    private UsbStatus TakeAll(Transfer transfer)
    {
        Take(transfer.Buffer[..transfer.Length]);
        transfer.Moved = transfer.Length;
        return UsbStatus.Done;
    }

    private UsbStatus? Answer(Transfer transfer)
    {
        if (!_answers.TryDequeue(out byte[]? answer))
            return null;
        answer.CopyTo(transfer.Buffer);
        transfer.Moved = answer.Length;
        return UsbStatus.Done;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(32, bytes.Length)..])
            Packet(bytes[..Math.Min(32, bytes.Length)]);
    }

    private void Packet(ReadOnlySpan<byte> packet)
    {
        Packets.Add(Convert.ToHexStringLower(packet));
        if (packet[0] == 0xAB)
        {
            foreach (byte step in packet[1..])
            {
                if (step == 0x20)
                    break;
                if ((step & 0xC0) == 0x80)
                    PinsOut = (byte)(step & 0x3F);
                else if ((step & 0xC0) == 0x40)
                    PinsDirection = (byte)(step & 0x3F);
                Pins();
            }
        }
        else if (packet[0] == 0xA8)
        {
            List<byte> answer = [];
            foreach (byte shifted in packet[1..])
            {
                _selected?.Add(Mirror(shifted));
                answer.Add(_selected is null ? (byte)0xFF : Mirror(chip?.Invoke(_selected) ?? 0xFF));
            }
            _answers.Enqueue(Answering([.. answer]));
        }
    }

    private void Pins()
    {
        bool isLow = (PinsDirection & 1) != 0 && (PinsOut & 1) == 0;
        if (isLow)
        {
            _selected ??= [];
        }
        else if (_selected is not null)
        {
            Selects.Add([.. _selected]);
            _selected = null;
            Selected(Selects.Count);
        }
    }

    private sealed class Transfer(FakeCh341a device, byte endpoint, int capacity) : IUsbTransfer
    {
        private readonly byte[] _buffer = new byte[capacity];

        public byte Endpoint { get; } = endpoint;

        public int Length { get; private set; }

        public TimeSpan Deadline { get; private set; }

        public bool IsCancelled { get; private set; }

        public Span<byte> Buffer => _buffer;

        public bool IsPending { get; private set; }

        public UsbStatus Status { get; private set; }

        public int Moved { get; set; }

        public UsbStatus Submit(int length, TimeSpan limit)
        {
            Assert.False(IsPending);
            if (device.IsGone)
                return UsbStatus.Gone;
            (Length, Moved, Deadline, IsCancelled, IsPending) = (length, 0, device.Now + limit, false, true);
            device._pending.Add(this);
            return UsbStatus.Done;
        }

        public void Cancel() => IsCancelled = true;

        public void End(UsbStatus status) => (Status, IsPending) = (status, false);

        public void Dispose() => Assert.False(IsPending);
    }

    private TimeSpan Now => time.Elapsed;
}

/// <summary>A bus with such devices.</summary>
internal sealed class FakeUsbBus(params FakeCh341a[] devices) : IUsbBus
{
    public UsbStatus OpenStatus { get; init; }

    public ImmutableArray<UsbDeviceInfo> List(ushort vendor) =>
        [.. devices.Select(device => device.Info with { Access = OpenStatus }).Where(info => info.Vendor == vendor)];

    public UsbStatus Open(UsbDeviceInfo device, [MaybeNull] out IUsbDevice opened)
    {
        opened = OpenStatus == UsbStatus.Done ? devices.Single(d => d.Info.Place == device.Place) : null;
        return OpenStatus;
    }

    public void Dispose()
    {
    }
}
