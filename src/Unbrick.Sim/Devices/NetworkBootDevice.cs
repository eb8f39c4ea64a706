using Unbrick.Net;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A router whose boot loader asks for an address and a file, looks at what it got, does something with it and starts it: the course of events
/// that MikroTik's and Xiaomi's have in common.
/// </summary>
public abstract class NetworkBootDevice : UBootDevice
{
    private const int MostAnnouncements = 4;
    private static readonly TimeSpan s_announceEvery = TimeSpan.FromSeconds(2);

    private readonly NetworkBootOptions _options;
    private readonly VirtualTimer _next;
    private UBootSession _session = null!;
    private Action _then = static () => { };
    private int _announcements;

    private protected NetworkBootDevice(VirtualTime time, NetworkBootOptions options)
        : base(time, options?.Seed ?? throw new ArgumentNullException(nameof(options)), options.Turnaround, portSpeedMbit: 1000)
    {
        _options = options;
        _next = time.CreateTimer(() => _then());
    }

    /// <summary>Where it stands.</summary>
    public NetworkBootState State { get; private set; }

    /// <summary>What the loader went through.</summary>
    public LoaderRecord Loader => _session.Record;

    /// <summary>Images it refused.</summary>
    public int Refused { get; private set; }

    /// <summary>What it runs, from memory or from flash; empty when that is the dead firmware.</summary>
    public ReadOnlyMemory<byte> Running { get; private set; }

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (State is NetworkBootState.Off or NetworkBootState.Bricked)
            Enter(NetworkBootState.Starting, _options.LinkDelay + StartJitter, LinkUp);
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        State = State == NetworkBootState.Writing ? NetworkBootState.Bricked : NetworkBootState.Off;
        _next.Stop();
        _session.Stop();
        SetLink(false);
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        if (State == NetworkBootState.Loading)
            _session.Receive(frame);
    }

    /// <summary>What it says about an image and why; null when it takes it.</summary>
    private protected abstract string? WhyRefused(ReadOnlySpan<byte> image);

    /// <summary>Begins to ask.</summary>
    private protected virtual void OnLoading()
    {
    }

    /// <summary>The image is good.</summary>
    private protected virtual void OnTaken(ReadOnlySpan<byte> image)
    {
    }

    /// <summary>Nobody answered, or nothing useful: what is in flash is started instead.</summary>
    private protected virtual void OnGaveUp()
    {
    }

    /// <summary>How it loads; to be called once, by the constructor of the device.</summary>
    private protected void LoadsBy(UBootSession session)
    {
        _session = session;
        session.Done += () => Enter(NetworkBootState.Checking, _options.CheckTime, Check);
        session.GaveUp += () =>
        {
            OnGaveUp();
            Enter(NetworkBootState.Dead, null, static () => { });
        };
    }

    private void Enter(NetworkBootState state, TimeSpan? lasts, Action then)
    {
        State = state;
        _next.Stop();
        if (lasts is not TimeSpan time)
            return;
        _then = then;
        _next.Set(time);
    }

    private void LinkUp()
    {
        State = NetworkBootState.Loading;
        SetLink(true);
        OnLoading();
        _session.Start();
    }

    private void Check()
    {
        if (WhyRefused(_session.Record.Received.Span) is string reason)
        {
            Refused++;
            Print(reason);
            State = NetworkBootState.Loading;
            _session.StartAgain();
            return;
        }
        OnTaken(_session.Record.Received.Span);
        Enter(NetworkBootState.Writing, _options.WriteTime, Start);
    }

    private void Start()
    {
        Running = _session.Record.Received;
        _session.Stop();
        SetLink(false);
        Enter(NetworkBootState.Booting, _options.ResetTime, () =>
        {
            SetLink(true);
            Enter(NetworkBootState.Booting, _options.FirmwareBootTime, () =>
            {
                (State, _announcements) = (NetworkBootState.Recovered, MostAnnouncements);
                Announce();
            });
        });
    }

    /// <summary>A firmware that starts looks for others a few times; one lost frame must not hide it.</summary>
    private void Announce()
    {
        uint ip = Ipv4.ToNumber(_options.FirmwareIp);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, ip, default, ip), MacAddress.Broadcast);
        if (--_announcements > 0)
            Enter(NetworkBootState.Recovered, s_announceEvery, Announce);
    }
}
