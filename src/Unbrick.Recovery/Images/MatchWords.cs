using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Whether an image names its board, before there is a <see cref="MatchIndex"/>: if it does not, its kernel is unpacked first, and the memory
/// for that is free again when the index is made.
/// </summary>
internal static class MatchWords
{
    /// <summary>Few devices have one of the words. Looks at all of them and keeps nothing.</summary>
    public static bool AnyIsName(DeviceIndex index, IEnumerable<string> words)
    {
        Dictionary<string, int> devices = new(StringComparer.Ordinal);
        foreach (string word in words)
            devices[word] = 0;
        if (devices.Count == 0)
            return false;
        DevicePack passing = DevicePack.Shipped.Passing();
        foreach (DeviceEntry entry in index.Entries)
        {
            if (!entry.IsMined)
                continue;
            foreach (string word in IdentityTokens.Of(index, entry, entry.MinedSketch(passing)))
            {
                if (devices.TryGetValue(word, out int count))
                    devices[word] = count + 1;
            }
        }
        return devices.Values.Any(count => count is > 0 and < MatchIndex.MostAmbiguous);
    }
}
