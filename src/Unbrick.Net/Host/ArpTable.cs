using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Host;

/// <summary>
/// Reads what <c>arp -a</c> prints, on Windows and macOS, by the two things that no language changes: a word that is an address, and after it
/// in the same line one that is a hardware address.
/// </summary>
internal static class ArpTable
{
    private const int LongestLine = 200;

    /// <summary>The hardware address of <paramref name="address"/>; null when it is not in the table.</summary>
    public static PhysicalAddress? Find(string output, IPAddress address)
    {
        string wanted = address.ToString();
        foreach (ReadOnlySpan<char> line in output.AsSpan().EnumerateLines())
        {
            if (line.Length > LongestLine)
                continue;
            bool found = false;
            foreach (Range range in line.SplitAny(' ', '\t'))
            {
                ReadOnlySpan<char> word = line[range].Trim("()");
                if (found && NeighborEntry.TryReadMac(word, out PhysicalAddress mac))
                    return mac;
                found |= word.SequenceEqual(wanted);
            }
        }
        return null;
    }
}
