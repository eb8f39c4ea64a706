using System.Collections.Immutable;
using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick devices [NAME]</c>, <c>unbrick devices show NAME</c>: what is known, what it takes to get one back.</summary>
internal static class DevicesCommand
{
    private const int MostRows = 40;
    private const int WayColumn = 16;
    private const int WidestId = 36;

    public static Command Create(CliConsole console)
    {
        DocumentedCommand devices = new("devices", "Search the known devices, or show all that is known about one.")
        {
            Usage = ["devices [NAME...] [--json]", "devices show NAME... [--json]"],
            Examples = ["devices archer c7", "devices wr841nv9_tp_recovery.bin", "devices show archer-c7-v2"],
            Related = ["serve --help"],
        };
        Configure(devices, show: false, console);
        DocumentedCommand one = new("show", "Everything known about one device: ways back, addresses, files, flash map, serial console, sources.")
        {
            Usage = ["devices show NAME... [--json]"],
            Examples = ["devices show archer-c7-v2", "devices show xiaomi mi router 4a gigabit", "devices show tplink,archer-c7-v2 --json"],
            Related = ["serve --help"],
        };
        Configure(one, show: true, console);
        devices.Add(one);
        return devices;
    }

    private static void Configure(Command command, bool show, CliConsole console)
    {
        Argument<string[]> name = new("NAME")
        {
            Description = "Words of the name, the id, a board name (vendor,model) or a file name.",
            Arity = show ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        command.Add(name);
        command.Add(json);
        command.SetAction((parsed, ct) =>
        {
            string query = string.Join(' ', parsed.GetValue(name) ?? []);
            return RunAsync(new DevicesOptions(query, show, parsed.GetValue(json), DevicesOptions.DefaultUserFolder()), console, ct);
        });
    }

    public static Task<int> RunAsync(DevicesOptions options, CliConsole console, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        DeviceLibrary library = new(options.UserFolder);
        int exit = options.Show ? Show(library, options, console) : Search(library, options, console);
        if (!options.Json)
        {
            foreach (Problem problem in library.Problems)
                ProblemText.Write(console, problem);
        }
        return Task.FromResult(exit);
    }

    private static int Search(DeviceLibrary library, DevicesOptions options, CliConsole console)
    {
        DeviceSearch found = library.Find(options.Query);
        bool unknown = options.Query.Length > 0 && (found.Matches.IsEmpty || found.Matches[0].Kind >= MatchKind.NearFile);
        int exit = unknown ? ExitCode.NotFound : ExitCode.Done;
        if (options.Json)
        {
            ImmutableArray<FoundDevice> rows = [.. found.Matches.Select(match => Row(library, match))];
            CommandJson.WriteLine(console.Out, new DevicesResult(options.Query, library.Count, found.Best?.Id, rows)
            {
                Exit = exit,
                Diagnosis = unknown ? [Unknown(library, found), .. library.Problems] : library.Problems,
            });
        }
        else if (unknown)
        {
            ProblemText.Write(console, Unknown(library, found));
        }
        else if (options.Query.Length == 0)
        {
            console.Out.WriteLine($"{library.Count:N0} devices are known.");
            console.Out.WriteLine("Search:  unbrick devices archer c7");
            console.Out.WriteLine("One:     unbrick devices show archer-c7-v2");
        }
        else
        {
            WriteTable(library, found, console);
        }
        return exit;
    }

    private static FoundDevice Row(DeviceLibrary library, DeviceMatch match) => new(
        match.Id, match.Name, match.Soc, match.Kind, match.Reason, [.. Ways(library, match).Select(way => way.Mode).Distinct()]);

    private static int Show(DeviceLibrary library, DevicesOptions options, CliConsole console)
    {
        DeviceSearch found = library.Find(options.Query);
        DeviceProfile? device = found.Best is { } best ? library.Get(best.Id) : null;
        Problem? problem = device is not null ? null
            : found.Matches.IsEmpty || found.Matches[0].Kind >= MatchKind.NearFile ? Unknown(library, found) : Unclear(found);
        int exit = device is null ? ExitCode.NotFound : ExitCode.Done;
        if (options.Json)
        {
            CommandJson.WriteLine(console.Out, new DeviceResult(options.Query, device)
            {
                Exit = exit,
                Diagnosis = problem is null ? library.Problems : [problem, .. library.Problems],
            });
        }
        else if (device is not null)
        {
            DeviceSheet.Write(console, device);
        }
        else
        {
            ProblemText.Write(console, problem!);
        }
        return exit;
    }

    private static void WriteTable(DeviceLibrary library, DeviceSearch found, CliConsole console)
    {
        int width = PlainText.Columns(console.Width);
        ImmutableArray<DeviceMatch> rows = [.. found.Matches.Take(MostRows)];
        int id = Math.Min(rows.Max(m => m.Id.Length), WidestId), name = Math.Max(0, width - id - WayColumn - 4);
        console.Out.WriteLine($"{"ID".PadRight(id)}  {"NAME".PadRight(name)}  WAY BACK");
        foreach (DeviceMatch match in rows)
        {
            int room = Math.Max(0, name - Math.Max(0, match.Id.Length - id)); // an id is never cut: it has to be typed
            string shown = PlainText.Fit(match.Name, room, console.Unicode);
            console.Out.WriteLine($"{match.Id.PadRight(id)}  {shown}  {WayWord(Ways(library, match))}");
        }
        if (found.Matches.Length > rows.Length)
            console.Error.WriteLine($"{found.Matches.Length - rows.Length} more: add a word, such as the hardware version on the label.");
        if (found.Matches.Length > 1 && found.Best is { } best)
            console.Error.WriteLine($"{best.Id} {best.Reason}.");
        console.Error.WriteLine($"Details: unbrick devices show {found.Best?.Id ?? "ID"}");
    }

    private static ImmutableArray<RecoveryWay> Ways(DeviceLibrary library, DeviceMatch match) => library.Get(match.Id)?.Recovery ?? [];

    private static string WayWord(ImmutableArray<RecoveryWay> ways)
    {
        if (ways.IsEmpty)
            return "-";
        RecoveryWay way = ways.FirstOrDefault(w => w.IsServed) ?? ways[0];
        string word = way.Mode switch
        {
            RecoveryMode.TftpClient or RecoveryMode.DhcpThenTftp => "serve",
            RecoveryMode.BootMenu => "serve + menu",
            RecoveryMode.TftpServer => "put",
            RecoveryMode.Nmrp => "nmrp",
            _ => "web page",
        };
        return way.IsCurated ? word : $"{word} ({(way.Standing == FactStanding.Family ? "make" : "hint")})";
    }

    private static Problem Unknown(DeviceLibrary library, DeviceSearch found) => ProblemCatalogue.Create(
        ProblemCode.DeviceUnknown, Lines("did you mean", found), ("query", found.Query), ("count", $"{library.Count:N0}"));

    private static Problem Unclear(DeviceSearch found) => ProblemCatalogue.Create(
        ProblemCode.DeviceUnclear, Lines("fits", found),
        ("query", found.Query), ("count", $"{found.Matches.Length}"), ("example", found.Matches[0].Id));

    private static IEnumerable<string> Lines(string word, DeviceSearch found) =>
        found.Matches.Take(8).Select(m => $"{word} {m.Name} ({m.Id})" + (m.Kind == MatchKind.NearFile ? $", which {m.Reason}" : ""));
}
