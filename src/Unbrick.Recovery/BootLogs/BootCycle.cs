namespace Unbrick.Recovery.BootLogs;

/// <summary>One run of a device from its first sign to the next restart, or to the end of the log. Holds a bounded number of events.</summary>
internal sealed class BootCycle(long firstLine, double? clock, TimeSpan at)
{
    private const int MostEvents = 600;
    private const int Strong = 50, Clean = 40;

    /// <summary>Seconds.</summary>
    private const double Late = 12;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public long FirstLine { get; } = firstLine;

    public double? Clock { get; } = clock;

    public TimeSpan At { get; } = at;

    /// <summary>In order; from the middle of a very long run, repeated ones are left out.</summary>
    public List<BootEvent> Events { get; } = [];

    public long LastLine { get; private set; } = firstLine;

    /// <summary>Text of the first line that says something.</summary>
    public string FirstText { get; private set; } = "";

    /// <summary>Text of the last line that says something.</summary>
    public string LastText { get; private set; } = "";

    public int Lines { get; private set; }

    public int KernelLines { get; private set; }

    /// <summary>Of those, how many came when a kernel alone would long have been done.</summary>
    public int LateLines { get; private set; }

    /// <summary>The furthest stage; null before anything was known.</summary>
    public BootStage? Furthest { get; private set; }

    /// <summary>Characters that are no text, since the last line that says something, and all of them since then.</summary>
    public (long Garbage, long Characters) Tail { get; private set; }

    /// <summary>Characters of text since the last line with some that are none.</summary>
    public long CleanEnd { get; private set; }

    /// <summary>It ends with so much text that the rate is right.</summary>
    public bool EndsClean => CleanEnd >= Clean;

    /// <summary>How often the last line came one after the other, numbers aside.</summary>
    public int SameLines { get; private set; }

    public double LongestGap { get; private set; }

    private double? _lastKernel;

    /// <summary>Something in it says of itself that it is the cause.</summary>
    public bool HasFailed => Events.Any(e => e is { Kind: SignKind.Fail, Hearsay: false } && e.Signature.Weight >= Strong);

    public bool Has(string id) => _seen.Contains(id);

    public void See(in ConsoleLine line)
    {
        Lines++;
        LastLine = line.Number;
        Tail = (Tail.Garbage + line.Garbage, Tail.Characters + line.Text.Length);
        CleanEnd = line.Garbage > 0 ? 0 : CleanEnd + line.Text.Length;
        SameLines = IsSame(line.Text, LastText) ? SameLines + 1 : 1;
        if (line.Text.Length > 0)
            LastText = line.Text;
        if (FirstText.Length == 0)
            FirstText = line.Text;
        if (line.Kernel is not double now)
            return;
        KernelLines++;
        if (now >= Late)
            LateLines++;
        if (_lastKernel is double before)
            LongestGap = Math.Max(LongestGap, now - before);
        _lastKernel = now;
    }

    public void Add(BootEvent seen)
    {
        if (!seen.Hearsay)
        {
            Tail = default;
            _seen.Add(seen.Signature.Id);
            if (seen is { Kind: SignKind.Start, Stage: BootStage.Kernel })
                (KernelLines, LateLines) = (0, 0); // some boot loaders write such times, too
            if (Reaches(seen) is BootStage stage && (Furthest is null || stage > Furthest))
                Furthest = stage;
        }
        // Errors that come by the thousand must not push out what comes after them.
        if (Events.Count < MostEvents || Events.Count < 2 * MostEvents && !Events.TakeLast(MostEvents / 4).Any(e => e.Signature == seen.Signature))
            Events.Add(seen);
    }

    private static bool IsSame(string line, string before)
    {
        if (line.Length != before.Length || line.Length == 0)
            return false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != before[i] && !(char.IsAsciiHexDigit(line[i]) && char.IsAsciiHexDigit(before[i])))
                return false;
        }
        return true;
    }

    /// <summary>The stage that a line proves; a fault proves that its stage was begun.</summary>
    private static BootStage? Reaches(BootEvent seen) => seen.Kind switch
    {
        SignKind.Start or SignKind.Reach or SignKind.Up or SignKind.Prompt => seen.Stage,
        SignKind.Handover => BootStage.Image,
        SignKind.Fail or SignKind.Vague when seen.Stage >= BootStage.Kernel => BootStage.Kernel,
        SignKind.Ok or SignKind.Begin or SignKind.Wait or SignKind.StartTransfer => BootStage.Loader,
        _ => null,
    };
}
