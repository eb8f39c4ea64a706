using System.Collections.Immutable;
using Unbrick.Core.Events;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>A loader on a bench: the line, a power switch, and what was said.</summary>
internal sealed class Bench : IEventSink, IPowerSwitch
{
    private readonly Action _switch;

    public Bench(ISerialPort port, VirtualTime time, Action? power, ILoaderNetwork? network = null)
    {
        _switch = power ?? (() => { });
        Line = new LoaderLine(port, time);
        Loader = new LoaderBench(Line, this, time, power is null ? null : this) { Network = network };
    }

    public LoaderLine Line { get; }

    public LoaderBench Loader { get; }

    public List<UnbrickEvent> Said { get; } = [];

    public List<PowerAction> Switched { get; } = [];

    public LoaderResult Run(params ImmutableArray<ILoaderStep> steps) => new LoaderJob(Loader, steps).Run(TestContext.Current.CancellationToken);

    public void Publish(UnbrickEvent item) => Said.Add(item);

    public Task<string?> SwitchAsync(PowerAction action, CancellationToken ct)
    {
        Switched.Add(action);
        _switch();
        return Task.FromResult<string?>(null);
    }
}
