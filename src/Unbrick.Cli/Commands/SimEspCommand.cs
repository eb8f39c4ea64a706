using System.CommandLine;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial.Linux;
using Unbrick.Sim;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick sim esp</c> was asked for.</summary>
internal sealed record SimEspWords(string Chip, string? Board, string? Image, string? Faults, int? Tcp, int? Rfc2217, string? Terminal, bool Paced);

/// <summary><c>unbrick sim esp</c>: a simulated ESP board on a TCP port, for esptool-js and others.</summary>
internal static class SimEspCommand
{
    private const int UsualPort = 4001;

    public static Command Create(CliConsole console)
    {
        Option<string> chip = new("--chip")
        {
            Description = $"{string.Join(", ", EspSims.Names)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => EspSims.Names[0],
        };
        Option<string?> board = new("--board") { Description = "The board: \"flash=1M&strap=low&modes=dout\" (docs/simulators.md).", HelpName = "SETTINGS" };
        Option<string?> image = new("--image") { Description = "File with the flash; made when missing, written when a client leaves.", HelpName = "FILE" };
        Option<string?> fault = new("--fault") { Description = "What is wrong: leftovers,flip=100ppm (help faults).", HelpName = "FAULTS" };
        Option<int?> tcp = new("--tcp") { Description = $"TCP port on this machine, bytes only; {UsualPort} without it, 0 for a free one.", HelpName = "PORT" };
        Option<int?> rfc2217 = new("--rfc2217") { Description = "Instead: TCP port with rate, DTR and RTS (RFC 2217).", HelpName = "PORT" };
        Option<string?> pty = new("--pty") { Description = "Instead: a serial port, as a link of this name.", HelpName = "LINK" };
        Option<bool> paced = new("--paced") { Description = "Bytes and flash take the time that they would take." };
        DocumentedCommand esp = new("esp", "A simulated ESP board on a TCP port, for esptool-js and others; until Ctrl-C.")
        {
            Usage = ["sim esp [--chip NAME] [--image FILE] [OPTIONS]"],
            Examples = ["sim esp", "sim esp --chip esp8285 --board strap=low --image plug.bin", "sim esp --chip esp32 --rfc2217 4002 --fault flip=100ppm,seed=3"],
            Related = ["help faults"],
        };
        foreach (Option option in (Option[])[chip, board, image, fault, tcp, rfc2217, pty, paced])
            esp.Add(option);
        esp.SetAction((parsed, ct) =>
        {
            SimEspWords words = new(
                parsed.GetValue(chip)!, parsed.GetValue(board), parsed.GetValue(image), parsed.GetValue(fault), parsed.GetValue(tcp),
                parsed.GetValue(rfc2217), parsed.GetValue(pty), parsed.GetValue(paced));
            return SimRun.UntilStoppedAsync(console, stop => SavedAsync(words, console, stop), ct);
        });
        return esp;
    }

    private static async Task SavedAsync(SimEspWords words, CliConsole console, CancellationToken ct)
    {
        try
        {
            await ServeAsync(words, console, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SimRun.Usage("sim-not-saved", "the flash could not be saved", e.Message, $"see that {SafeText.Show(words.Image ?? "")} can be written");
        }
    }

    private static async Task ServeAsync(SimEspWords words, CliConsole console, CancellationToken ct)
    {
        bool telnet = words.Rfc2217 is not null;
        int asked = SimRun.OnePort(words.Tcp, words.Rfc2217, words.Terminal, UsualPort);
        VirtualTime boardTime = new(console.Time.GetUtcNow());
        string settings = words.Board ?? "";
        string slow = telnet && !settings.Contains("rc=", StringComparison.Ordinal) ? "rc=80ms&" : ""; // DTR and RTS come one after the other there
        string address = $"{(words.Faults is null ? "" : $"fault:{words.Faults}:")}{EspSims.Scheme}{words.Chip}?{slow}{settings}";
        using EspBench bench = EspSims.OpenBench(address, boardTime, options => words.Image is null ? options : options with { Image = words.Image, Save = true });
        EspLine Open() => new(bench, boardTime, console.Time, words.Paced);
        if (words.Terminal is { } link)
        {
            using PseudoTerminal terminal = SimRun.Terminal(link);
            await TellAsync(words, bench, console, "port", terminal.Path, $"unbrick esp probe --port {terminal.Path}", ct);
            await new EspTerminal(bench, Open(), terminal, console.Time).RunAsync(ct);
            return;
        }
        using LineListener listener = new(Open, bench.Save, console.Time, telnet);
        int port = SimRun.Listen(listener, asked);
        string attempt = telnet ? $"esptool --port rfc2217://127.0.0.1:{port} --no-stub flash-id" : $"unbrick esp probe --port tcp:127.0.0.1:{port}";
        await TellAsync(words, bench, console, telnet ? "rfc2217" : "tcp", $"127.0.0.1:{port}", attempt, ct);
        await listener.RunAsync(ct);
    }

    private static async Task TellAsync(SimEspWords words, EspBench bench, CliConsole console, string kind, string place, string attempt, CancellationToken ct)
    {
        string mac = Convert.ToHexStringLower(bench.Board.Mac.Span);
        SimRun.Tell(console, "chip", $"{words.Chip}, MAC {mac}, flash {ByteText.Exact(bench.Board.Flash.Model.Size)}");
        SimRun.Tell(console, "image", words.Image is null ? "none: erased, and forgotten at the end" : SafeText.Show(words.Image));
        if (words.Faults is not null)
            SimRun.Tell(console, "faults", SafeText.Show(words.Faults));
        if (words.Terminal is { } link)
            SimRun.Tell(console, "link", SafeText.Show(link));
        SimRun.Tell(console, kind, place);
        SimRun.Tell(console, "try", attempt);
        await console.Out.FlushAsync(ct);
    }
}
