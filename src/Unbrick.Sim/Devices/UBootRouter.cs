using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Devices;

/// <summary>A board whose U-Boot loads one file over the network as soon as it has power, and then sits at its prompt.</summary>
public sealed class UBootRouter : UBootDevice
{
    private readonly UBootRouterOptions _options;
    private readonly UBootSession _session;
    private readonly VirtualTimer _boot;
    private bool _powered;

    /// <summary>A board without power.</summary>
    public UBootRouter(VirtualTime time, UBootRouterOptions options)
        : base(time, options?.Seed ?? throw new ArgumentNullException(nameof(options)), options.Turnaround, options.PortSpeedMbit)
    {
        _options = options;
        _session = new UBootSession(this, new UBootSessionOptions
        {
            Tftp = options.Tftp,
            OwnIp = options.OwnIp,
            ServerIp = options.ServerIp,
            File = options.File,
            DefaultFile = options.DefaultFile,
            ModernDhcp = options.ModernDhcp,
        });
        _session.Done += () => Finished = true;
        _session.GaveUp += () => GaveUp = true;
        _boot = time.CreateTimer(Boot);
    }

    /// <summary>What the loader went through.</summary>
    public LoaderRecord Loader => _session.Record;

    /// <summary>The file is in memory.</summary>
    public bool Finished { get; private set; }

    /// <summary>It gave up and sits at its prompt.</summary>
    public bool GaveUp { get; private set; }

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (_powered)
            return;
        (_powered, Finished, GaveUp) = (true, false, false);
        _boot.Set(_options.LinkDelay + StartJitter);
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        _powered = false;
        _boot.Stop();
        _session.Stop();
        SetLink(false);
    }

    internal override void Receive(ReadOnlySpan<byte> frame) => _session.Receive(frame);

    private void Boot()
    {
        SetLink(true);
        _session.Start();
    }
}
