using System.Globalization;
using Unbrick.Core.Text;

namespace Unbrick.Net.Host;

/// <summary>
/// Finds who holds a UDP port: /proc/net/udp names the socket's inode (proc_net_udp(5)), the links in /proc/PID/fd name who has it open.
/// The columns are <c>sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …</c>, addresses and ports in hex.
/// </summary>
internal static class LinuxUdpPorts
{
    private const int LocalColumn = 1;
    private const int UserColumn = 7;
    private const int InodeColumn = 9;

    /// <summary>"dnsmasq (pid 812)"; without the right to look into other processes at least the user; null when nobody holds it.</summary>
    public static string? OwnerOf(string procRoot, int port)
    {
        Dictionary<string, string> userByInode = [];
        foreach (string table in (string[])["udp", "udp6"])
        {
            foreach (string line in ReadLines(Path.Combine(procRoot, "net", table)))
            {
                if (TryReadSocket(line, out int held, out string user, out string inode) && held == port)
                    userByInode[$"socket:[{inode}]"] = user;
            }
        }
        if (userByInode.Count == 0)
            return null;
        string[] names = [.. Processes(procRoot).Where(process => Holds(process, userByInode)).Select(Describe)];
        return names.Length > 0 ? string.Join(", ", names) : $"a program of user id {string.Join(", ", userByInode.Values.Distinct())}";
    }

    private static bool TryReadSocket(string line, out int port, out string user, out string inode)
    {
        string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        port = 0;
        user = columns.ElementAtOrDefault(UserColumn) ?? "";
        inode = columns.ElementAtOrDefault(InodeColumn) ?? "0";
        string local = columns.ElementAtOrDefault(LocalColumn) ?? "";
        return inode != "0" && ulong.TryParse(inode, NumberStyles.None, null, out _)
            && int.TryParse(local[(local.LastIndexOf(':') + 1)..], NumberStyles.AllowHexSpecifier, null, out port);
    }

    private static IEnumerable<string> Processes(string procRoot) => Entries(procRoot, Directory.GetDirectories)
        .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, null, out _))
        .OrderBy(folder => int.Parse(Path.GetFileName(folder), NumberStyles.None));

    private static bool Holds(string process, Dictionary<string, string> inodes) =>
        Entries(Path.Combine(process, "fd"), Directory.GetFileSystemEntries)
            .Any(entry => LinkTarget(entry) is string target && inodes.ContainsKey(target));

    private static string Describe(string process)
    {
        string pid = Path.GetFileName(process);
        string name = SafeText.Show(ReadLines(Path.Combine(process, "comm")).FirstOrDefault() ?? "?");
        // systemd holds the port for a service that it starts with the first packet; stopping the service alone does not free it.
        return name == "systemd" ? $"systemd (pid {pid}) for a .socket unit" : $"{name} (pid {pid})";
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

    private static string[] Entries(string folder, Func<string, string[]> list)
    {
        try
        {
            return list(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // another user's process, or one that has just ended
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
