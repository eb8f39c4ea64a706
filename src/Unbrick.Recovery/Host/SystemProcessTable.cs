namespace Unbrick.Recovery.Host;

/// <summary>The real processes of the machine we run on.</summary>
public static class SystemProcessTable
{
    /// <summary>Chooses by operating system.</summary>
    public static IProcessTable Create() => OperatingSystem.IsLinux()
        ? new LinuxProcessTable(Environment.ProcessId)
        : new PortableProcessTable();
}
