using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>
/// The stack on Linux: epoll, and a short busy wait while one or two clients go block by block. There the time of a transfer is the time of
/// waking up, twice a block; asking again at once in place of going to sleep removes one of the two.
/// </summary>
public sealed unsafe class LinuxNetworkStack : INetworkStack
{
    private const int MostEvents = 128;

    /// <summary>More ports without a peer than these (one for TFTP, two for DHCP, a tap, the wake-up) nobody opens.</summary>
    private const int MostOthers = 32;

    /// <summary>Longest busy wait: about the time in which a client on the same machine or a fast cable answers a window.</summary>
    private static readonly TimeSpan s_spin = TimeSpan.FromMicroseconds(150);

    /// <summary>With more clients than this there is always something to do, and a busy wait would take their processor.</summary>
    private const int MostPeersForSpin = 2;

    /// <summary>Busy waits in vain after which they are tried only now and then.</summary>
    private const int MostMisses = 4, RetryEvery = 64;

    /// <summary>
    /// Two looks this far apart mean that another program needed the processor. Whoever waits busily then is made to wait by the scheduler, for
    /// whole time slices; so no more of that for a while.
    /// </summary>
    private static readonly TimeSpan s_interrupted = TimeSpan.FromMilliseconds(0.5), s_restAfter = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly int _epoll, _wake;
    private readonly byte[] _events = GC.AllocateArray<byte>(MostEvents * 16, pinned: true);
    /// <summary>By descriptor, which the system keeps small.</summary>
    private Action?[] _handlers = new Action?[64];
    private readonly int _eventSize = Libc.EpollEventSize, _dataOffset = Libc.EpollDataOffset;
    private readonly LinuxPeers _peers = new();

    /// <summary>The descriptors that are no peer's, for a look at them between two rounds.</summary>
    private readonly List<int> _others = [];
    private int _misses, _polls;
    private bool _heardLately;
    private TimeSpan _restUntil;

    /// <summary>Opens the stack; <paramref name="time"/> gives the monotonic clock.</summary>
    public LinuxNetworkStack(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
        _epoll = Libc.EpollCreate(Libc.EpollCloseOnExec);
        _wake = Libc.EventDescriptor(0, Libc.SockNonBlock | Libc.SockCloseOnExec);
        if (_epoll < 0 || _wake < 0)
            throw new NetworkException(NetworkFailure.Other, Marshal.GetLastPInvokeErrorMessage());
        Watch(_wake, TakeWake);
        _others.Add(_wake);
    }

    /// <inheritdoc/>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public IUdpPort OpenUdp(in UdpBinding binding, Action<IUdpPort> onReadable)
    {
        LinuxUdpPort port = new(this, binding, onReadable);
        Watch(port.Descriptor, () => port.OnReadable(port));
        if (port.HasPeer)
            _peers.Add(port);
        else
            _others.Add(port.Descriptor);
        return port;
    }

    /// <inheritdoc/>
    public IFrameTap OpenTap(NetworkAdapter adapter, TapScope scope, Action<IFrameTap> onReadable)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        LinuxFrameTap tap = new(this, adapter, scope, onReadable);
        Watch(tap.Descriptor, () => tap.OnReadable(tap));
        _others.Add(tap.Descriptor);
        return tap;
    }

    /// <inheritdoc/>
    public IFramePort OpenFrames(NetworkAdapter adapter, ushort etherType, Action<IFramePort> onReadable)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        LinuxFramePort port = new(this, adapter, etherType, onReadable);
        Watch(port.Descriptor, () => port.OnReadable(port));
        _others.Add(port.Descriptor);
        return port;
    }

    /// <inheritdoc/>
    public void Poll(TimeSpan atMost)
    {
        if (_peers.Choose(Now))
            WatchPeers(!_peers.Crowded);
        if (_peers.Crowded)
        {
            _peers.Round();
            LookAtOthers();
            return;
        }
        int count = atMost > TimeSpan.Zero && WorthSpinning() ? Spin(atMost) : 0;
        if (count == 0)
            count = Wait((int)Math.Clamp(Math.Ceiling(atMost.TotalMilliseconds), 0, 60_000));
        _heardLately = count > 0;
        for (int i = 0; i < count; i++)
        {
            int descriptor = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(i * _eventSize + _dataOffset));
            // A handler may have closed a port whose event stands further down.
            _handlers[descriptor]?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Libc.Close(_wake);
        _ = Libc.Close(_epoll);
    }

    internal void Forget(LinuxUdpPort port)
    {
        if (Forget(port.Descriptor) && port.HasPeer)
            _peers.Remove(port);
    }

    internal void Forget(LinuxFrameTap tap) => Forget(tap.Descriptor);

    internal void Forget(LinuxFramePort port) => Forget(port.Descriptor);

    /// <summary>Peers are served in rounds now.</summary>
    internal bool InRounds => _peers.Crowded;

    internal void TookFromPeer() => _peers.Taken();

    private bool Forget(int descriptor)
    {
        if (descriptor < 0 || _handlers[descriptor] is null)
            return false;
        _handlers[descriptor] = null;
        _others.Remove(descriptor);
        byte* change = stackalloc byte[16];
        _ = Libc.EpollControl(_epoll, Libc.EpollDelete, descriptor, change);
        return true;
    }

    private void Watch(int descriptor, Action handler)
    {
        if (!Register(descriptor, Libc.EpollAdd))
            throw new NetworkException(NetworkFailure.Other, Marshal.GetLastPInvokeErrorMessage());
        if (descriptor >= _handlers.Length)
            Array.Resize(ref _handlers, Math.Max(descriptor + 1, _handlers.Length * 2));
        _handlers[descriptor] = handler;
    }

    /// <summary>Nobody asks while there are rounds, and to note each arriving packet in a list that nobody reads has its price.</summary>
    private void WatchPeers(bool watch)
    {
        foreach (LinuxUdpPort port in _peers.Ports)
            Register(port.Descriptor, watch ? Libc.EpollAdd : Libc.EpollDelete);
    }

    private bool Register(int descriptor, int operation)
    {
        byte* change = stackalloc byte[16];
        new Span<byte>(change, 16).Clear();
        Unsafe.WriteUnaligned(change, Libc.EpollIn);
        Unsafe.WriteUnaligned(change + _dataOffset, (long)descriptor);
        return Libc.EpollControl(_epoll, operation, descriptor, change) >= 0;
    }

    private bool WorthSpinning() =>
        _heardLately && _peers.Ports.Count is > 0 and <= MostPeersForSpin && Now >= _restUntil && (_misses < MostMisses || ++_polls % RetryEvery == 0);

    private int Spin(TimeSpan atMost)
    {
        TimeSpan last = Now, until = last + (atMost < s_spin ? atMost : s_spin);
        int count;
        do
        {
            count = Wait(0);
            TimeSpan now = Now;
            if (now - last > s_interrupted)
                _restUntil = now + s_restAfter;
            last = now;
        }
        while (count == 0 && last < until);
        _misses = count > 0 ? 0 : Math.Min(_misses + 1, MostMisses);
        return count;
    }

    private void LookAtOthers()
    {
        Libc.PollDescriptor* descriptors = stackalloc Libc.PollDescriptor[MostOthers];
        int count = Math.Min(_others.Count, MostOthers);
        for (int i = 0; i < count; i++)
            descriptors[i] = new() { Descriptor = _others[i], Events = Libc.PollIn };
        if (Libc.Poll(descriptors, (nuint)count, 0) <= 0)
            return;
        for (int i = 0; i < count; i++)
        {
            if (descriptors[i].Returned != 0)
                _handlers[descriptors[i].Descriptor]?.Invoke();
        }
    }

    private int Wait(int milliseconds)
    {
        fixed (byte* events = _events)
            return Math.Max(0, Libc.EpollWait(_epoll, events, MostEvents, milliseconds));
    }

    private void TakeWake()
    {
        ulong value;
        _ = Libc.Read(_wake, &value, sizeof(ulong));
    }
}
