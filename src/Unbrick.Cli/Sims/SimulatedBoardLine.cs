using System.Net;
using Unbrick.Net.Host;
using Unbrick.Recovery.Loaders;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.Cli.Sims;

/// <summary>A simulated board as a bench for jobs: its own clock, which jumps where a real one would be waited for, its power switch, and a server on its cable.</summary>
internal sealed class SimulatedBoardLine : IPowerSwitch, ILoaderNetwork, IDisposable
{
    private const byte UsualHost = 123;

    private readonly ConsoleBench _bench;
    private readonly AdapterAddress _address;

    /// <summary>Sets it up.</summary>
    /// <param name="address">One of <c>sim:console/…</c>.</param>
    /// <param name="time">Where its clock begins.</param>
    /// <param name="pc">The PC's address on its cable; null for the usual one.</param>
    /// <param name="device">The address that it is told to take; null for one beside that.</param>
    public SimulatedBoardLine(string address, TimeProvider time, AdapterAddress? pc, string? device)
    {
        Time = new VirtualTime(time.GetUtcNow());
        _bench = ConsoleSims.OpenBench(address, Time);
        _address = pc ?? new AdapterAddress(new IPAddress([192, 168, 31, 2]), 24);
        Device = device ?? Neighbor(_address.Address);
    }

    /// <summary>Its clock.</summary>
    public VirtualTime Time { get; }

    /// <summary>Its serial port.</summary>
    public ConsolePort Port => _bench.Port;

    public string Server => _address.Address.ToString();

    public string Device { get; }

    /// <summary>An address of the same network for the device.</summary>
    public static string Neighbor(IPAddress pc)
    {
        byte[] device = pc.GetAddressBytes();
        device[^1] = (byte)(device[^1] == UsualHost ? UsualHost + 1 : UsualHost);
        return new IPAddress(device).ToString();
    }

    public IDisposable Serve(string name, ReadOnlyMemory<byte> content, CancellationToken ct) => new ConsoleFileServer(_bench, name, content, _address);

    public ILoaderInbox Take(string name, long length, CancellationToken ct) => new Inbox(new ConsoleFileServer(_bench, name, default, _address, length));

    public Task<string?> SwitchAsync(PowerAction action, CancellationToken ct)
    {
        if (action == PowerAction.On)
            _bench.Device.PowerOn();
        else
            _bench.Device.PowerCycle();
        return Task.FromResult<string?>(null);
    }

    public void Dispose() => _bench.Dispose();

    private sealed class Inbox(ConsoleFileServer server) : ILoaderInbox
    {
        public ReadOnlyMemory<byte>? Arrived => server.Taken;

        public void Dispose() => server.Dispose();
    }
}
