using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Unbrick.Recovery.Host;

/// <summary>Processes on Windows and macOS, where the start time is a date.</summary>
internal sealed class PortableProcessTable : IProcessTable
{
    /// <inheritdoc/>
    public RunIdentity Self { get; } = new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? "", Boot: "", Network: "");

    /// <inheritdoc/>
    public bool IsAlive(RunIdentity run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return StartOf(run.Pid) == run.Started;
        }
        catch (Win32Exception)
        {
            return true; // it is there, and we may not look at it
        }
    }

    private static string? StartOf(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
