using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim;
using Unbrick.Sim.Consoles;

namespace Unbrick.E2E.Lab;

/// <summary>
/// A simulated boot loader in real time, with its console on a pseudo-terminal and its Ethernet port at the far end of a real cable. It has no
/// power at first.
/// </summary>
internal sealed class SimulatedConsole : IAsyncDisposable
{
    private readonly ConsoleBench _bench;
    private readonly PseudoTerminal _terminal;
    private readonly SimulatedDevice _device;
    private readonly byte[] _buffer = new byte[4096];
    private int _cycles, _cycled;

    private SimulatedConsole(Cable cable, string address, string link)
    {
        _bench = ConsoleSims.OpenBench(address, new VirtualTime(DateTimeOffset.UnixEpoch));
        _terminal = PseudoTerminal.Create(link);
        _device = SimulatedDevice.Start(cable, new SimBench(_bench.Time, _bench.Device, _bench.Host), meanwhile: Pass);
    }

    /// <summary>The board; until <see cref="DisposeAsync"/> another thread works on it.</summary>
    public ConsoleDevice Board => _bench.Device;

    /// <summary>Puts it there.</summary>
    /// <param name="cable">The cable.</param>
    /// <param name="address">One of <c>sim:console/…?power=off</c>.</param>
    /// <param name="link">The name of its serial port.</param>
    public static SimulatedConsole Start(Cable cable, string address, string link) => new(cable, address, link);

    /// <summary>Switches it off and on, as a person does when asked.</summary>
    public void PowerCycle() => Interlocked.Increment(ref _cycles);

    /// <inheritdoc cref="SimulatedDevice.UntilAsync"/>
    public Task UntilAsync(Func<bool> seen, string what, TimeSpan limit) => _device.UntilAsync(seen, what, limit);

    public async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        _terminal.Dispose();
        _bench.Dispose();
    }

    private void Pass()
    {
        if (Volatile.Read(ref _cycles) > _cycled)
        {
            _cycled++;
            Board.PowerCycle();
        }
        if (_terminal.Baud is > 0 and int baud && baud != _bench.Port.Baud)
            _bench.Port.TrySetBaud(baud);
        int count = _terminal.Read(_buffer);
        if (count > 0)
            _bench.Port.Write(_buffer.AsSpan(0, count));
        if (_bench.Port.Read(_buffer, TimeSpan.Zero, out count) == Unbrick.Hardware.Serial.SerialRead.Data)
            _terminal.Write(_buffer.AsSpan(0, count));
    }
}
