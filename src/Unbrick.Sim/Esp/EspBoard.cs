using System.Text;
using Unbrick.Sim.Esp.Faults;
using Unbrick.Sim.Spi;

namespace Unbrick.Sim.Esp;

/// <summary>
/// A board: power, reset pin and straps, the chip in its loader or in what its flash holds, and the text that it sends meanwhile. It is told what
/// happens and when, in nanoseconds, never backwards; what it is going to do by itself stands in its list of events. What a command of the loader takes is
/// done at once and answered later, so a reset in the middle of an erase comes after the erase.
/// </summary>
public sealed class EspBoard : IEspRomHost
{
    private const long Millisecond = 1_000_000;
    private const long TextDelay = 20 * Millisecond, CrashDelay = 50 * Millisecond, HandPatience = 2_000 * Millisecond;
    private const int ForTheBoard = -1;

    private readonly EspModel _model;
    private readonly EspBoardOptions _options;
    private readonly EspFaults _faults;
    private readonly UartLane _toHost;
    private readonly EspFlash _flash;
    private readonly EspSpiController _spi;
    private readonly EspMemory _memory;
    private readonly EspRom _rom;
    private readonly PriorityQueue<(Action<long> Act, int Life), (long At, long Order)> _events = new();
    private readonly int _crystal;
    private long _order;
    private int _life;
    private State _state = State.Off;
    private bool _held;
    private bool _dtr;
    private bool _rts;
    private long _sent;
    private long _heardAt;

    private enum State
    {
        Off,
        Starting,
        Loader,
        Busy,
    }

    internal EspBoard(EspModel model, SimNor flash, EspBoardOptions options, EspFaults faults, UartLane toHost)
    {
        (_model, _options, _faults, _toHost) = (options.Modes is { } modes ? model with { Modes = [.. modes] } : model, options, faults, toHost);
        _crystal = options.Crystal ?? model.Crystal;
        byte[] mac = options.Mac ?? [.. model.Oui, (byte)(options.Seed >> 16), (byte)(options.Seed >> 8), (byte)(options.Seed + 0x56)];
        _flash = new EspFlash(flash, faults);
        _spi = new EspSpiController(model.Spi, _flash);
        _memory = new EspMemory(model, mac, _crystal, _spi);
        _rom = new EspRom(model, _flash, _spi, _memory, faults, this);
        IsGpio0Low = options.Strap is EspStrap.Low or EspStrap.Hand;
        Mac = mac;
    }

    /// <summary>Its flash.</summary>
    public SimNor Flash => _flash.Chip;

    /// <summary>Its MAC, six bytes.</summary>
    public ReadOnlyMemory<byte> Mac { get; }

    /// <summary>A wire from GPIO0 to ground; it matters when the chip starts.</summary>
    public bool IsGpio0Low { get; set; }

    /// <summary>Whether its loader waits for commands.</summary>
    public bool IsInLoader => _state == State.Loader;

    /// <summary>How often it began to start.</summary>
    public int Starts { get; private set; }

    /// <summary>The rate at which it sends and hears at present.</summary>
    internal int Baud { get; private set; } = 115_200;

    /// <summary>Whether it takes the host's rate for its own: the loader, until it was synchronized.</summary>
    internal bool IsTuning => _state == State.Loader && !_rom.IsSynchronized;

    /// <summary>When something happens by itself; null: never.</summary>
    internal long? NextEvent
    {
        get
        {
            while (_events.TryPeek(out (Action<long>, int Life) item, out (long At, long) key))
            {
                if (item.Life == ForTheBoard || item.Life == _life)
                    return key.At;
                _events.Dequeue();
            }
            return null;
        }
    }

    /// <summary>When the loader is done with what it was asked for.</summary>
    internal long BusyUntil => _state == State.Loader ? _rom.BusyUntil : 0;

    /// <summary>The power is there.</summary>
    internal void PowerOn(long at)
    {
        _flash.PowerEnds = long.MaxValue;
        _flash.Chip.PowerOn();
        if (_state == State.Off && !_held)
            Reset(EspCause.Power, at);
    }

    /// <summary>The power goes at a moment; a flash that is at work then is left half done.</summary>
    internal void PowerEndsAt(long at)
    {
        _flash.PowerEnds = at;
        Later(ForTheBoard, at, PowerOff);
    }

    /// <summary>The power goes.</summary>
    internal void PowerOff(long at)
    {
        _flash.PowerEnds = Math.Min(_flash.PowerEnds, at);
        _flash.Chip.PowerOff(at);
        Stop(at);
    }

    /// <summary>The next of what happens by itself.</summary>
    internal void RunNext()
    {
        _ = NextEvent;
        if (_events.TryDequeue(out (Action<long> Act, int) item, out (long At, long) key))
            item.Act(key.At);
    }

    /// <summary>A byte has arrived at the chip.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="at">When.</param>
    /// <param name="rate">The sender's rate.</param>
    internal void Receive(byte value, long at, double rate)
    {
        if (_state != State.Loader || _faults.Deaf)
            return;
        if (IsTuning)
            SetBaud((int)Math.Round(rate));
        _rom.Receive(value, at);
        if (_options.Strap != EspStrap.Hand)
            return;
        if (_heardAt == 0)
            Later(_life, at + HandPatience, LetGo);
        _heardAt = at;
    }

    /// <summary>DTR and RTS, both in one step; the circuit: EN is low for RTS without DTR, GPIO0 for DTR without RTS.</summary>
    internal void SetLines(bool dtr, bool rts, long at)
    {
        (_dtr, _rts) = (dtr, rts);
        if (_options.Strap != EspStrap.Circuit)
            return;
        bool low = rts && !dtr;
        if (low && !_held)
            Stop(at);
        else if (!low && _held)
            Later(++_life, at + Nanoseconds(_options.Rise), moment => Reset(EspCause.Pin, moment));
        _held = low;
    }

    /// <summary>Takes the power away and gives it again.</summary>
    internal void PowerCycle(long at)
    {
        PowerOff(at);
        PowerOn(at);
    }

    void IEspRomHost.Send(ReadOnlySpan<byte> bytes, long at) => Send(bytes, at);

    void IEspRomHost.SetBaud(int baud) => SetBaud(baud);

    void IEspRomHost.Crash(long at)
    {
        _state = State.Busy;
        Later(_life, at + CrashDelay, moment => Reset(EspCause.Watchdog, moment));
    }

    void IEspRomHost.LeaveForFlash(long at)
    {
        _state = State.Busy;
        Later(_life, at, moment => StartFlash(EspCause.Software, moment));
    }

    void IEspRomHost.LeaveForRam(long at) => _state = State.Busy;

    private void SetBaud(int baud)
    {
        Baud = baud;
        _memory.Baud = baud;
    }

    private void Send(ReadOnlySpan<byte> bytes, long at)
    {
        if (_faults.Mute)
            return;
        foreach (byte value in bytes)
        {
            if (_faults.Pass(EspFaults.OutLane, _sent++, value) is { } heard)
                _toHost.Send(heard, at, Baud);
        }
    }

    /// <summary>Nothing runs any more.</summary>
    private void Stop(long at)
    {
        _life++;
        _state = State.Off;
        _toHost.Cut(at);
    }

    private void Reset(EspCause cause, long at)
    {
        Stop(at);
        Starts++;
        _heardAt = 0;
        _rom.Reset();
        _spi.Reset();
        _memory.Reset();
        SetBaud(_model.BootRate(_crystal));
        _state = State.Starting;
        bool low = IsGpio0Low || (_options.Strap == EspStrap.Circuit && _dtr && !_rts);
        bool download = low && !_faults.Never;
        Later(_life, at + TextDelay, moment => Start(cause, download, moment));
    }

    private void Start(EspCause cause, bool download, long at)
    {
        Send(Encoding.ASCII.GetBytes(Banner(cause, download)), at);
        if (download)
            Later(_life, Math.Max(at, _toHost.FreeAt), _ => _state = State.Loader);
        else
            Later(_life, Math.Max(at, _toHost.FreeAt), moment => StartFlash(cause, moment));
    }

    private string Banner(EspCause cause, bool download)
    {
        string straps = download ? _model.Straps.Download : _model.Straps.Flash;
        if (_model.Is8266)
            return $"\r\n{_model.Banner},rst cause:{cause switch { EspCause.Power => 1, EspCause.Watchdog => 4, _ => 2 }}, boot mode:{straps}\r\n\r\n";
        bool first = _model.ImageChip == 0;
        string reset = cause switch
        {
            EspCause.Software => first ? "0xc (SW_CPU_RESET)" : "0xc (RTC_SW_CPU_RST)",
            EspCause.Watchdog => first ? "0x10 (RTCWDT_RTC_RESET)" : "0x10 (RTCWDT_RTC_RST)",
            _ => first ? "0x1 (POWERON_RESET)" : "0x1 (POWERON)",
        };
        return $"{_model.Banner}\r\n{(first ? "\r\n" : "")}rst:{reset},boot:{straps}\r\n{(download ? "waiting for download\r\n" : "")}";
    }

    private void StartFlash(EspCause cause, long at)
    {
        _state = State.Busy;
        int rate = _model.BootRate(_crystal);
        ReadOnlySpan<byte> flash = Flash.Content.Span;
        EspStart start = _model.Is8266 ? EspBoot8266.Plan(_model, rate, flash, cause, _faults) : EspBoot32.Plan(_model, rate, flash, _faults);
        Say(start, 0, at);
    }

    private void Say(EspStart start, int index, long at)
    {
        at = Math.Max(at, _toHost.FreeAt);
        if (index < start.Texts.Length)
        {
            EspText text = start.Texts[index];
            Later(_life, at + Nanoseconds(text.After), moment =>
            {
                SetBaud(text.Baud);
                Send(text.Text, moment);
                Say(start, index + 1, moment);
            });
        }
        else if (start.Again is { } cause)
        {
            Later(_life, at + Nanoseconds(start.Pause), moment => Reset(cause, moment));
        }
    }

    /// <summary>The person looks whether it is time to let go.</summary>
    private void LetGo(long at)
    {
        bool changed = Flash.Counts.Programs > 0 || Flash.Counts.ErasedBytes > 0;
        if (!changed || at - _heardAt < HandPatience)
        {
            Later(_life, Math.Max(_heardAt, at - HandPatience / 2) + HandPatience, LetGo);
            return;
        }
        IsGpio0Low = false;
        PowerCycle(at);
    }

    private void Later(int life, long at, Action<long> act) => _events.Enqueue((act, life), (at, ++_order));

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
