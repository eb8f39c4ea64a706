using System.CommandLine;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim.Consoles;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick sim console</c> was asked for.</summary>
internal sealed record SimConsoleWords(string Loader, string? Board, string? Faults, int? Tcp, int? Rfc2217, string? Terminal);

/// <summary><c>unbrick sim console</c>: a simulated boot loader on a serial port, for terminals and scripts.</summary>
internal static class SimConsoleCommand
{
    private const int UsualPort = 4003;

    public static Command Create(CliConsole console)
    {
        Option<string> loader = new("--loader")
        {
            Description = $"{string.Join(", ", ConsoleSims.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "ralink",
        };
        Option<string?> board = new("--board") { Description = "The board: \"flash=dump.bin&delay=3\" (docs/simulators.md).", HelpName = "SETTINGS" };
        Option<string?> fault = new("--fault") { Description = "What is wrong with the line: drop=0.1%,seed=7 (help faults).", HelpName = "FAULTS" };
        Option<int?> tcp = new("--tcp") { Description = $"TCP port on this machine, bytes only; {UsualPort} without it, 0 for a free one.", HelpName = "PORT" };
        Option<int?> rfc2217 = new("--rfc2217") { Description = "Instead: TCP port with the rate (RFC 2217).", HelpName = "PORT" };
        Option<string?> pty = new("--pty") { Description = "Instead: a serial port, as a link of this name.", HelpName = "LINK" };
        DocumentedCommand command = new("console", "A simulated boot loader on a serial line, for terminals and scripts; until Ctrl-C.")
        {
            Usage = ["sim console [--loader NAME] [--pty LINK] [OPTIONS]"],
            Examples = ["sim console --pty /tmp/ttyV0", "sim console --loader u-boot --board delay=5 --tcp 4003", "sim console --loader cfe --fault drop=0.1%,seed=7 --rfc2217 4004"],
            Related = ["help faults", "console"],
        };
        foreach (Option option in (Option[])[loader, board, fault, tcp, rfc2217, pty])
            command.Add(option);
        command.SetAction((parsed, ct) =>
        {
            SimConsoleWords words = new(
                parsed.GetValue(loader)!, parsed.GetValue(board), parsed.GetValue(fault), parsed.GetValue(tcp), parsed.GetValue(rfc2217), parsed.GetValue(pty));
            return SimRun.UntilStoppedAsync(console, stop => ServeAsync(words, console, stop), ct);
        });
        return command;
    }

    private static async Task ServeAsync(SimConsoleWords words, CliConsole console, CancellationToken ct)
    {
        int asked = SimRun.OnePort(words.Tcp, words.Rfc2217, words.Terminal, UsualPort);
        string address = $"{(words.Faults is null ? "" : $"fault:{words.Faults}:")}{ConsoleSims.Scheme}{words.Loader}{(words.Board is null ? "" : $"?{words.Board}")}";
        using LiveConsole board = new(ConsoleSims.OpenBench(address, console.Time), console.Time);
        if (words.Terminal is { } link)
        {
            using PseudoTerminal terminal = SimRun.Terminal(link);
            await TellAsync(words, console, "port", terminal.Path, $"picocom -b 115200 {SafeText.Show(link)}", ct);
            ReadSwitch(console, board, ct);
            await board.RunAsync(terminal, ct);
            return;
        }
        using LineListener listener = new(() => board, () => { }, console.Time, words.Rfc2217 is not null);
        int port = SimRun.Listen(listener, asked);
        string kind = words.Rfc2217 is null ? "tcp" : "rfc2217";
        await TellAsync(words, console, kind, $"127.0.0.1:{port}", $"unbrick console {kind}:127.0.0.1:{port}", ct);
        ReadSwitch(console, board, ct);
        await listener.RunAsync(ct);
    }

    private static async Task TellAsync(SimConsoleWords words, CliConsole console, string kind, string place, string attempt, CancellationToken ct)
    {
        SimRun.Tell(console, "loader", words.Loader);
        if (words.Faults is not null)
            SimRun.Tell(console, "faults", SafeText.Show(words.Faults));
        if (words.Terminal is { } link)
            SimRun.Tell(console, "link", SafeText.Show(link));
        SimRun.Tell(console, kind, place);
        SimRun.Tell(console, "try", attempt);
        if (console.In is not null)
            SimRun.Tell(console, "power", "Enter here switches the board off and on");
        await console.Out.FlushAsync(ct);
    }

    /// <summary>Each Enter at the terminal is the board's power switch. The thread waits for a line, and ends with the program.</summary>
    private static void ReadSwitch(CliConsole console, LiveConsole board, CancellationToken ct)
    {
        if (console.In is not { } keys)
            return;
        Thread reader = new(() =>
        {
            while (!ct.IsCancellationRequested && keys.ReadLine() is not null)
                board.PressPower();
        })
        {
            IsBackground = true,
            Name = "power switch",
        };
        reader.Start();
    }
}
