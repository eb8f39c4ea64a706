using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Esp;
using Unbrick.Sim;
using Unbrick.Sim.Esp;
using Unbrick.Sim.Esp.Faults;

namespace Unbrick.Cli.Demos;

/// <summary>
/// Thread 004: four smart plugs that could not be converted over the air, were flashed by serial, and all boot-looped; all of them ran after a blank was
/// written first. The backup, the flash that loops, the cause out of the text at 74880, and the flash that erases first.
/// </summary>
internal static class TuyaPlug
{
    public const string Name = "tuya-plug";
    public const string Title = "a smart plug that boot-loops after it was flashed by serial: why, and the flash that runs the first time (thread 004)";

    private const int Baud = 460_800;
    private const string File = "tasmota.bin", Port = "/dev/ttyUSB0";

    public static JobResult Play(VirtualTime time, int seed, double speed, IEventSink events, CancellationToken ct)
    {
        TuyaPlugFiles files = new(seed);
        EspBoardOptions board = new() { Name = Port, Strap = EspStrap.High, Seed = (ulong)seed };
        using EspBench bench = EspSims.Open("esp8285", board, new EspFaults(), time);
        bench.Pacer = new Pacer(speed, ct).Pace;
        files.Stock().CopyTo(bench.Board.Flash.Content);
        bench.PowerCycle();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("unbrick-demo-");
        try
        {
            using SimEspPort port = bench.Connect();
            Person person = new(bench, new AtHome(events, folder.FullName));
            EspWorkbench table = new(port, person, folder.FullName, time, new YesToAll()) { IsSimulated = true };
            return Play(table, bench, files, person, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EspResult Play(EspWorkbench table, EspBench bench, TuyaPlugFiles files, Person person, CancellationToken ct)
    {
        EspOptions asked = new() { Baud = Baud, Wait = TimeSpan.FromSeconds(60) };
        byte[] image = files.Firmware();
        Tell(person, "the plug", "An ESP8285 with 1 MiB. Out of the wall, 3.3 V from the adapter; three wires: no reset, no GPIO0.");
        Tell(person, "act 1", $"unbrick esp backup --port {Port} --baud {Baud} --wait 60");
        EspResult backup = new EspJob(table, asked).Backup(null, ct);
        if (backup.Exit != ExitCode.Done)
            return backup;
        Tell(person, "act 2", $"unbrick esp flash {File} --erase needed --no-backup: as others flash, only what the image covers.");
        person.Ground(table.Port);
        EspResult naive = new EspJob(table, asked with { NoBackup = true, EraseAll = false }).Flash(File, image, ct);
        if (ct.IsCancellationRequested)
            return naive;
        Tell(person, "act 3", $"unbrick esp flash {File} --no-backup: that of act 1 is there; the whole chip is erased first, as is advised for it.");
        person.Ground(table.Port);
        EspResult result = new EspJob(table, asked with { NoBackup = true }).Flash(File, image, ct);
        if (result.Exit != ExitCode.Done)
            return result;
        ReadOnlySpan<byte> flash = bench.Board.Flash.Content.Span;
        bool same = naive.Exit != ExitCode.Done && flash.StartsWith(image) && !flash[image.Length..].ContainsAnyExcept((byte)0xFF);
        Tell(person, "checked", same
            ? $"The simulated flash holds the image, byte for byte ({ByteText.Exact(image.Length)}), and nothing else; the same image looped before."
            : "The simulated flash does not hold what it is to hold.");
        return result with { Backup = backup.Backup, Sha256 = backup.Sha256, Exit = same ? ExitCode.Done : ExitCode.FailedAfterChange };
    }

    private static void Tell(IEventSink events, string topic, string text) => events.Publish(new Note(topic, text));

    /// <summary>What is kept for the length of the story is told at the place where it would be kept.</summary>
    private sealed class AtHome(IEventSink events, string folder) : IEventSink
    {
        public void Publish(UnbrickEvent item) =>
            events.Publish(item is Note note ? note with { Text = note.Text.Replace(folder, "~/.local/state/unbrick", StringComparison.Ordinal) } : item);
    }

    /// <summary>Reads what is said, and does with wire and power what it asks for.</summary>
    private sealed class Person(EspBench bench, IEventSink events) : IEventSink
    {
        public void Publish(UnbrickEvent item)
        {
            events.Publish(item);
            if (item is not Note { Topic: "now" } note)
                return;
            if (note.Text.Contains("to ground", StringComparison.Ordinal))
                Power(low: true);
            else if (note.Text.Contains("off GPIO0", StringComparison.Ordinal))
                Power(low: false);
        }

        /// <summary>Wire and power before a command is typed, which takes a moment.</summary>
        public void Ground(ISerialPort port)
        {
            Power(low: true);
            byte[] unread = new byte[0x100];
            while (port.Read(unread, TimeSpan.FromMilliseconds(200), out _) == SerialRead.Data)
            {
                // The text of the start, which nobody looks at.
            }
        }

        private void Power(bool low)
        {
            bench.Board.IsGpio0Low = low;
            bench.PowerCycle();
        }
    }
}
