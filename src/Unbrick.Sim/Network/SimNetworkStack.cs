using System.Net;
using Unbrick.Net;
using Unbrick.Net.Host;

namespace Unbrick.Sim.Network;

/// <summary>
/// Ports and taps of a <see cref="SimNetworkHost"/>. Polling does not wait: it moves the virtual clock from one event to the next.
/// </summary>
public sealed class SimNetworkStack : INetworkStack
{
    private const int FirstFreePort = 49_152;

    /// <summary>Longest single wait: a stack without anything to come must still get somewhere when asked to wait for ever.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    private readonly SimNetworkHost _host;
    private readonly HostNetwork _network;
    private int _nextFreePort = FirstFreePort;
    private int _woken;

    internal SimNetworkStack(SimNetworkHost host, HostNetwork network)
    {
        _host = host;
        _network = network;
    }

    /// <inheritdoc/>
    public TimeSpan Now => _host.Time.Elapsed;

    internal List<SimUdpPort> Ports { get; } = [];

    internal List<SimFrameTap> Taps { get; } = [];

    internal List<SimFramePort> Frames { get; } = [];

    /// <inheritdoc/>
    public IUdpPort OpenUdp(in UdpBinding binding, Action<IUdpPort> onReadable)
    {
        ArgumentNullException.ThrowIfNull(onReadable);
        CheckAdapter(binding.Adapter);
        IPAddress address = binding.Local.Address;
        if (!address.Equals(IPAddress.Any) && !_network.Owns(Ipv4.ToNumber(address)) && !_network.IsBroadcast(Ipv4.ToNumber(address)))
            throw new NetworkException(NetworkFailure.NoSuchAddress, $"{address} is not an address of this machine");
        int number = binding.Local.Port == 0 ? FreePort(address) : binding.Local.Port;
        if (IsTaken(address, number, binding.Shared))
            throw new NetworkException(NetworkFailure.PortTaken, $"UDP port {number} is in use");
        SimUdpPort port = new(this, _network, binding, number, onReadable);
        Ports.Add(port);
        _network.Ports.Add(port);
        return port;
    }

    /// <inheritdoc/>
    public IFrameTap OpenTap(NetworkAdapter adapter, TapScope scope, Action<IFrameTap> onReadable)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(onReadable);
        CheckAdapter(adapter);
        SimFrameTap tap = new(this, _network, scope, onReadable);
        Taps.Add(tap);
        _network.Taps.Add(tap);
        return tap;
    }

    /// <inheritdoc/>
    public IFramePort OpenFrames(NetworkAdapter adapter, ushort etherType, Action<IFramePort> onReadable)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(onReadable);
        CheckAdapter(adapter);
        SimFramePort port = new(this, _network, etherType, onReadable);
        Frames.Add(port);
        _network.Frames.Add(port);
        return port;
    }

    /// <inheritdoc/>
    public void Poll(TimeSpan atMost)
    {
        TimeSpan wait = atMost < TimeSpan.Zero || atMost > s_longestWait ? s_longestWait : atMost;
        TimeSpan end = Now + wait;
        while (!(Interlocked.Exchange(ref _woken, 0) == 1 | Announce()))
        {
            TimeSpan next = _host.Time.NextDue is { } due && due < end ? due : end;
            if (next > Now)
                _host.Pacer?.Invoke(next);
            _host.Time.AdvanceTo(next);
            if (next == end)
            {
                Announce();
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Wake() => Interlocked.Exchange(ref _woken, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (Ports.Count > 0)
            Ports[^1].Dispose();
        while (Taps.Count > 0)
            Taps[^1].Dispose();
        while (Frames.Count > 0)
            Frames[^1].Dispose();
    }

    private static void CheckAdapter(NetworkAdapter? adapter)
    {
        if (adapter is not null && adapter.Index != SimNetworkHost.AdapterIndex)
            throw new NetworkException(NetworkFailure.NoSuchAdapter, $"there is no adapter {adapter.Name}");
    }

    /// <summary>Calls the handlers of all that can be read; a handler may open and close ports.</summary>
    private bool Announce()
    {
        bool any = false;
        for (int i = 0; i < Taps.Count; i++)
        {
            if (!Taps[i].IsReadable)
                continue;
            any = true;
            Taps[i].Announce();
        }
        for (int i = 0; i < Frames.Count; i++)
        {
            if (!Frames[i].IsReadable)
                continue;
            any = true;
            Frames[i].Announce();
        }
        for (int i = 0; i < Ports.Count; i++)
        {
            if (!Ports[i].IsReadable)
                continue;
            any = true;
            Ports[i].Announce();
        }
        return any;
    }

    private int FreePort(IPAddress address)
    {
        for (int tries = FirstFreePort; tries <= IPEndPoint.MaxPort; tries++)
        {
            int port = _nextFreePort;
            _nextFreePort = port == IPEndPoint.MaxPort ? FirstFreePort : port + 1;
            if (!IsTaken(address, port, shared: false))
                return port;
        }
        throw new NetworkException(NetworkFailure.PortTaken, "no UDP port is free");
    }

    private bool IsTaken(IPAddress address, int number, bool shared)
    {
        foreach (SimUdpPort port in _network.Ports)
        {
            if (port.Excludes(address, number, shared))
                return true;
        }
        return false;
    }
}
