namespace Unbrick.Recovery.Host;

/// <summary>
/// Processes by procfs (proc_pid_stat(5)). The start time there is in clock ticks since boot: exact, and not moved when the clock is set,
/// unlike the wall-clock time that <see cref="System.Diagnostics.Process"/> computes from it.
/// </summary>
/// <param name="pid">Our own process id.</param>
/// <param name="procRoot">Where procfs is; tests bring their own.</param>
internal sealed class LinuxProcessTable(int pid, string procRoot = "/proc") : IProcessTable
{
    // Counted from behind the program's name, which is in parentheses and may itself contain spaces and parentheses.
    private const int StateField = 0; // field 3 of stat
    private const int StartField = 19; // field 22

    /// <inheritdoc/>
    public RunIdentity Self { get; } = new(
        pid,
        Fields(Read(Path.Combine(procRoot, $"{pid}/stat")))?[StartField] ?? "",
        Read(Path.Combine(procRoot, "sys/kernel/random/boot_id"))?.Trim() ?? "",
        LinkTarget(Path.Combine(procRoot, $"{pid}/ns/net")) ?? "");

    /// <inheritdoc/>
    public bool IsAlive(RunIdentity run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Boot != Self.Boot)
            return false;
        try
        {
            // A killed process whose parent has not asked for its end yet is still listed, as a zombie.
            return Fields(File.ReadAllText(Path.Combine(procRoot, $"{run.Pid}/stat"))) is string[] fields
                && fields[StartField] == run.Started && fields[StateField] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static string[]? Fields(string? stat)
    {
        string[] fields = stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > StartField ? fields : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
