using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Events;
using Unbrick.Core.Questions;
using Unbrick.Formats.Editing;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick spi</c>: a flash chip behind a clip.</summary>
internal static class SpiCommand
{
    private const string DefaultProgrammer = "ch341a";

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(200);

    public static Command Create(CliConsole console)
    {
        DocumentedCommand spi = new("spi", "Back up, write and verify a flash chip through a clip (CH341A, serprog, spidev).")
        {
            Usage = ["spi COMMAND ..."],
            Examples =
            [
                "spi probe",
                "spi backup -o dump.bin",
                "spi write edited.bin --dry-run",
                "spi probe --programmer sim:spi/W25Q128BV",
            ],
            Related = ["image edit --help", "image check --help"],
        };
        Option<string> programmer = new("--programmer", "-p")
        {
            Description = "ch341a, serprog:HOST:PORT, spidev:/dev/..., sim:spi/CHIP.",
            HelpName = "P",
            Recursive = true,
            DefaultValueFactory = _ => DefaultProgrammer,
        };
        Option<string?> chip = new("--chip") { Description = "The part as printed on it, where its id is not enough.", HelpName = "NAME", Recursive = true };
        Option<int?> adapter = new("--adapter") { Description = "Level of an adapter before the clip, in millivolts.", HelpName = "MV", Recursive = true };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout.", Recursive = true };
        foreach (Option option in (Option[])[programmer, chip, adapter, json])
            spi.Add(option);
        spi.Add(Probe());
        spi.Add(Backup());
        spi.Add(Write());
        spi.Add(Edit());
        spi.Add(Verify());
        return spi;

        DocumentedCommand Probe()
        {
            Option<bool> watch = new("--watch") { Description = "Look until the clip sits, and say when." };
            DocumentedCommand probe = new("probe", "Which chip it is, and how good the contact is; changes nothing.")
            {
                Usage = ["spi probe [--watch] [OPTIONS]"],
                Examples = ["spi probe", "spi probe --watch"],
                Related = ["spi backup --help"],
            };
            probe.Add(watch);
            probe.SetAction((parsed, ct) => Run(
                parsed, "spi-probe", new SpiOptions(), null,
                (job, stop) => parsed.GetValue(watch) ? job.Watch(() => stop.WaitHandle.WaitOne(s_betweenLooks), stop) : job.Probe(stop), ct));
            return probe;
        }

        DocumentedCommand Backup()
        {
            Option<string?> output = new("--output", "-o") { Description = "Write it to this file, too.", HelpName = "FILE" };
            Option<bool> force = new("--force") { Description = "Replace an existing file." };
            DocumentedCommand backup = new("backup", "Read the whole chip until two reads agree, and keep it.")
            {
                Usage = ["spi backup [-o FILE] [OPTIONS]"],
                Examples = ["spi backup -o dump.bin", "spi backup --oob -o nand.bin"],
                Related = ["spi write --help"],
            };
            Option<bool> oob = new("--oob") { Description = "SPI NAND: the spare bytes behind each page, too." };
            Option<bool> raw = new("--raw") { Description = "SPI NAND: without the chip's own correction." };
            foreach (Option option in (Option[])[output, force, oob, raw])
                backup.Add(option);
            backup.SetAction((parsed, ct) =>
            {
                OutputFile? file = parsed.GetValue(output) is string path ? new OutputFile(path, [], parsed.GetValue(force)) : null;
                SpiOptions options = new() { Oob = parsed.GetValue(oob), Raw = parsed.GetValue(raw) };
                return Run(parsed, "spi-backup", options, null, (job, stop) =>
                {
                    file?.Check();
                    return job.Backup(bytes => file?.Write(bytes.Span, stop), stop, bytes => file?.Write(bytes, stop));
                }, ct);
            });
            return backup;
        }

        DocumentedCommand Write()
        {
            Argument<string?> file = new("FILE") { Description = "As long as the chip.", Arity = ArgumentArity.ZeroOrOne };
            Option<string?> layout = new("--layout") { Description = "The device, for the regions of its flash.", HelpName = "DEVICE" };
            Option<string?> region = new("--region") { Description = "Write this region only.", HelpName = "NAME" };
            Option<string?> overwrite = new("--overwrite") { Description = "Replace bootloader, calibration or identity, too.", HelpName = "KINDS" };
            Option<string?> backup = new("--backup") { Description = "A dump of this chip, to spare reading it again.", HelpName = "FILE" };
            Option<bool> resume = new("--resume") { Description = "Go on with a write that was interrupted." };
            Option<bool> dryRun = new("--dry-run") { Description = "Show the plan only." };
            Option<bool> yes = new("--yes") { Description = "Write without asking." };
            Option<bool> anyway = new("--anyway") { Description = "Write although a check of the file said no." };
            DocumentedCommand write = new("write", "Make the chip hold a file: backup first, only what differs, each sector read back.")
            {
                Usage = ["spi write FILE [OPTIONS]", "spi write --resume"],
                Examples = ["spi write edited.bin --dry-run", "spi write openwrt.bin --layout xiaomi_mi-router-4a-gigabit --region firmware", "spi write --resume"],
                Related = ["image edit --help", "spi backup --help"],
            };
            write.Add(file);
            foreach (Option option in (Option[])[layout, region, overwrite, backup, resume, dryRun, yes, anyway])
                write.Add(option);
            write.Validators.Add(result =>
            {
                if (result.GetValue(file) is null != result.GetValue(resume))
                    result.AddError("it needs a FILE, or --resume without one");
                foreach (string word in Words(result.GetValue(overwrite)).Where(w => !Enum.TryParse(w, true, out RegionKind _)))
                    result.AddError($"--overwrite takes bootloader, calibration and identity, not {word}");
            });
            write.SetAction((parsed, ct) =>
            {
                SpiOptions options = new()
                {
                    Region = parsed.GetValue(region),
                    DryRun = parsed.GetValue(dryRun),
                    Anyway = parsed.GetValue(anyway),
                    Overwrite = [.. Words(parsed.GetValue(overwrite)).Select(w => Enum.Parse<RegionKind>(w, true))],
                };
                return Run(parsed, "spi-write", options, Ask(parsed, yes), (job, stop) =>
                {
                    if (parsed.GetValue(resume))
                        return job.Resume(stop);
                    string path = parsed.GetValue(file)!;
                    byte[] bytes = ImageFile.Read(path);
                    return job.Write(Path.GetFileName(path), bytes, stop);
                }, ct, parsed.GetValue(layout), parsed.GetValue(backup));
            });
            return write;
        }

        DocumentedCommand Edit()
        {
            Option<string[]> set = new("--set") { Description = "Set a variable of the boot loader's environment.", HelpName = "NAME=VALUE" };
            Option<string[]> unset = new("--unset") { Description = "Remove one.", HelpName = "NAME" };
            Option<string[]> mac = new("--mac") { Description = "Give a port its MAC address (roles: 'devices show').", HelpName = "ROLE=MAC" };
            Option<string?> label = new("--mac-from-label") { Description = "All addresses from the one on the label.", HelpName = "MAC" };
            Option<string?> layout = new("--layout", "--device") { Description = "The device, for the places of its addresses.", HelpName = "DEVICE" };
            Option<bool> dryRun = new("--dry-run") { Description = "Show edits and plan only." };
            Option<bool> yes = new("--yes") { Description = "Write without asking." };
            DocumentedCommand edit = new("edit", "Change variables or addresses in the chip: backup, edit, write and read back in one go.")
            {
                Usage = ["spi edit [--set NAME=VALUE]... [--mac-from-label MAC] [OPTIONS]"],
                Examples = ["spi edit --set bootdelay=5 --dry-run", "spi edit --layout xiaomi_mi-router-4a-gigabit --mac-from-label 50:64:2b:11:22:33"],
                Related = ["image edit --help", "spi write --help"],
            };
            foreach (Option option in (Option[])[set, unset, mac, label, layout, dryRun, yes])
                edit.Add(option);
            edit.Validators.Add(result =>
            {
                if (((string[])[.. result.GetValue(set) ?? [], .. result.GetValue(mac) ?? []]).FirstOrDefault(t => t.IndexOf('=', StringComparison.Ordinal) < 1) is string wrong)
                    result.AddError($"{wrong} has no = between name and value");
            });
            edit.SetAction((parsed, ct) =>
            {
                EditRequest request = ImageEditCommand.Request(parsed.GetValue(set), parsed.GetValue(unset), parsed.GetValue(mac), parsed.GetValue(label));
                SpiOptions options = new() { DryRun = parsed.GetValue(dryRun) };
                return Run(parsed, "spi-edit", options, Ask(parsed, yes), (job, stop) => job.Edit(request, stop), ct, parsed.GetValue(layout));
            });
            return edit;
        }

        IAsk? Ask(ParseResult parsed, Option<bool> yes) =>
            parsed.GetValue(yes) ? new YesToAll() : console.In is TextReader keyboard && !parsed.GetValue(json) ? new TerminalAsk(keyboard) : null;

        DocumentedCommand Verify()
        {
            Argument<string> file = new("FILE") { Description = "As long as the chip." };
            DocumentedCommand verify = new("verify", "Compare the chip with a file; ends with 1 when they differ.")
            {
                Usage = ["spi verify FILE [OPTIONS]"],
                Examples = ["spi verify dump.bin"],
                Related = ["spi backup --help"],
            };
            verify.Add(file);
            verify.SetAction((parsed, ct) => Run(parsed, "spi-verify", new SpiOptions(), null, (job, stop) =>
            {
                string path = parsed.GetValue(file)!;
                return job.Verify(Path.GetFileName(path), ImageFile.Read(path), stop);
            }, ct));
            return verify;
        }

        Task<int> Run(
            ParseResult parsed, string subject, SpiOptions options, IAsk? ask, Func<SpiJob, CancellationToken, SpiResult> work, CancellationToken ct, string? layout = null,
            string? given = null)
        {
            string address = parsed.GetValue(programmer) ?? DefaultProgrammer;
            options = options with { ChipName = parsed.GetValue(chip), AdapterMillivolts = parsed.GetValue(adapter) };
            JobRunner runner = new(console, parsed.GetValue(json), console.Time);
            return runner.RunAsync(subject, (events, stop) =>
            {
                SpiOptions known = options with
                {
                    Device = layout is null ? null : ImageRun.Device(layout),
                    Backup = given is null ? null : new GivenBackup(Path.GetFileName(given), ImageFile.Read(given)),
                };
                return With(address, console, master => work(new SpiJob(Bench(master, events, ask, console), known), stop));
            }, ct);
        }
    }

    private static SpiWorkbench Bench(ISpiMaster master, IEventSink events, IAsk? ask, CliConsole console) => new(
        master, new ChipLibrary(), events, new BackupStore(Path.Combine(console.StateFolder, "backups")), Path.Combine(console.StateFolder, "spi"), console.Time, ask);

    /// <summary>Opens what is meant, simulated or real, and closes it however the work ends.</summary>
    private static SpiResult With(string address, CliConsole console, Func<ISpiMaster, SpiResult> work)
    {
        if (SpiSims.IsSim(address))
        {
            using SimSpiBench sim = SpiSims.Open(address, new VirtualTime(console.Time.GetUtcNow()));
            try
            {
                return work(sim.Connect());
            }
            catch (ProgrammerException e)
            {
                throw ProgrammerProblems.Gone(e, sim.Name);
            }
        }
        address = SpiSims.TakeFaults(address, out SpiFaults? faults);
        if (!ProgrammerUri.TryParse(address, out ProgrammerUri? uri, out string? reason))
            throw ProgrammerProblems.NotKnown(address, reason);
        try
        {
            using ISpiMaster master = Programmers.Open(uri, console.Time);
            return work(faults is null ? master : faults.Connect(master, console.Time));
        }
        catch (ProgrammerException e)
        {
            throw ProgrammerProblems.NotOpened(e, uri);
        }
    }

    private static string[] Words(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
