using System.Net.Sockets;
using System.Runtime.InteropServices;
using Unbrick.Cli.Sims;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Linux;

namespace Unbrick.Cli.Commands;

/// <summary>What all of <c>unbrick sim</c> do: serve until Ctrl-C, and say where.</summary>
internal static class SimRun
{
    private const int Column = 11;

    /// <summary>Runs it until it ends or is stopped; SIGINT and SIGTERM end it well.</summary>
    public static async Task<int> UntilStoppedAsync(CliConsole console, Func<CancellationToken, Task> serve, CancellationToken ct)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await serve(stop.Token);
            return ExitCode.Done;
        }
        catch (UnbrickException e)
        {
            ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>One line of what there is.</summary>
    public static void Tell(CliConsole console, string name, string value) => PlainText.Write(console.Out, name, value, Column, PlainText.Columns(console.Width));

    /// <summary>The port that a line is on, of those that may be given: one at most.</summary>
    /// <exception cref="UnbrickException">Several, or none that exists.</exception>
    public static int OnePort(int? tcp, int? rfc2217, string? terminal, int usual)
    {
        if ((tcp is null ? 0 : 1) + (rfc2217 is null ? 0 : 1) + (terminal is null ? 0 : 1) > 1)
            throw Usage("sim-bad-value", "a board has one line", "more than one of --tcp, --rfc2217 and --pty", "take one of them");
        int asked = rfc2217 ?? tcp ?? usual;
        return asked is >= 0 and <= 65_535 ? asked
            : throw Usage("sim-bad-value", $"there is no port {asked}", "ports are 0 to 65535", "leave it away, or take 0 for a free port");
    }

    /// <summary>Opens a port of this machine.</summary>
    /// <exception cref="UnbrickException">Another program has it.</exception>
    public static int Listen(LoopbackListener listener, int asked)
    {
        try
        {
            return listener.Start(asked);
        }
        catch (SocketException e)
        {
            throw Usage("sim-port", $"port {asked} cannot be opened", $"127.0.0.1:{asked}: {e.SocketErrorCode}", "take another one, or 0 for a free one");
        }
    }

    /// <summary>Makes a serial port.</summary>
    /// <exception cref="UnbrickException">It cannot be made.</exception>
    public static PseudoTerminal Terminal(string link)
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

    /// <summary>A mistake in what was asked for.</summary>
    public static UnbrickException Usage(string code, string title, string seen, string attempt) =>
        new(new Problem(code, Severity.Error, title, [seen], "the simulated board is not there for other programs", [attempt]), ExitCode.Usage);
}
