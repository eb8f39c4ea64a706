using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Esp;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick esp</c>: ESP8266 and ESP32 boards by a serial adapter.</summary>
internal static class EspCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand esp = new("esp", "Back up, erase and flash ESP8266 and ESP32 boards by a serial adapter.")
        {
            Usage = ["esp COMMAND --port PORT ..."],
            Examples =
            [
                "esp probe --port /dev/ttyUSB0",
                "esp flash tasmota.bin --port /dev/ttyUSB0",
                "esp boot-log --port /dev/ttyUSB0",
                "esp probe --port sim:esp/esp8266?flash=1M",
            ],
            Related = ["identify --help", "help safety"],
        };
        Option<string[]> port = new("--port", "-p") { Description = "/dev/ttyUSB0, tcp:HOST:PORT, rfc2217:HOST:PORT, sim:esp/CHIP; several at once.", HelpName = "PORT", Recursive = true };
        Option<int?> baud = new("--baud", "-b") { Description = "Bits in a second (115200).", HelpName = "N", Recursive = true };
        Option<double?> wait = new("--wait") { Description = "How long to wait for the chip (8).", HelpName = "SECONDS", Recursive = true };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout.", Recursive = true };
        foreach (Option option in (Option[])[port, baud, wait, json])
            esp.Add(option);
        Option<bool> yes = new("--yes") { Description = "Do not ask; also says: unplugged from the mains." };
        Option<bool> dryRun = new("--dry-run") { Description = "Show the plan only." };
        Option<bool> noBackup = new("--no-backup") { Description = "Write without a backup first." };
        Option<string?> verify = new("--verify") { Description = "auto, sample or full read-back (auto).", HelpName = "HOW" };
        Option<double?> watch = new("--watch") { Description = "How long to watch the start (10); 0: not.", HelpName = "SECONDS" };
        Option<int?> appBaud = new("--app-baud") { Description = "Rate of the firmware's text (115200).", HelpName = "N" };
        verify.Validators.Add(result => Check(result, verify, "auto", "sample", "full"));
        esp.Add(Probe());
        esp.Add(Backup());
        esp.Add(Flash());
        esp.Add(Erase());
        esp.Add(BootLog());
        esp.Add(Restore());
        return esp;

        DocumentedCommand Probe()
        {
            DocumentedCommand probe = new("probe", "Which chip it is, its flash, its locks; changes nothing.")
            {
                Usage = ["esp probe --port PORT [OPTIONS]"],
                Examples = ["esp probe --port /dev/ttyUSB0", "esp probe --port /dev/ttyUSB0 --wait 60"],
                Related = ["esp backup --help", "esp boot-log --help"],
            };
            probe.SetAction((parsed, ct) => Run(parsed, "esp-probe", new EspOptions(), null, (job, _, stop) => job.Probe(stop), ct));
            return probe;
        }

        DocumentedCommand Backup()
        {
            Option<string?> output = new("--output", "-o") { Description = "Write it to this file, too.", HelpName = "FILE" };
            Option<bool> force = new("--force") { Description = "Replace an existing file." };
            DocumentedCommand backup = new("backup", "Read all of flash until it is proven, and keep it.")
            {
                Usage = ["esp backup --port PORT [-o FILE] [OPTIONS]"],
                Examples = ["esp backup --port /dev/ttyUSB0 --baud 460800 -o plug.bin"],
                Related = ["esp restore --help"],
            };
            backup.Add(output);
            backup.Add(force);
            backup.SetAction((parsed, ct) =>
            {
                OutputFile? file = parsed.GetValue(output) is string path ? new OutputFile(path, [], parsed.GetValue(force)) : null;
                return Run(parsed, "esp-backup", new EspOptions(), null, (job, first, stop) =>
                {
                    file?.Check();
                    return job.Backup(bytes => (first ? file : null)?.Write(bytes.Span, stop), stop);
                }, ct);
            });
            return backup;
        }

        DocumentedCommand Flash()
        {
            Argument<string> file = new("FILE") { Description = "Firmware: .bin, .bin.gz." };
            Option<string?> mode = new("--flash-mode") { Description = "keep, dout, dio, qout or qio.", HelpName = "MODE" };
            Option<string?> erase = new("--erase") { Description = "all or needed; else as advised for the chip.", HelpName = "WHAT" };
            Option<string?> offset = new("--offset") { Description = "Where to write, if not where it belongs.", HelpName = "0xN" };
            mode.Validators.Add(result => Check(result, mode, "keep", "dout", "dio", "qout", "qio"));
            erase.Validators.Add(result => Check(result, erase, "all", "needed"));
            offset.Validators.Add(result =>
            {
                if (result.GetValue(offset) is string text && Number(text) is null)
                    result.AddError($"--offset takes a number, such as 0x10000, not {text}");
            });
            DocumentedCommand flash = new("flash", "Write firmware so that it starts: backup, erase, write, prove, watch.")
            {
                Usage = ["esp flash FILE --port PORT [OPTIONS]"],
                Examples = ["esp flash tasmota.bin --port /dev/ttyUSB0", "esp flash tasmota.bin.gz --port /dev/ttyUSB0 --dry-run", "esp flash factory.bin --port /dev/ttyUSB0 --baud 460800"],
                Related = ["esp restore --help", "explain esp-boot-failed"],
            };
            flash.Add(file);
            foreach (Option option in (Option[])[mode, erase, offset, verify, watch, appBaud, noBackup, dryRun, yes])
                flash.Add(option);
            flash.SetAction((parsed, ct) =>
            {
                EspOptions options = Writing(parsed) with
                {
                    FlashMode = parsed.GetValue(mode),
                    EraseAll = parsed.GetValue(erase) switch { "all" => true, "needed" => false, _ => null },
                    Offset = parsed.GetValue(offset) is string text ? Number(text) : null,
                };
                string path = parsed.GetValue(file)!;
                return Run(parsed, "esp-flash", options, Ask(parsed), (job, _, stop) => job.Flash(Path.GetFileName(path), ImageFile.Read(path), stop), ct);
            });
            return flash;
        }

        DocumentedCommand Erase()
        {
            DocumentedCommand erase = new("erase", "Erase all of flash, after a backup.")
            {
                Usage = ["esp erase --port PORT [OPTIONS]"],
                Examples = ["esp erase --port /dev/ttyUSB0"],
                Related = ["esp flash --help", "esp restore --help"],
            };
            foreach (Option option in (Option[])[verify, noBackup, dryRun, yes])
                erase.Add(option);
            erase.SetAction((parsed, ct) => Run(parsed, "esp-erase", Writing(parsed), Ask(parsed), (job, _, stop) => job.Erase(stop), ct));
            return erase;
        }

        DocumentedCommand BootLog()
        {
            DocumentedCommand log = new("boot-log", "Read the text of a start at 74880 and the firmware's rate; say what it means.")
            {
                Usage = ["esp boot-log --port PORT [OPTIONS]"],
                Examples = ["esp boot-log --port /dev/ttyUSB0", "esp boot-log --port /dev/ttyUSB0 --app-baud 74880 --watch 30"],
                Related = ["console --help"],
            };
            log.Add(watch);
            log.Add(appBaud);
            log.SetAction((parsed, ct) => Run(parsed, "esp-boot-log", Writing(parsed), null, (job, _, stop) => job.BootLog(stop), ct));
            return log;
        }

        DocumentedCommand Restore()
        {
            Argument<string> file = new("FILE") { Description = "A backup, as long as flash." };
            DocumentedCommand restore = new("restore", "Put a backup back, byte for byte.")
            {
                Usage = ["esp restore FILE --port PORT [OPTIONS]"],
                Examples = ["esp restore plug.bin --port /dev/ttyUSB0"],
                Related = ["esp backup --help"],
            };
            restore.Add(file);
            foreach (Option option in (Option[])[verify, watch, appBaud, noBackup, dryRun, yes])
                restore.Add(option);
            restore.SetAction((parsed, ct) =>
            {
                string path = parsed.GetValue(file)!;
                return Run(parsed, "esp-restore", Writing(parsed), Ask(parsed), (job, _, stop) => job.Restore(Path.GetFileName(path), ImageFile.Read(path), stop), ct);
            });
            return restore;
        }

        EspOptions Writing(ParseResult parsed)
        {
            EspOptions options = new();
            return options with
            {
                DryRun = parsed.GetValue(dryRun),
                NoBackup = parsed.GetValue(noBackup),
                Proof = parsed.GetValue(verify) switch { "full" => EspProof.Full, "sample" => EspProof.Sample, _ => EspProof.Auto },
                Watch = parsed.GetValue(watch) is double seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600)) : options.Watch,
                AppBaud = parsed.GetValue(appBaud) ?? options.AppBaud,
            };
        }

        IAsk? Ask(ParseResult parsed) =>
            parsed.GetValue(yes) ? new YesToAll() : console.In is TextReader keyboard && !parsed.GetValue(json) ? new TerminalAsk(keyboard) : null;

        Task<int> Run(ParseResult parsed, string subject, EspOptions options, IAsk? ask, EspWork work, CancellationToken ct)
        {
            EspOptions known = options with
            {
                Baud = parsed.GetValue(baud),
                Wait = parsed.GetValue(wait) is double seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600)) : options.Wait,
                Seed = Environment.ProcessId,
            };
            JobRunner runner = new(console, parsed.GetValue(json), console.Time);
            return runner.RunAsync(subject, (events, stop) => EspRun.On(parsed.GetValue(port) ?? [], known, ask, console, events, work, stop), ct);
        }
    }

    private static void Check(System.CommandLine.Parsing.OptionResult result, Option<string?> option, params string[] words)
    {
        if (result.GetValue(option) is string word && !words.Contains(word))
            result.AddError($"{option.Name} takes {string.Join(", ", words)}, not {word}");
    }

    private static long? Number(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(hex ? text[2..] : text, hex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value)
            && value is >= 0 and < 1L << 30 ? value : null;
    }
}
