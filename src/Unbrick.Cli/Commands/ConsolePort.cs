using System.CommandLine;
using System.Globalization;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Lines;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console [PORT]</c>: a terminal at a serial port; <c>--find-baud</c>; <c>--list</c>.</summary>
internal sealed class ConsolePort
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(20);

    private readonly Argument<string?> _port = new("PORT") { Description = SerialAddress.Forms, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int?> _baud = new("--baud") { Description = "Bits in a second (115200).", HelpName = "N" };
    private readonly Option<bool> _find = new("--find-baud") { Description = "Find the rate, and what is wrong with the wires." };
    private readonly Option<double?> _wait = new("--wait") { Description = "How long to look for the rate (20).", HelpName = "SECONDS" };
    private readonly Option<string?> _power = new("--power") { Description = "Switches the device: a command (on, cycle), or unix:SOCKET.", HelpName = "CMD" };
    private readonly Option<bool> _stamps = new("--timestamps") { Description = "Put the time before each line." };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Send nothing." };
    private readonly Option<bool> _reconnect = new("--reconnect") { Description = "Wait for a port that goes away (so in a terminal)." };
    private readonly Option<string?> _send = new("--send") { Description = "Send this file first, at the pace of the line.", HelpName = "FILE" };
    private readonly Option<double?> _seconds = new("--seconds") { Description = "End after so long.", HelpName = "N" };
    private readonly Option<bool> _list = new("--list") { Description = "List the serial ports." };

    private ConsolePort()
    {
    }

    /// <summary>Adds the argument and the options.</summary>
    public static ConsolePort AddTo(Command command)
    {
        ConsolePort port = new();
        command.Add(port._port);
        foreach (Option option in (Option[])[port._baud, port._find, port._wait, port._power, port._stamps, port._readOnly, port._reconnect, port._send, port._seconds, port._list])
            command.Add(option);
        return port;
    }

    /// <summary>Whether a port was named, or something that needs one.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_port) is not null || parsed.GetValue(_find) || parsed.GetValue(_list);

    /// <summary>Does what the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="json">JSON lines on stdout.</param>
    /// <param name="diagnoses">The verdict of the reader is wanted at the end.</param>
    /// <param name="console">Where.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<int> RunAsync(ParseResult parsed, bool json, bool diagnoses, CliConsole console, CancellationToken ct)
    {
        try
        {
            if (parsed.GetValue(_list))
                return ConsolePortList.Write(console, json);
            string port = WithBaud(parsed.GetValue(_port) ?? OnlyPort(), parsed.GetValue(_baud));
            return parsed.GetValue(_find)
                ? await FindAsync(parsed, port, json, console, ct)
                : await ConsoleRun.RunAsync(new ConsoleRunOptions(port)
                {
                    Stamps = parsed.GetValue(_stamps),
                    ReadOnly = parsed.GetValue(_readOnly),
                    Reconnects = parsed.GetValue(_reconnect),
                    Limit = parsed.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e6)) : null,
                    Send = parsed.GetValue(_send) is { } file ? ImageFile.Read(file) : null,
                    Diagnoses = diagnoses,
                    Json = json,
                }, console, ct);
        }
        catch (UnbrickException e)
        {
            ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }
    }

    private static string WithBaud(string port, int? baud)
    {
        (string faults, string line) = Ports.Split(port);
        return baud is null || !SerialAddress.TryParse(line, out SerialAddress? address, out _) || address is TcpAddress ? port : faults + address.At(baud.Value);
    }

    /// <summary>The one port there is; several are not guessed among.</summary>
    private static string OnlyPort()
    {
        SerialPortEntry[] found = [.. SerialPortList.Find()];
        SerialPortEntry[] usb = [.. found.Where(p => p.Vendor is not null)];
        return (usb.Length > 0 ? usb : found) switch
        {
            [] => throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.SerialNone, []), ExitCode.NotFound),
            [var one] => one.Path,
            var several => throw new UnbrickException(
                ProblemCatalogue.Create(
                    ProblemCode.SerialSeveral, several.Select(p => $"{p.Path}  {p.Name}"), ("count", several.Length.ToString(CultureInfo.InvariantCulture)), ("example", several[0].Path)),
                ExitCode.NotFound),
        };
    }

    private Task<int> FindAsync(ParseResult parsed, string port, bool json, CliConsole console, CancellationToken ct)
    {
        bool readOnly = parsed.GetValue(_readOnly);
        TimeSpan wait = parsed.GetValue(_wait) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 3600)) : s_wait;
        IPowerSwitch? power = CommandPower.Of(parsed.GetValue(_power));
        JobRunner runner = new(console, json, console.Time);
        return runner.RunAsync("console-find-baud", (events, stop) => Find(port, readOnly, wait, power, events, runner.SessionPath, console, stop), ct);
    }

    private static LineResult Find(string address, bool readOnly, TimeSpan wait, IPowerSwitch? power, IEventSink events, string? folder, CliConsole console, CancellationToken ct)
    {
        events.Publish(new JobStarted("console", address));
        TimeProvider time = Ports.Clock(address, console.Time);
        using ISerialPort port = Ports.Open(address, time);
        using ConsoleRecord record = ConsoleRecord.Create(folder);
        long started = time.GetTimestamp();
        bool canCycle = power is not null;
        LineSearchOptions options = new() { MayType = !readOnly, HasRate = port.Info.HasRate, Limit = wait, First = First(address, port) };
        LineFinder finder = new(port, time)
        {
            Heard = (bytes, baud) => record.In(bytes.Span, time.GetElapsedTime(started), baud),
            Typed = key => record.Out([key], time.GetElapsedTime(started), port.Baud),
            PowerCycle = () =>
            {
                events.Publish(new Note("now", canCycle ? "Nothing comes: switching the device off and on." : "Nothing comes yet: switch the device off and on."));
                _ = power?.SwitchAsync(PowerAction.Cycle, ct);
            },
        };
        LineVerdict? verdict = finder.Run(new LineSearch(options), ct);
        if (verdict is null)
        {
            if (ct.IsCancellationRequested)
                return new LineResult(null, 0, "silent", 0) { Exit = ExitCode.Interrupted };
            Problem gone = ProblemCatalogue.Create(ProblemCode.SerialGone, [], ("port", address));
            events.Publish(new Found(gone));
            return new LineResult(null, 0, "wiring", 0) { Exit = ExitCode.Failed, Wiring = "port-gone", Diagnosis = [gone] };
        }
        if (verdict.Baud is { } baud && verdict.Kind is LineKind.Text or LineKind.ReceiveDead)
            events.Publish(new Note("rate", string.Create(CultureInfo.InvariantCulture, $"text at {baud}, known {verdict.Traffic.TotalSeconds:0.00} s after the first byte")));
        Problem? problem = LineProblems.Of(verdict, address);
        if (problem is not null)
            events.Publish(new Found(problem));
        return Result(verdict, problem);
    }

    private static int? First(string address, ISerialPort port) =>
        !port.Info.HasRate || (SerialAddress.TryParse(Ports.Split(address).Line, out SerialAddress? given, out _) && given.Baud is not null) ? port.Baud : null;

    private static LineResult Result(LineVerdict verdict, Problem? problem)
    {
        string word = verdict.Kind switch
        {
            LineKind.Text => "text",
            LineKind.Silent => "silent",
            LineKind.NoGround => "no-ground",
            LineKind.Inverted => "inverted",
            _ => "wiring",
        };
        return new LineResult(verdict.Baud, Math.Round(verdict.Confidence, 4), word, verdict.Bytes)
        {
            Exit = verdict.Kind == LineKind.Text ? ExitCode.Done : ExitCode.Failed,
            Wiring = verdict.Kind switch { LineKind.ReceiveDead => "receive-dead", LineKind.Unreadable => "unreadable", _ => null },
            Receive = verdict.Receive switch { LineReceive.Answers => "answers", LineReceive.Silent => "silent", _ => "unchecked" },
            Seconds = Math.Round(verdict.Traffic.TotalSeconds, 3),
            Stages = [.. verdict.Stages.Select(s => s.Baud)],
            FramingErrors = verdict.FramingErrors,
            Diagnosis = problem is null ? [] : [problem],
        };
    }
}
