using System.Runtime.InteropServices;
using System.Text;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Lines;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>What a terminal session was asked for.</summary>
/// <param name="Port">Where.</param>
internal sealed record ConsoleRunOptions(string Port)
{
    public bool Stamps { get; init; }

    public bool ReadOnly { get; init; }

    public bool Reconnects { get; init; }

    public TimeSpan? Limit { get; init; }

    public byte[]? Send { get; init; }

    public bool Diagnoses { get; init; }

    public bool Json { get; init; }
}

/// <summary>Runs a terminal session: keys from the keyboard or a pipe, text to the screen, everything into the session folder.</summary>
internal static class ConsoleRun
{
    public static async Task<int> RunAsync(ConsoleRunOptions options, CliConsole console, CancellationToken ct)
    {
        TimeProvider time = Ports.Clock(options.Port, console.Time);
        ISerialPort port = Ports.Open(options.Port, time);
        string stable = Stable(options.Port);
        bool keyboard = console.In is not null;
        using SessionFolder? folder = SessionFolder.Create(console.StateFolder, "console", console.Time.GetLocalNow());
        using ConsoleRecord record = ConsoleRecord.Create(folder?.Folder);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bool interrupted = false;
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        ConsoleScreen screen = new(console);
        BootConsoleReader reader = new();
        PortAgain again = new(stable, time, screen.Say);
        ConsoleSession session = new(
            new ConsoleSessionOptions { ReadOnly = options.ReadOnly, Stamps = options.Stamps, Reconnects = options.Reconnects || keyboard, Limit = options.Limit },
            time, record, reader)
        {
            Show = (text, column) =>
            {
                screen.Show(text, column);
                screen.Tell(reader.News());
            },
            Say = screen.Say,
            Wait = wait => stop.Token.WaitHandle.WaitOne(wait),
            Reopen = again.TryOpen,
        };
        if (keyboard)
            screen.Say($"{options.Port} at {port.Baud}. {ConsoleKeys.Help}");
        if (options.Send is { } file)
            session.Send(file);
        ReadKeys(session, console, keyboard);
        ConsoleEnd end = await Task.Factory.StartNew(() => session.Run(port, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        screen.End(reader.News());
        if (options.Diagnoses)
        {
            reader.Reader.Finish();
            ConsoleDiagnose.Write(options.Port, reader.Reader, false, options.Json, console);
        }
        if (folder is not null)
            console.Error.WriteLine($"{(keyboard ? "\r\n" : "")}record: {folder.Folder}");
        if (end == ConsoleEnd.Gone)
            ProblemText.Write(console, ProblemCatalogue.Create(ProblemCode.SerialGone, [], ("port", options.Port)));
        return end switch
        {
            ConsoleEnd.Gone => ExitCode.Failed,
            ConsoleEnd.Stopped when interrupted => ExitCode.Interrupted,
            _ => ExitCode.Done,
        };

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted = context.Signal == PosixSignal.SIGINT;
            stop.Cancel();
        }
    }

    /// <summary>A name that stays when the adapter is plugged in again, with the rate that was given.</summary>
    private static string Stable(string port)
    {
        (string faults, string line) = Ports.Split(port);
        return SerialAddress.TryParse(line, out SerialAddress? address, out _) && address is DeviceAddress device
            ? faults + new DeviceAddress(SerialPortList.StablePath(device.Path), device.Baud)
            : port;
    }

    private static void ReadKeys(ConsoleSession session, CliConsole console, bool keyboard)
    {
        if (!keyboard)
        {
            KeyboardReader.ReadPipe(console.Input(), keys => session.Type(keys), any =>
            {
                // Nothing at all on stdin is a logger in the background, which goes on.
                if (any)
                    session.EndKeys();
            });
            return;
        }
        ConsoleKeys keys = new();
        StringBuilder? name = null;
        KeyboardReader.ReadKeyboard(typed =>
        {
            if (name is not null)
            {
                name = TypeName(name, typed, session, console);
                return;
            }
            List<byte> toDevice = [];
            List<ConsoleCommandKey> commands = [];
            keys.Take(typed, toDevice, commands);
            session.Type(CollectionsMarshal.AsSpan(toDevice));
            foreach (ConsoleCommandKey command in commands)
            {
                if (command == ConsoleCommandKey.SendFile)
                {
                    name = new StringBuilder();
                    console.Error.Write("\r\n[unbrick] file to send: ");
                }
                else
                {
                    session.Command(command);
                }
            }
        });
    }

    /// <summary>Reads the name of a file, key by key; null when it is complete or was given up.</summary>
    private static StringBuilder? TypeName(StringBuilder name, byte[] typed, ConsoleSession session, CliConsole console)
    {
        foreach (char key in Encoding.UTF8.GetString(typed))
        {
            if (key is '\e' or '\x03')
            {
                console.Error.Write(" given up\r\n");
                return null;
            }
            if (key == '\r')
            {
                console.Error.Write("\r\n");
                Send(name.ToString(), session, console);
                return null;
            }
            if (key == '\x7f' && name.Length > 0)
                name.Length--;
            else if (!char.IsControl(key))
                name.Append(key);
            console.Error.Write(key == '\x7f' ? "\b \b" : char.IsControl(key) ? "" : key.ToString());
        }
        return name;
    }

    private static void Send(string path, ConsoleSession session, CliConsole console)
    {
        try
        {
            session.Send(ImageFile.Read(path));
        }
        catch (UnbrickException e)
        {
            ProblemText.Write(console, e.Problem);
        }
    }
}
