using System.Diagnostics;
using System.Globalization;

namespace Unbrick.Net.Host;

/// <summary>
/// Finds who holds a UDP port in the list of Windows' <c>netstat -ano -p UDP</c>. Its headings are in the user's language, its rows are
/// not: <c>UDP  0.0.0.0:69  *:*  4711</c>.
/// </summary>
internal static class WindowsUdpPorts
{
    private const int Columns = 4;

    /// <summary>"tftpd64 (pid 4711)"; null when nobody holds it.</summary>
    public static string? OwnerOf(string list, int port, Func<int, string?> nameOf)
    {
        string end = $":{port}";
        string[] owners = [.. list.Split('\n')
            .Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length == Columns && columns[0] == "UDP" && columns[1].EndsWith(end, StringComparison.Ordinal))
            .Select(columns => int.TryParse(columns[^1], NumberStyles.None, null, out int pid) ? pid : (int?)null)
            .OfType<int>()
            .Distinct()
            .Select(pid => $"{nameOf(pid) ?? "a program"} (pid {pid})")];
        return owners.Length > 0 ? string.Join(", ", owners) : null;
    }

    /// <summary>The program's name; null when it has ended.</summary>
    public static string? NameOf(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
