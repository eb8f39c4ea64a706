using Unbrick.Sim.Devices;

namespace Unbrick.Sim.Cables;

/// <summary>
/// The cable between this machine and a simulated device, with its faults, in virtual time. Modelled after measuring real cables with a
/// user-space relay: fixed draws per frame, loss for each direction, pacing, and frames in flight die when the carrier goes.
/// </summary>
public sealed class FaultyCable
{
    private readonly SimDevice _device;
    private readonly CableLane _down;
    private readonly CableLane _up;
    private int _openFlaps;

    /// <summary>Plugs the device in at one end; the other end is <paramref name="toHost"/>.</summary>
    public FaultyCable(VirtualTime time, CableFaults faults, SimDevice device, FrameHandler toHost)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        Faults = faults;
        SpeedMbit = Math.Min(device.PortSpeedMbit, faults.RateMbit ?? device.PortSpeedMbit);
        _down = new CableLane(time, faults, up: false, SpeedMbit, device.Receive);
        _up = new CableLane(time, faults, up: true, SpeedMbit, toHost);
        device.PlugIn(this);
        foreach (CarrierFlap flap in faults.Flaps)
            Schedule(time, flap);
    }

    /// <summary>The carrier came or went; <see cref="Carrier"/> says which.</summary>
    public event Action? CarrierChanged;

    /// <summary>Its faults.</summary>
    public CableFaults Faults { get; }

    /// <summary>Negotiated speed in Mbit/s.</summary>
    public int SpeedMbit { get; }

    /// <summary>Both ends see each other.</summary>
    public bool Carrier { get; private set; }

    /// <summary>What happened to frames from the PC.</summary>
    public LaneCounters Down => _down.Counters;

    /// <summary>What happened to frames from the device.</summary>
    public LaneCounters Up => _up.Counters;

    /// <summary>Sends a frame from the PC; without carrier it is lost.</summary>
    public void SendDown(ReadOnlySpan<byte> frame) => Send(_down, frame, TimeSpan.Zero);

    internal void SendUp(ReadOnlySpan<byte> frame, TimeSpan preparation) => Send(_up, frame, preparation);

    internal void LinkChanged()
    {
        bool carrier = _device.Link && _openFlaps == 0;
        if (carrier == Carrier)
            return;
        Carrier = carrier;
        if (!carrier)
        {
            _down.Cut();
            _up.Cut();
        }
        CarrierChanged?.Invoke();
    }

    private void Send(CableLane lane, ReadOnlySpan<byte> frame, TimeSpan preparation)
    {
        if (Carrier)
            lane.Send(frame, preparation);
        else
            lane.Counters.Dropped++;
    }

    private void Schedule(VirtualTime time, CarrierFlap flap)
    {
        time.CreateTimer(() => Flap(+1)).SetAt(flap.At.Ticks);
        time.CreateTimer(() => Flap(-1)).SetAt((flap.At + flap.Lasts).Ticks);
    }

    private void Flap(int change)
    {
        _openFlaps += change;
        LinkChanged();
    }
}
