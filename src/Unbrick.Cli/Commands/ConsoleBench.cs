using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Cli.Commands;

/// <summary>The options that all work on a boot loader has, and how it is run: port, power, and a network for what it fetches.</summary>
internal sealed class ConsoleBench
{
    private readonly Option<string> _port = new("--port", "-p") { Description = "/dev/ttyX[:BAUD], tcp:HOST:PORT, rfc2217:..., sim:console/...", HelpName = "P", Required = true };
    private readonly Option<string?> _power = new("--power") { Description = "Switches the device: a command (on, cycle), or unix:SOCKET.", HelpName = "CMD" };
    private readonly Option<string?> _adapter = new("--interface") { Description = "Adapter with the device, for TFTP.", HelpName = "IF" };
    private readonly Option<string?> _address = new("--address") { Description = "Address to have there while it runs.", HelpName = "A/LEN" };
    private readonly Option<string?> _deviceAddress = new("--device-address") { Description = "Address that the device takes.", HelpName = "A" };
    private readonly Option<bool> _noHostChanges = new("--no-host-changes") { Description = "Touch neither addresses nor adapters." };
    private readonly Option<bool> _json = new("--json") { Description = "Events as JSON lines on stdout." };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">It.</param>
    /// <param name="network">Whether it may fetch files.</param>
    public void AddTo(Command command, bool network = false)
    {
        command.Add(_port);
        command.Add(_power);
        foreach (Option option in network ? [_adapter, _address, _deviceAddress, _noHostChanges] : (Option[])[])
            command.Add(option);
        command.Add(_json);
    }

    /// <summary>Whether events go out as JSON, so that nobody can be asked.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Runs steps.</summary>
    public Task<int> RunAsync(ParseResult parsed, string subject, Func<ImmutableArray<ILoaderStep>> steps, CliConsole console, CancellationToken ct) =>
        RunAsync(parsed, subject, (_, _) => steps(), console, ct);

    /// <summary>Runs steps that are made when the job has begun; null for a plan that was only to be shown.</summary>
    public Task<int> RunAsync(
        ParseResult parsed, string subject, Func<IEventSink, CancellationToken, ImmutableArray<ILoaderStep>?> steps, CliConsole console, CancellationToken ct)
    {
        JobRunner runner = new(console, parsed.GetValue(_json), console.Time);
        return runner.RunAsync(subject, (events, stop) =>
        {
            AdapterAddress? pc = Address(parsed);
            if (steps(events, stop) is not { } made)
                return new LoaderResult("planned", [], []) { Exit = ExitCode.Done };
            LoaderPort at = new(parsed.GetValue(_port)!)
            {
                Power = parsed.GetValue(_power),
                Address = pc,
                DeviceAddress = parsed.GetValue(_deviceAddress),
                Record = runner.SessionPath,
                Network = pc is AdapterAddress own ? () => Network(parsed, own, events, console) : null,
            };
            return at.Run(made, events, console, stop);
        }, ct);
    }

    /// <summary>A number as people write addresses: 0x prefix or decimal, with K and M.</summary>
    public static long? Number(string? text)
    {
        if (text is null)
            return null;
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        long unit = hex ? 1 : text[^1..] switch { "K" or "k" => 1 << 10, "M" or "m" => 1 << 20, _ => 1 };
        string digits = hex ? text[2..] : unit > 1 ? text[..^1] : text;
        NumberStyles style = hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return long.TryParse(digits, style, CultureInfo.InvariantCulture, out long number) && number >= 0 ? number * unit : null;
    }

    private AdapterAddress? Address(ParseResult parsed)
    {
        if (parsed.GetValue(_address) is not string text)
            return null;
        string[] parts = text.Split('/');
        int length = 24;
        bool fits = parts.Length <= 2 && IPAddress.TryParse(parts[0], out _) && (parts.Length < 2 || int.TryParse(parts[1], out length));
        return fits
            ? new AdapterAddress(IPAddress.Parse(parts[0]), length)
            : throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.AddressInvalid, [text], ("address", text)), ExitCode.Usage);
    }

    private ServedFiles Network(ParseResult parsed, AdapterAddress pc, IEventSink events, CliConsole console)
    {
        INetworkHost network = SystemNetworkHost.Create(() =>
            OperatingSystem.IsLinux() ? new LinuxNetworkStack(TimeProvider.System) : new SocketNetworkStack(TimeProvider.System));
        HostJournal journal = new(Path.Combine(console.StateFolder, "host-changes.jsonl"), SystemProcessTable.Create(), TimeProvider.System);
        Workbench bench = new(network, new DeviceLibrary(UserFolders.Devices), events, journal, new Random(Environment.TickCount));
        ServeOptions options = new()
        {
            Interface = parsed.GetValue(_adapter),
            Address = pc,
            NoHostChanges = parsed.GetValue(_noHostChanges),
        };
        return new ServedFiles(bench, options, parsed.GetValue(_deviceAddress) ?? SimulatedBoardLine.Neighbor(pc.Address));
    }
}
