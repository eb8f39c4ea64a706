using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Lines;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Cli.Commands;

/// <summary>The options that all work on a boot loader has, and how it is run: port, power, and a network for what it fetches.</summary>
internal sealed class ConsoleBench
{
    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(30);

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

    /// <summary>Runs steps.</summary>
    public Task<int> RunAsync(ParseResult parsed, string subject, Func<ImmutableArray<ILoaderStep>> steps, CliConsole console, CancellationToken ct)
    {
        JobRunner runner = new(console, parsed.GetValue(_json), console.Time);
        return runner.RunAsync(subject, (events, stop) =>
        {
            ImmutableArray<ILoaderStep> made = steps();
            ILoaderNetwork? network = Network(parsed, events, console);
            return Run(parsed.GetValue(_port)!, parsed.GetValue(_power), made, network, events, console, stop);
        }, ct);
    }

    /// <summary>Runs steps on a port.</summary>
    public static LoaderResult Run(
        string address, string? power, ImmutableArray<ILoaderStep> steps, ILoaderNetwork? network, IEventSink events, CliConsole console, CancellationToken ct,
        bool findRate = false)
    {
        TimeProvider time = Ports.Clock(address, console.Time);
        using ISerialPort port = Ports.Open(address, time);
        IPowerSwitch? supply = Power(power);
        if (findRate)
            FindRate(port, supply, events, time, ct);
        return new LoaderJob(new LoaderBench(new LoaderLine(port, time), events, time, supply) { Network = network }, steps).Run(ct);
    }

    /// <summary>Tunes the port to the rate that what comes is text at; leaves it at the usual one when there is none.</summary>
    private static void FindRate(ISerialPort port, IPowerSwitch? supply, IEventSink events, TimeProvider time, CancellationToken ct)
    {
        if (!port.Info.HasRate)
            return;
        Task<string?>? on = supply?.SwitchAsync(PowerAction.On, ct);
        LineFinder finder = new(port, time) { PowerCycle = () => on = supply?.SwitchAsync(PowerAction.Cycle, ct) };
        int? baud = finder.Run(new LineSearch(new LineSearchOptions { MayType = true, HasRate = true, Limit = s_search }), ct)?.Baud;
        events.Publish(new Note("rate", baud is null ? "no rate was found at which it is text" : $"{baud} baud"));
        port.TrySetBaud(baud ?? SerialAddress.UsualBaud);
    }

    /// <summary>A command, or a socket.</summary>
    public static IPowerSwitch? Power(string? text) => text switch
    {
        null => null,
        _ when text.StartsWith("unix:", StringComparison.Ordinal) => new SocketPower(text["unix:".Length..]),
        _ => new CommandPower(text),
    };

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

    private ServedFiles? Network(ParseResult parsed, IEventSink events, CliConsole console)
    {
        if (parsed.GetValue(_address) is not string text)
            return null;
        string[] parts = text.Split('/');
        if (!IPAddress.TryParse(parts[0], out IPAddress? address) || parts.Length > 2)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.AddressInvalid, [text], ("address", text)), ExitCode.Usage);
        int length = parts.Length == 2 && int.TryParse(parts[1], out int given) ? given : 24;
        INetworkHost network = SystemNetworkHost.Create(() =>
            OperatingSystem.IsLinux() ? new LinuxNetworkStack(TimeProvider.System) : new SocketNetworkStack(TimeProvider.System));
        HostJournal journal = new(Path.Combine(console.StateFolder, "host-changes.jsonl"), SystemProcessTable.Create(), TimeProvider.System);
        Workbench bench = new(network, new DeviceLibrary(UserFolders.Devices), events, journal, new Random(Environment.TickCount));
        ServeOptions options = new()
        {
            Interface = parsed.GetValue(_adapter),
            Address = new AdapterAddress(address, length),
            NoHostChanges = parsed.GetValue(_noHostChanges),
        };
        byte[] device = address.GetAddressBytes();
        device[3] = (byte)(device[3] == 123 ? 124 : 123);
        return new ServedFiles(bench, options, parsed.GetValue(_deviceAddress) ?? new IPAddress(device).ToString());
    }

    /// <summary>A command of the user's that switches the device: <c>on</c> or <c>cycle</c> is its last word.</summary>
    private sealed class CommandPower(string command) : IPowerSwitch
    {
        public async Task<string?> SwitchAsync(PowerAction action, CancellationToken ct)
        {
            string word = action == PowerAction.On ? "on" : "cycle";
            ProcessStartInfo start = OperatingSystem.IsWindows()
                ? new("cmd.exe", ["/d", "/c", $"{command} {word}"])
                : new("/bin/sh", ["-c", $"{command} \"$1\"", "sh", word]);
            try
            {
                using Process process = Process.Start(start)!;
                await process.WaitForExitAsync(ct);
                return process.ExitCode == 0 ? null : $"{command} {word} ended with {process.ExitCode}";
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or OperationCanceledException)
            {
                return e.Message;
            }
        }
    }
}
