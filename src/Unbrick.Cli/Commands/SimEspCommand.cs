using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;
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
    private const int Column = 11;

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
        esp.SetAction((parsed, ct) => RunAsync(
            new SimEspWords(
                parsed.GetValue(chip)!, parsed.GetValue(board), parsed.GetValue(image), parsed.GetValue(fault), parsed.GetValue(tcp),
                parsed.GetValue(rfc2217), parsed.GetValue(pty), parsed.GetValue(paced)),
            console, ct));
        return esp;
    }

    public static async Task<int> RunAsync(SimEspWords words, CliConsole console, CancellationToken ct)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await ServeAsync(words, console, stop.Token);
            return ExitCode.Done;
        }
        catch (UnbrickException e)
        {
            ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            UnbrickException problem = Usage("sim-not-saved", "the flash could not be saved", e.Message, $"see that {SafeText.Show(words.Image ?? "")} can be written");
            ProblemText.Write(console, problem.Problem);
            return problem.ExitCode;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task ServeAsync(SimEspWords words, CliConsole console, CancellationToken ct)
    {
        if ((words.Tcp is null ? 0 : 1) + (words.Rfc2217 is null ? 0 : 1) + (words.Terminal is null ? 0 : 1) > 1)
            throw Usage("sim-bad-value", "a board has one line", "more than one of --tcp, --rfc2217 and --pty", "take one of them");
        bool telnet = words.Rfc2217 is not null;
        int asked = words.Rfc2217 ?? words.Tcp ?? UsualPort;
        if (asked is < 0 or > 65_535)
            throw Usage("sim-bad-value", $"there is no port {asked}", "ports are 0 to 65535", "leave it away, or take 0 for a free port");
        VirtualTime boardTime = new(console.Time.GetUtcNow());
        string settings = words.Board ?? "";
        string slow = telnet && !settings.Contains("rc=", StringComparison.Ordinal) ? "rc=80ms&" : ""; // DTR and RTS come one after the other there
        string address = $"{(words.Faults is null ? "" : $"fault:{words.Faults}:")}{EspSims.Scheme}{words.Chip}?{slow}{settings}";
        using EspBench bench = EspSims.OpenBench(address, boardTime, options => words.Image is null ? options : options with { Image = words.Image, Save = true });
        EspLine Open() => new(bench, boardTime, console.Time, words.Paced);
        if (words.Terminal is { } link)
        {
            using PseudoTerminal terminal = Terminal(link);
            await TellAsync(words, bench, console, "port", SafeText.Show(link), $"unbrick esp probe --port {SafeText.Show(link)}", ct);
            await new EspTerminal(bench, Open(), terminal, console.Time).RunAsync(ct);
            return;
        }
        using EspListener listener = new(bench, Open, console.Time, telnet);
        int port;
        try
        {
            port = listener.Start(asked);
        }
        catch (SocketException e)
        {
            throw Usage("sim-port", $"port {asked} cannot be opened", $"127.0.0.1:{asked}: {e.SocketErrorCode}", "take another one, or 0 for a free one");
        }
        string attempt = telnet ? $"esptool --port rfc2217://127.0.0.1:{port} --no-stub flash-id" : $"unbrick esp probe --port tcp:127.0.0.1:{port}";
        await TellAsync(words, bench, console, telnet ? "rfc2217" : "tcp", $"127.0.0.1:{port}", attempt, ct);
        await listener.RunAsync(ct);
    }

    private static PseudoTerminal Terminal(string link)
    {
        try
        {
            return PseudoTerminal.Create(link);
        }
        catch (SerialPortException e)
        {
            throw Usage("sim-port", "the serial port cannot be made", $"{SafeText.Show(link)}: {e.Message}", "take another name, or --tcp");
        }
    }

    private static async Task TellAsync(SimEspWords words, EspBench bench, CliConsole console, string kind, string place, string attempt, CancellationToken ct)
    {
        int width = PlainText.Columns(console.Width);
        string mac = Convert.ToHexStringLower(bench.Board.Mac.Span);
        PlainText.Write(console.Out, "chip", $"{words.Chip}, MAC {mac}, flash {ByteText.Exact(bench.Board.Flash.Model.Size)}", Column, width);
        PlainText.Write(console.Out, "image", words.Image is null ? "none: erased, and forgotten at the end" : SafeText.Show(words.Image), Column, width);
        if (words.Faults is not null)
            PlainText.Write(console.Out, "faults", SafeText.Show(words.Faults), Column, width);
        PlainText.Write(console.Out, kind, place, Column, width);
        PlainText.Write(console.Out, "try", attempt, Column, width);
        await console.Out.FlushAsync(ct);
    }

    private static UnbrickException Usage(string code, string title, string seen, string attempt) =>
        new(new Problem(code, Severity.Error, title, [seen], "the simulated board is not there for other programs", [attempt]), ExitCode.Usage);
}
