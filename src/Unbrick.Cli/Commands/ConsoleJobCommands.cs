using System.Collections.Immutable;
using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Events;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick console</c> does with a boot loader: jobs, commands, backups, variables, files, flash.</summary>
internal static class ConsoleJobCommands
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Adds the sub-commands, and <c>--job</c>: what it names goes to <see cref="RunJobAsync"/>.</summary>
    public static Option<string?> AddTo(Command command, CliConsole console)
    {
        Option<string?> job = new("--job") { Description = "Carry out the steps of a job file with the boot loader.", HelpName = "FILE" };
        command.Add(job);
        foreach (Command verb in (Command[])[Run(console), Backup(console), Env(console), Load(console), ConsoleFlashCommand.Create(console)])
            command.Add(verb);
        return job;
    }

    /// <summary>Carries out a job file.</summary>
    public static Task<int> RunJobAsync(string path, bool json, CliConsole console, CancellationToken ct)
    {
        JobRunner runner = new(console, json, console.Time);
        return runner.RunAsync("console-job", (events, stop) =>
        {
            string name = Path.GetFileName(path);
            ConsoleJobFile job = ConsoleJobFile.Parse(name, ImageFile.Read(path));
            ImmutableArray<ILoaderStep> steps = LoaderSteps.Of(name, job);
            events.Publish(new JobStarted("console", name));
            string address = job.Baud is int baud && job.Tty is not null ? $"{job.Address}:{baud}" : job.Address;
            LoaderPort at = new(address) { Power = job.Ctl is string socket ? $"unix:{socket}" : null, Record = runner.SessionPath, FindsRate = job.Baud is null };
            return at.Run(steps, events, console, stop);
        }, ct);
    }

    private static DocumentedCommand Run(CliConsole console)
    {
        ConsoleBench bench = new();
        Argument<string[]> commands = new("COMMANDS") { Description = "Commands of the boot loader, each in quotes.", Arity = ArgumentArity.ZeroOrMore };
        DocumentedCommand run = new("run", "Stop the boot, run commands, and print what they answer.")
        {
            Usage = ["console run --port P [COMMANDS...] [OPTIONS]"],
            Examples = ["console run -p /dev/ttyUSB0 printenv", "console run -p /dev/ttyUSB0 version bdinfo"],
            Related = ["console env --help", "console backup --help"],
        };
        run.Add(commands);
        bench.AddTo(run);
        run.Validators.Add(result =>
        {
            foreach (string text in (result.GetValue(commands) ?? []).Where(c => c.Length is 0 or > 400 || c.Any(x => x is < ' ' or > '~')))
                result.AddError($"\"{text}\" is no command that can be typed");
        });
        run.SetAction((parsed, ct) => bench.RunAsync(
            parsed, "console-run", () => [.. (parsed.GetValue(commands) ?? []).Select(c => new RunStep(c, s_patience))], console, ct));
        return run;
    }

    private static DocumentedCommand Backup(CliConsole console)
    {
        ConsoleBench bench = new();
        Option<string> at = new("--at") { Description = "Address, or offset in the flash; 0x for hexadecimal.", HelpName = "N", Required = true };
        Option<string> length = new("--length") { Description = "Bytes; K and M may follow.", HelpName = "N", Required = true };
        Option<string> output = new("--output", "-o") { Description = "The file.", HelpName = "FILE", Required = true };
        Option<string?> flash = FlashOption();
        Option<string?> ram = new("--ram") { Description = "With --flash: memory to read into.", HelpName = "N" };
        Option<bool> resume = new("--resume") { Description = "Go on with FILE.part; what is in it is compared first." };
        DocumentedCommand backup = new("backup", "Read memory or flash, proven: with --address by tftpput where the loader has it, else through the console.")
        {
            Usage = ["console backup --port P --at N --length N -o FILE [OPTIONS]"],
            Examples = ["console backup -p /dev/ttyUSB0 --at 0x9f000000 --length 128K -o u.bin", "console backup -p /dev/ttyUSB0 --at 0x9f000000 --length 16M -o all.bin --address 192.168.1.2/24"],
            Related = ["spi backup --help"],
        };
        foreach (Option option in (Option[])[at, length, output, flash, ram, resume])
            backup.Add(option);
        bench.AddTo(backup, network: true);
        backup.Validators.Add(result => Numbers(result, at, length, ram));
        backup.Validators.Add(result =>
        {
            if (result.GetValue(flash) is not null && result.GetValue(ram) is null)
                result.AddError("--flash needs --ram");
        });
        backup.SetAction((parsed, ct) => bench.RunAsync(parsed, "console-backup", () =>
        {
            long place = ConsoleBench.Number(parsed.GetValue(at))!.Value, count = ConsoleBench.Number(parsed.GetValue(length))!.Value;
            string path = Path.GetFullPath(parsed.GetValue(output)!);
            if (Dialect(parsed.GetValue(flash)) is not FlashDialect { Mapped: false } dialect)
                return [new DumpStep(place, count, path, parsed.GetValue(resume))];
            long memory = ConsoleBench.Number(parsed.GetValue(ram))!.Value;
            return [new FlashReadStep(dialect, place, count, memory), new DumpStep(memory, count, path, parsed.GetValue(resume))];
        }, console, ct));
        return backup;
    }

    private static DocumentedCommand Env(CliConsole console)
    {
        DocumentedCommand env = new("env", "Read, set and save the boot loader's variables.")
        {
            Usage = ["console env COMMAND ..."],
            Examples = ["console env get bootdelay -p /dev/ttyUSB0", "console env set bootdelay=5 -p /dev/ttyUSB0 --save"],
            Related = ["image edit --help"],
        };
        ConsoleBench forGet = new(), forSet = new(), forSave = new();
        Argument<string?> name = new("NAME") { Description = "One of them; without it all.", Arity = ArgumentArity.ZeroOrOne };
        DocumentedCommand get = new("get", "Read variables.") { Usage = ["console env get [NAME] --port P"], Examples = ["console env get bootcmd -p /dev/ttyUSB0"] };
        get.Add(name);
        forGet.AddTo(get);
        get.SetAction((parsed, ct) => forGet.RunAsync(parsed, "console-env", () => [new PrintStep(parsed.GetValue(name))], console, ct));

        Argument<string[]> pairs = new("NAME=VALUE") { Description = "Nothing behind = removes it.", Arity = ArgumentArity.OneOrMore };
        Option<bool> save = new("--save") { Description = "Save them in flash, too." };
        DocumentedCommand set = new("set", "Set variables, each read back.") { Usage = ["console env set NAME=VALUE... --port P [--save]"], Examples = ["console env set bootdelay=5 -p /dev/ttyUSB0 --save"] };
        set.Add(pairs);
        set.Add(save);
        forSet.AddTo(set);
        set.Validators.Add(result =>
        {
            foreach (string pair in result.GetValue(pairs) ?? [])
            {
                (string key, string? value) = Pair(pair);
                if (!SetStep.IsName(key) || !SetStep.IsValue(value) || !pair.Contains('=', StringComparison.Ordinal))
                    result.AddError($"{pair} is no NAME=VALUE that can be typed");
            }
        });
        set.SetAction((parsed, ct) => forSet.RunAsync(parsed, "console-env", () =>
        {
            IEnumerable<ILoaderStep> steps = parsed.GetValue(pairs)!.Select(p => new SetStep(Pair(p).Name, Pair(p).Value));
            return [.. parsed.GetValue(save) ? steps.Append(new SaveStep()) : steps];
        }, console, ct));

        DocumentedCommand keep = new("save", "Save the variables in flash.") { Usage = ["console env save --port P"], Examples = ["console env save -p /dev/ttyUSB0"] };
        forSave.AddTo(keep);
        keep.SetAction((parsed, ct) => forSave.RunAsync(parsed, "console-env", () => [new SaveStep()], console, ct));
        foreach (Command verb in (Command[])[get, set, keep])
            env.Add(verb);
        return env;
    }

    private static DocumentedCommand Load(CliConsole console)
    {
        ConsoleBench bench = new();
        Argument<string> file = new("FILE") { Description = "What to load." };
        Option<string> at = new("--at") { Description = "Address in memory; 0x for hexadecimal.", HelpName = "N", Required = true };
        Option<LoadProtocol> protocol = new("--protocol") { Description = "ymodem, xmodem, kermit or tftp (needs --address).", HelpName = "NAME" };
        Option<string?> boot = new("--run") { Description = "A command to run then, such as bootm.", HelpName = "COMMAND" };
        DocumentedCommand load = new("load", "Bring a file into memory, proven by its checksum there.")
        {
            Usage = ["console load FILE --at N --port P [--protocol NAME] [OPTIONS]"],
            Examples = ["console load initramfs.bin --at 0x81000000 -p /dev/ttyUSB0", "console load initramfs.bin --at 0x81000000 -p /dev/ttyUSB0 --protocol tftp --address 192.168.1.2/24"],
            Related = ["console flash --help", "serve --help"],
        };
        load.Add(file);
        foreach (Option option in (Option[])[at, protocol, boot])
            load.Add(option);
        bench.AddTo(load, network: true);
        load.Validators.Add(result => Numbers(result, at));
        load.SetAction((parsed, ct) => bench.RunAsync(parsed, "console-load", () =>
        {
            string path = parsed.GetValue(file)!;
            LoadStep step = new(ImageFile.Read(path), Path.GetFileName(path), ConsoleBench.Number(parsed.GetValue(at))!.Value, new LoadWay(parsed.GetValue(protocol), TftpName: "unbrick.bin"));
            return parsed.GetValue(boot) is string command ? [step, new RunStep(command, s_patience)] : [step];
        }, console, ct));
        return load;
    }

    internal static Option<string?> FlashOption()
    {
        Option<string?> flash = new("--flash") { Description = $"Kind: {string.Join(", ", LoaderLibrary.Flash.Select(d => d.Id))}.", HelpName = "KIND" };
        flash.AcceptOnlyFromAmong([.. LoaderLibrary.Flash.Select(d => d.Id)]);
        return flash;
    }

    internal static FlashDialect? Dialect(string? id) => LoaderLibrary.Flash.FirstOrDefault(d => d.Id == id);

    internal static void Numbers(System.CommandLine.Parsing.CommandResult result, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (result.GetValue<string?>(option.Name) is string text && ConsoleBench.Number(text) is null)
                result.AddError($"{option.Name} {text} is no number");
        }
    }

    private static (string Name, string? Value) Pair(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], equals + 1 == text.Length ? null : text[(equals + 1)..]);
    }
}
