using System.Diagnostics;
using Unbrick.E2E.Native;
using Unbrick.Net.Host;
using Unbrick.Sim;
using Unbrick.Sim.Devices;

namespace Unbrick.E2E.Lab;

/// <summary>
/// A simulated device at the far end of a real cable, in real time: what a program on the other machine sends reaches it through two kernels, and
/// its own link is the cable's. The far machine has no address then; its kernel says nothing.
/// </summary>
internal sealed class SimulatedDevice : IAsyncDisposable
{
    private static readonly TimeSpan s_longestNap = TimeSpan.FromMilliseconds(20), s_shortNap = TimeSpan.FromMilliseconds(3);
    private static readonly ushort[] s_types = [0x0800, 0x0806, 0x0912];

    private readonly Thread _thread;
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _buffer = new byte[2048];
    private readonly Cable _cable;
    private readonly SimBench _bench;
    private Exception? _failure;

    private readonly bool _behindSwitch;
    private readonly Action? _meanwhile;

    private SimulatedDevice(Cable cable, SimBench bench, bool behindSwitch, Action? meanwhile)
    {
        (_cable, _bench, _behindSwitch, _meanwhile) = (cable, bench, behindSwitch, meanwhile);
        _thread = new Thread(Run) { IsBackground = true, Name = "simulated device" };
    }

    /// <summary>The device; until <see cref="DisposeAsync"/> another thread works on it.</summary>
    public SimDevice Device => _bench.Device;

    /// <summary>
    /// Puts a device of the catalogue there; it gets power a second later, or when its address says. Behind a switch its link may fall and rise,
    /// that of the cable stays.
    /// </summary>
    public static SimulatedDevice Start(Cable cable, string address, bool behindSwitch = false)
    {
        return Start(cable, SimCatalogue.Open(address, new VirtualTime(DateTimeOffset.UnixEpoch)), behindSwitch);
    }

    /// <summary>Puts a device there; what is to be done meanwhile is done on its thread, some hundred times a second.</summary>
    public static SimulatedDevice Start(Cable cable, SimBench bench, bool behindSwitch = false, Action? meanwhile = null)
    {
        SimulatedDevice device = new(cable, bench, behindSwitch, meanwhile);
        device._thread.Start();
        return device;
    }

    /// <summary>Waits for something that the device shows.</summary>
    public async Task UntilAsync(Func<bool> seen, string what, TimeSpan limit)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!seen())
        {
            Assert.True(_thread.IsAlive, $"the device ended: {_failure}");
            Assert.True(waited.Elapsed < limit, $"no {what} within {limit.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        Assert.Null(_failure);
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        try
        {
            NetworkSpace.Enter(_cable.Device.Name);
            INetworkHost machine = SystemNetworkHost.Create(() => new LinuxNetworkStack(TimeProvider.System));
            NetworkAdapter socket = machine.Adapters().Single(a => a.Name == Cable.Adapter);
            using INetworkStack real = machine.OpenStack();
            using INetworkStack simulated = _bench.Host.OpenStack();
            foreach (ushort type in s_types)
                Join(real, socket, simulated, type);
            Work(machine, real, simulated);
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }

    /// <summary>What one side hears, the other side sends.</summary>
    private void Join(INetworkStack real, NetworkAdapter socket, INetworkStack simulated, ushort type)
    {
        IFramePort? inner = null;
        IFramePort outer = real.OpenFrames(socket, type, port => Pass(port, inner!));
        inner = simulated.OpenFrames(_bench.Host.Adapters()[0], type, port => Pass(port, outer));
    }

    private void Pass(IFramePort from, IFramePort to)
    {
        while (from.TryReceive(_buffer, out int length))
            to.Send(_buffer.AsSpan(0, length));
    }

    private void Work(INetworkHost machine, INetworkStack real, INetworkStack simulated)
    {
        TimeSpan began = real.Now;
        bool up = true;
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan now = real.Now - began;
            while (simulated.Now < now)
                simulated.Poll(now - simulated.Now);
            if (Device.Link != up && !_behindSwitch)
            {
                up = Device.Link;
                if (up)
                    machine.Enable(Cable.Adapter);
                else
                    machine.Disable(Cable.Adapter);
            }
            _meanwhile?.Invoke();
            TimeSpan longest = _meanwhile is null ? s_longestNap : s_shortNap;
            TimeSpan nap = (_bench.Time.NextDue ?? TimeSpan.MaxValue) - simulated.Now;
            real.Poll(nap > longest ? longest : nap > TimeSpan.Zero ? nap : TimeSpan.Zero);
        }
    }
}
