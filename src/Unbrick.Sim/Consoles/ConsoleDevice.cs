using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// A board with a boot loader that talks on a serial line: its power, its processor, its memory and its Ethernet port. What the loader says and does
/// is a <see cref="LoaderProgram"/>, which runs in virtual time.
/// </summary>
public sealed class ConsoleDevice : UBootDevice
{
    private static readonly TimeSpan s_turnaround = TimeSpan.FromMicroseconds(200);

    private readonly LoaderProgram _program;
    private readonly VirtualTimer _wake;
    private readonly VirtualTimer _key;
    private readonly Stack<IEnumerator<SimWait>> _running = new();
    private readonly Queue<(TimeSpan At, byte One)> _coming = new();
    private readonly List<ConsoleKey> _keys = [];
    private readonly ulong _seed;
    private UBootSession? _session;
    private SimWait _wait;
    private bool _signalled, _isRunning, _resetAsked;

    internal ConsoleDevice(VirtualTime time, LoaderProgram program, ulong seed)
        : base(time, seed, s_turnaround, portSpeedMbit: 1000)
    {
        (_program, _seed) = (program, seed);
        _wake = time.CreateTimer(() => Resume(timeIsUp: true));
        _key = time.CreateTimer(KeyArrives);
        Memory = program.MakeMemory();
        program.Attach(this);
        Uart.Reset(time.Elapsed, program.Baud);
        ConsoleText += Write;
    }

    /// <summary>It has power.</summary>
    public bool HasPower { get; private set; }

    /// <summary>Times that it started.</summary>
    public int Starts { get; private set; }

    /// <summary>Its flash, which outlives its power.</summary>
    public Memory<byte> Flash => Memory.Flash;

    /// <summary>Every key that its loader took, with the moment.</summary>
    public IReadOnlyList<ConsoleKey> Keys => _keys;

    /// <summary>What nobody should have done to it: a menu entry that overwrites the boot loader, and the like. Empty when all is well.</summary>
    public IReadOnlyList<string> Forbidden => ForbiddenList;

    /// <summary>It started a kernel since its power came.</summary>
    public bool HasStartedKernel { get; internal set; }

    /// <summary>Sectors that were erased since the device was made.</summary>
    public int ErasedSectors => Memory.Erased;

    internal List<string> ForbiddenList { get; } = [];

    internal ConsoleMemory Memory { get; }

    internal SimUart Uart { get; } = new();

    internal VirtualTime Clock => Time;

    /// <summary>Draws of this start.</summary>
    internal Random Random { get; private set; } = new(0);

    /// <summary>A byte left: when, and at which rate it was sent.</summary>
    internal Action<TimeSpan, byte, int>? Sent { get; set; }

    /// <summary>What was about to leave never does.</summary>
    internal Action? Silenced { get; set; }

    internal bool NetworkIsDone { get; private set; }

    internal bool NetworkGaveUp { get; private set; }

    internal LoaderRecord? Network => _session?.Record;

    /// <summary>Reads a range of what its processor sees.</summary>
    public byte[] ReadMemory(ulong address, int count) => Memory.Read(address, count);

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (HasPower)
            return;
        HasPower = true;
        Memory.ClearRam();
        Start();
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        HasPower = false;
        Stop();
        Silenced?.Invoke();
    }

    /// <summary>Off, and on again.</summary>
    public void PowerCycle()
    {
        PowerOff();
        PowerOn();
    }

    /// <summary>Starts anew without losing its memory, as a watchdog does.</summary>
    public void Reset()
    {
        if (!HasPower)
            return;
        Stop();
        Start();
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        if (HasPower)
            _session?.Receive(frame);
    }

    /// <summary>A byte is on its way from the host.</summary>
    internal void KeyComes(TimeSpan at, byte one)
    {
        _coming.Enqueue((at, one));
        if (_coming.Count == 1)
            _key.SetAt(at.Ticks);
    }

    /// <summary>Writes text, with a carriage return before each line feed, as all loaders do.</summary>
    internal void Write(string text)
    {
        foreach (char c in text)
        {
            if (c == '\n')
                Send((byte)'\r');
            Send((byte)c);
        }
    }

    internal void Send(byte one) => Sent?.Invoke(Uart.Send(Time.Elapsed), one, Uart.Baud);

    internal bool TryKey(out byte key)
    {
        key = 0;
        if (!Uart.HasKey)
            return false;
        key = Uart.Take();
        _keys.Add(new ConsoleKey(Time.Elapsed, key));
        return true;
    }

    /// <summary>Begins to load a file.</summary>
    internal void StartNetwork(UBootSessionOptions options)
    {
        StopNetwork();
        (NetworkIsDone, NetworkGaveUp) = (false, false);
        if (!Link)
            SetLink(true);
        _session = new UBootSession(this, options);
        _session.Done += () => Signal(done: true);
        _session.GaveUp += () => Signal(done: false);
        _session.Start();
    }

    internal void NetworkAgain()
    {
        (NetworkIsDone, NetworkGaveUp) = (false, false);
        _session?.StartAgain();
    }

    internal void StopNetwork()
    {
        _session?.Stop();
        _session = null;
    }

    /// <summary>A firmware that starts looks for others on its cable.</summary>
    internal void Announce(uint ip)
    {
        StopNetwork();
        if (!Link)
            SetLink(true);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, ip, default, ip), MacAddress.Broadcast);
    }

    /// <summary>Starts anew as soon as the program that asks for it waits.</summary>
    internal void AskReset() => _resetAsked = true;

    private void Signal(bool done)
    {
        (NetworkIsDone, NetworkGaveUp) = (done, !done);
        _signalled = true;
        if (!_isRunning && _wait.Signal)
            _wake.Set(TimeSpan.Zero);
    }

    private void Start()
    {
        Starts++;
        _resetAsked = false;
        Random = new Random((int)(CableDraw.Mix(_seed * 1000 + (ulong)Starts) & 0x7FFF_FFFF));
        Uart.Reset(Time.Elapsed, _program.Baud);
        HasStartedKernel = false;
        _running.Clear();
        _running.Push(_program.Run().GetEnumerator());
        _wait = SimWait.Busy(0);
        _wake.Set(TimeSpan.Zero);
    }

    private void Stop()
    {
        _wake.Stop();
        _running.Clear();
        StopNetwork();
        if (Link)
            SetLink(false);
        Uart.Reset(Time.Elapsed, _program.Baud);
    }

    private void KeyArrives()
    {
        while (_coming.TryPeek(out (TimeSpan At, byte One) next) && next.At <= Time.Elapsed)
        {
            _coming.Dequeue();
            if (!HasPower)
                continue;
            Uart.Arrive(next.One);
            TimeSpan printed = Uart.Free - 16 * Uart.ByteTime;
            if (_wait.Key && _running.Count > 0 && Time.Elapsed >= printed)
                Resume(timeIsUp: false);
            else if (_wait.Key && _running.Count > 0)
                _wake.SetAt(printed.Ticks);
        }
        if (_coming.TryPeek(out (TimeSpan At, byte One) later))
            _key.SetAt(later.At.Ticks);
    }

    /// <summary>Runs the program to its next wait; what it printed has to leave first.</summary>
    private void Resume(bool timeIsUp)
    {
        if (_isRunning || _running.Count == 0 || (!timeIsUp && !_wait.Key))
            return;
        _isRunning = true;
        try
        {
            while (HasPower && _running.TryPeek(out IEnumerator<SimWait>? program))
            {
                bool goesOn = program.MoveNext();
                if (_resetAsked)
                {
                    Reset();
                    return;
                }
                if (!goesOn)
                {
                    if (_running.Count > 0 && ReferenceEquals(_running.Peek(), program))
                        _running.Pop();
                    continue;
                }
                _wait = program.Current;
                if (_wait.Program is { } called)
                {
                    _running.Push(called.GetEnumerator());
                    continue;
                }
                if (Wait())
                    return;
            }
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>False when what is waited for is there already.</summary>
    private bool Wait()
    {
        TimeSpan printed = Uart.Free - 16 * Uart.ByteTime, now = Time.Elapsed;
        TimeSpan free = printed > now ? printed : now;
        bool ready = (_wait.Key && Uart.HasKey) || (_wait.Signal && _signalled);
        _signalled &= !_wait.Signal;
        if (ready && free == now)
            return false;
        _wake.Stop();
        if (ready)
            _wake.SetAt(free.Ticks);
        else if (_wait.For is { } time)
            _wake.SetAt((free + time).Ticks);
        else if (free > now)
            _wake.SetAt(free.Ticks);
        return true;
    }
}
