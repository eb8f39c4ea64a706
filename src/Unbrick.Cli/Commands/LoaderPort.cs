using System.Collections.Immutable;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Events;
using Unbrick.Hardware.Serial;
using Unbrick.Net.Host;
using Unbrick.Recovery.Lines;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Sim.Consoles;

namespace Unbrick.Cli.Commands;

/// <summary>Where a boot loader is, and what is around it: power, network, and where the bytes of its line are kept.</summary>
/// <param name="Port">The port, as it was typed.</param>
internal sealed record LoaderPort(string Port)
{
    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(30);

    /// <summary>What switches the device, as it was typed; null for a person, or for the simulated board itself.</summary>
    public string? Power { get; init; }

    /// <summary>The PC's address for a simulated board's cable; null for the usual one.</summary>
    public AdapterAddress? Address { get; init; }

    /// <summary>The address that the device is to take; null for one beside the PC's.</summary>
    public string? DeviceAddress { get; init; }

    /// <summary>Our server for a real device; null for none.</summary>
    public Func<ILoaderNetwork>? Network { get; init; }

    /// <summary>The folder that keeps every byte; null for none.</summary>
    public string? Record { get; init; }

    /// <summary>The rate is looked for first.</summary>
    public bool FindsRate { get; init; }

    /// <summary>Carries steps out there.</summary>
    public LoaderResult Run(ImmutableArray<ILoaderStep> steps, IEventSink events, CliConsole console, CancellationToken ct)
    {
        if (ConsoleSims.IsSim(Port) && Power is null)
        {
            using SimulatedBoardLine board = new(Port, console.Time, Address, DeviceAddress);
            return Run(board.Port, board.Time, board, board, steps, events, ct);
        }
        TimeProvider time = Ports.Clock(Port, console.Time);
        using ISerialPort port = Ports.Open(Port, time);
        return Run(port, time, CommandPower.Of(Power), Network?.Invoke(), steps, events, ct);
    }

    private LoaderResult Run(
        ISerialPort port, TimeProvider time, IPowerSwitch? supply, ILoaderNetwork? network, ImmutableArray<ILoaderStep> steps, IEventSink events, CancellationToken ct)
    {
        using ConsoleRecord record = ConsoleRecord.Create(Record);
        long started = time.GetTimestamp();
        if (FindsRate)
            FindRate(port, time, supply, events, Keep, ct);
        return new LoaderJob(new LoaderBench(new LoaderLine(port, time, Keep), events, time, supply) { Network = network }, steps).Run(ct);

        void Keep(ReadOnlyMemory<byte> bytes, bool isOurs)
        {
            if (isOurs)
                record.Out(bytes.Span, time.GetElapsedTime(started), port.Baud);
            else
                record.In(bytes.Span, time.GetElapsedTime(started), port.Baud);
        }
    }

    /// <summary>Tunes the port to the rate that what comes is text at; leaves it at the usual one when there is none.</summary>
    private static void FindRate(ISerialPort port, TimeProvider time, IPowerSwitch? supply, IEventSink events, Action<ReadOnlyMemory<byte>, bool> keep, CancellationToken ct)
    {
        if (!port.Info.HasRate)
            return;
        Task<string?>? on = supply?.SwitchAsync(PowerAction.On, ct);
        LineFinder finder = new(port, time)
        {
            Heard = (bytes, _) => keep(bytes, false),
            Typed = key => keep(new[] { key }, true),
            PowerCycle = () => on = supply?.SwitchAsync(PowerAction.Cycle, ct),
        };
        int? baud = finder.Run(new LineSearch(new LineSearchOptions { MayType = true, HasRate = true, Limit = s_search }), ct)?.Baud;
        events.Publish(new Note("rate", baud is null ? "no rate was found at which it is text" : $"{baud} baud"));
        port.TrySetBaud(baud ?? SerialAddress.UsualBaud);
    }
}
