using System.CommandLine;
using Unbrick.Cli.Demos;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Serve;
using Unbrick.Sim;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick serve</c>: bring a device back over its own network recovery.</summary>
internal static class ServeCommand
{
    public static Command Create(CliConsole console)
    {
        Argument<string[]> what = new("DEVICE IMAGE") { Description = "Device (see 'unbrick devices') and image, or image alone.", Arity = new ArgumentArity(0, 2) };
        Option<string?> root = new("--root") { Description = "Serve the files of this folder.", HelpName = "DIR" };
        Option<string?> adapter = new("--interface") { Description = "Adapter with the device (also sim:...).", HelpName = "IF" };
        Option<string?> address = new("--address") { Description = "Address to have there while it runs.", HelpName = "A/LEN" };
        Option<bool> noDhcp = new("--no-dhcp") { Description = "Answer no DHCP or BOOTP." };
        Option<string?> pool = new("--dhcp-pool") { Description = "Addresses to give away.", HelpName = "A-B" };
        Option<string?> bootFile = new("--boot-file") { Description = "The file name that DHCP tells.", HelpName = "NAME" };
        Option<int> port = new("--port") { Description = "TFTP request port; 69 without it.", HelpName = "N", DefaultValueFactory = _ => 69 };
        Option<bool> singlePort = new("--single-port") { Description = "All packets from that port, for firewalls." };
        Option<string> until = new("--until") { Description = "Until it has its file, or forever (for a folder).", HelpName = "done|forever" };
        until.AcceptOnlyFromAmong("done", "forever");
        Option<bool> anyName = new("--any-name") { Description = "The folder's only file goes out as any name." };
        Option<bool> anyway = new("--anyway") { Description = "Serve although a check said no." };
        Option<bool> yes = new("--yes") { Description = "Answer questions with yes." };
        Option<bool> noHostChanges = new("--no-host-changes") { Description = "Touch neither addresses nor adapters." };
        Option<string?> uploads = new("--uploads") { Description = "Take files that devices send in here.", HelpName = "DIR" };
        Option<int> rollOver = new("--rollover") { Description = "Block after 65535: 0, or 1 for a few old ROMs.", HelpName = "0|1" };
        rollOver.AcceptOnlyFromAmong("0", "1");
        Option<int?> watch = new("--watch") { Description = "Seconds to watch for the device's return.", HelpName = "S" };
        Option<string?> put = new("--put") { Description = "Send it to a device that takes files (ASUS, CFE).", HelpName = "[ADDRESS]", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> deviceMac = new("--device-mac") { Description = "With --put: a loader that answers no ARP.", HelpName = "MAC" };
        Option<bool> nmrp = new("--nmrp") { Description = "Netgear's recovery: call the device, send it." };
        Option<string?> pace = new("--pace") { Description = "No faster than this (10M bits/s), for weak chips.", HelpName = "RATE" };
        Option<string?> region = new("--region") { Description = "With --nmrp: a region, which it keeps for good.", HelpName = "NAME" };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout." };
        DocumentedCommand serve = new("serve", "Bring a device back over its own network recovery (DHCP/BOOTP and TFTP).")
        {
            Usage = ["serve [DEVICE] IMAGE [OPTIONS]", "serve --root DIR [OPTIONS]"],
            Examples =
            [
                "serve archer-c7-v2 ArcherC7v2_factory.bin",
                "serve --root /srv/tftp --interface eth0",
                "serve firmware.bin --put 192.168.1.1",
                "serve netgear_r6220 R6220-V1.1.0.114.img --nmrp",
                "serve archer-c7-v2 x.bin --interface sim:router/archer-c7-v2",
            ],
            Related = ["demo --help", "help permissions"],
        };
        serve.Add(what);
        Option[] options =
        [
            root, adapter, address, noDhcp, pool, bootFile, port, singlePort, until, anyName, anyway, yes, noHostChanges, uploads, rollOver, watch, pace, put, deviceMac, nmrp, region, json,
        ];
        foreach (Option option in options)
            serve.Add(option);
        serve.SetAction((parsed, ct) =>
        {
            string[] words = parsed.GetValue(what) ?? [];
            string? folder = parsed.GetValue(root);
            ServeWords typed = new(
                words, folder, parsed.GetValue(adapter), parsed.GetValue(address), parsed.GetValue(pool), parsed.GetValue(bootFile),
                parsed.GetValue(port), parsed.GetValue(until) ?? (folder is null ? "done" : "forever"), parsed.GetValue(uploads), parsed.GetValue(watch))
            {
                Put = parsed.GetResult(put) is not null,
                PutAddress = parsed.GetValue(put),
                DeviceMac = parsed.GetValue(deviceMac),
                Region = parsed.GetValue(region),
                Pace = parsed.GetValue(pace),
            };
            return RunAsync(
                typed,
                new ServeOptions
                {
                    Dhcp = parsed.GetValue(noDhcp) ? false : null,
                    SinglePort = parsed.GetValue(singlePort),
                    AnyName = parsed.GetValue(anyName),
                    Anyway = parsed.GetValue(anyway),
                    NoHostChanges = parsed.GetValue(noHostChanges),
                    RollOverTo = parsed.GetValue(rollOver),
                    Nmrp = parsed.GetValue(nmrp),
                },
                parsed.GetValue(yes), parsed.GetValue(json), console, ct);
        });
        return serve;
    }

    public static async Task<int> RunAsync(ServeWords typed, ServeOptions flags, bool yes, bool json, CliConsole console, CancellationToken ct)
    {
        ServeOptions options;
        try
        {
            options = typed.Apply(flags);
        }
        catch (UnbrickException e)
        {
            ProblemText.Write(console, e.Problem);
            if (json)
                console.Out.WriteLine(EventJson.ToLine(new ServeResult("failed", 0, [e.Problem]) { Exit = e.ExitCode }));
            return e.ExitCode;
        }
        string subject = options.Device ?? (options.Image is null ? "folder" : Path.GetFileNameWithoutExtension(options.Image));
        IAsk? ask = yes ? new YesToAll() : console.In is TextReader keyboard && !json ? new TerminalAsk(keyboard) : null;
        if (options.Interface is string name && SimCatalogue.IsSim(name))
            return await ServeSimulatedAsync(subject, name, options, ask, json, console, ct);
        JobRunner runner = new(console, json, console.Time);
        return await runner.RunAsync(subject, (events, stop) => Serve(events, options, ask, console.StateFolder, runner.Capture, stop), ct);
    }

    private static ServeResult Serve(
        IEventSink events, ServeOptions options, IAsk? ask, string stateFolder, WireCapture? capture, CancellationToken ct)
    {
        INetworkHost network = SystemNetworkHost.Create(OpenStack);
        HostJournal journal = new(Path.Combine(stateFolder, "host-changes.jsonl"), SystemProcessTable.Create(), TimeProvider.System);
        Workbench bench = new(network, new DeviceLibrary(UserFolders.Devices), events, journal, new Random(Environment.TickCount), ask) { Capture = capture };
        return NetworkRecovery.Run(bench, options, ct);
    }

    /// <summary>UNBRICK_STACK=portable takes the sockets that every system has, to compare the two.</summary>
    private static INetworkStack OpenStack() =>
        OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("UNBRICK_STACK") != "portable"
            ? new LinuxNetworkStack(TimeProvider.System)
            : new SocketNetworkStack(TimeProvider.System);

    private static Task<int> ServeSimulatedAsync(
        string subject, string address, ServeOptions options, IAsk? ask, bool json, CliConsole console, CancellationToken ct)
    {
        VirtualTime time = new(console.Time.GetUtcNow());
        JobRunner runner = new(console, json, time);
        return runner.RunAsync(subject, (events, stop) =>
        {
            SimBench bench = SimCatalogue.Open(address, time);
            bench.Host.Pacer = new Pacer(Pacer.Realtime, stop).Pace;
            Workbench workbench = new(bench.Host, new DeviceLibrary(UserFolders.Devices), events, Journal: null, new Random(1), ask) { Capture = runner.Capture };
            return NetworkRecovery.Run(workbench, options with { Interface = null }, stop);
        }, ct);
    }
}
