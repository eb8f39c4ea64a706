using System.Globalization;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>
/// U-Boot: start, countdown, command line. Texts and habits of common/autoboot.c, common/cli_readline.c and the commands' own files, v2023.01, and of
/// Ralink's 1.1.3 where <see cref="UBootOptions.Old"/> is set.
/// </summary>
internal abstract partial class UBootProgram(UBootOptions options) : LoaderProgram
{
    protected UBootOptions Options { get; } = options;

    protected UBootEnvironment Environment { get; } = new(options.EnvironmentSize);

    /// <summary>How the last command ended.</summary>
    protected int Code { get; private set; }

    /// <summary>The environment in flash was good.</summary>
    protected bool HasEnvironment { get; private set; }

    public override ConsoleMemory MakeMemory()
    {
        byte[] flash = new byte[Options.FlashSize];
        flash.AsSpan().Fill(0xFF);
        foreach ((string name, string value) in Options.Environment)
            Environment.Values[name] = value;
        Environment.Write().CopyTo(flash, Options.EnvironmentAt);
        return new ConsoleMemory(flash, Options.Sector, Options.FlashBase, Options.RamBase, Options.RamSize, Options.Mips);
    }

    public override IEnumerable<SimWait> Run()
    {
        Memory.Protected.AsSpan().Clear();
        HasEnvironment = Environment.Read(Memory.Flash.AsSpan(Options.EnvironmentAt));
        if (!HasEnvironment)
        {
            Environment.Values.Clear();
            foreach ((string name, string value) in Options.Environment)
                Environment.Values[name] = value;
        }
        return Start();
    }

    /// <summary>From the first text to the end.</summary>
    protected abstract IEnumerable<SimWait> Start();

    /// <summary>What it does when nobody stopped it.</summary>
    protected virtual IEnumerable<SimWait> AutoBoot() => Boot((ulong)Options.KernelAt + (Options.FlashBase ?? 0));

    /// <summary>Commands that only this loader has; null when it has no such.</summary>
    protected virtual IEnumerable<SimWait>? Own(IReadOnlyList<string> words) => null;

    protected int BootDelay(int usual) => Delay ??
        (Environment.Values.TryGetValue("bootdelay", out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int delay) ? delay : usual);

    /// <summary>Counts down in place and listens meanwhile; <see cref="LoaderProgram.Pressed"/> has the key.</summary>
    /// <param name="before">Text before the number.</param>
    /// <param name="seconds">From where.</param>
    /// <param name="accepts">Which keys stop it; others are swallowed.</param>
    protected IEnumerable<SimWait> CountDown(string before, int seconds, Func<byte, bool> accepts)
    {
        byte? stopped = null;
        Print($"{before}{seconds,2} ");
        if (seconds == 0)
        {
            // A key that waits already counts, and nothing else.
            while (stopped is null && Device.TryKey(out byte waiting))
                stopped = accepts(waiting) ? waiting : null;
        }
        for (int left = seconds; left > 0 && stopped is null; left--)
        {
            TimeSpan end = Device.Clock.Elapsed + TimeSpan.FromSeconds(1);
            while (stopped is null && Device.Clock.Elapsed < end)
            {
                yield return SimWait.Call(GetKey(end - Device.Clock.Elapsed));
                stopped = Pressed is { } key && accepts(key) ? key : null;
            }
            if (stopped is null)
                Print($"\b\b\b{left - 1,2} ");
        }
        Print("\n");
        Pressed = stopped;
    }

    /// <summary>The command line, until a kernel starts.</summary>
    protected IEnumerable<SimWait> Commands()
    {
        string last = "";
        while (true)
        {
            yield return SimWait.Call(ReadLine(Options.Prompt, Options.LineLimit));
            if (IsInterrupted)
            {
                Print("<INTERRUPT>\n");
                continue;
            }
            string line = Line.Trim().Length == 0 && Options.Old ? last : Line;
            last = line;
            foreach (List<string> words in UBootWords.Split(line, Options.Hush ? Value : null))
            {
                // Each command sees what the one before it left in $?.
                List<string> now = Options.Hush ? [.. words.Select(w => w.Replace("\u0001", Code.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))] : words;
                yield return SimWait.Call(Execute(now));
            }
        }
    }

    /// <summary>Runs one command.</summary>
    protected IEnumerable<SimWait> Execute(IReadOnlyList<string> words)
    {
        string name = words[0];
        int code = 0;
        IEnumerable<SimWait>? program = Options.Lacks.Contains(name) ? null : Own(words) ?? Find(words);
        if (program is not null)
        {
            Code = 0;
            yield return SimWait.Busy(1);
            yield return SimWait.Call(program);
            code = Code;
        }
        else
        {
            Print(Options.Old
                ? $"Unknown command '{name}' - try 'help' without arguments for list of all known commands\n\n"
                : $"Unknown command '{name}' - try 'help'\n");
            code = 1;
        }
        Code = code;
    }

    /// <summary>A command failed.</summary>
    protected void Fail(string text)
    {
        Print(text);
        Code = 1;
    }

    protected static bool TryHex(IReadOnlyList<string> words, int at, out ulong value)
    {
        value = 0;
        return at < words.Count && ulong.TryParse(
            words[at].Replace("0x", "", StringComparison.OrdinalIgnoreCase).TrimStart('+'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private string Value(string name) => name == "?" ? "\u0001" : Environment.Values.GetValueOrDefault(name, "");

    private IEnumerable<SimWait>? Find(IReadOnlyList<string> words) => words[0] switch
    {
        "echo" => Echo(words),
        "true" => [],
        "false" => Do(() => Code = 1),
        "version" => Do(() => Print($"\n{Options.Version}\n")),
        "help" or "?" => Do(() => Print("?       - alias for 'help'\nbootm   - boot application image from memory\nmd      - memory display\n")),
        "reset" => Do(() =>
        {
            Print("resetting ...\n");
            Device.AskReset();
        }),
        "printenv" => PrintEnvironment(words),
        "setenv" => SetEnvironment(words),
        "saveenv" => SaveEnvironment(),
        "md" or "md.b" or "md.l" or "md.w" => Dump(words),
        "mw" or "mw.b" or "mw.l" => Fill(words),
        "cp.b" => Copy(words),
        "cmp.b" => Compare(words),
        "crc32" => Checksum(words),
        "protect" when Options.FlashBase is not null => Protect(words),
        "erase" when Options.FlashBase is not null => Erase(words),
        "flinfo" when Options.FlashBase is not null => Do(FlashInfo),
        "sf" when Options.HasSf => SpiFlash(words),
        "loady" or "loadx" or "loadb" => Load(words),
        "tftpboot" or "tftp" => Tftp(words),
        "tftpput" when Options.HasTftpPut => Send(words),
        "bootm" => TryHex(words, 1, out ulong at) || !Options.Old ? Boot(at == 0 ? Options.LoadAddress : at) : AutoBoot(),
        "boot" or "run" => AutoBoot(),
        _ => null,
    };

    private static IEnumerable<SimWait> Do(Action action)
    {
        action();
        yield break;
    }

    private IEnumerable<SimWait> Echo(IReadOnlyList<string> words)
    {
        Print(string.Join(' ', words.Skip(1)) + "\n");
        yield break;
    }
}
