using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// The words that name each device, and how many devices have each. Apart from the rest of <see cref="MatchIndex"/>: whether an image names
/// its board is asked before its kernel is unpacked, and everything else after, when that memory is free again.
/// </summary>
internal sealed class MatchWords
{
    /// <summary>More devices than this share only a processor or a word, not a name.</summary>
    public const int MostAmbiguous = 20;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<DeviceEntry, string[]> _words = [];

    public MatchWords(DeviceIndex index)
    {
        foreach (DeviceEntry entry in index.Entries.Where(entry => entry.IsMined))
        {
            string[] words = IdentityTokens.Of(index, entry, entry.MinedSketch());
            _words.Add(entry, words);
            foreach (string word in words)
                _counts[word] = _counts.GetValueOrDefault(word) + 1;
        }
    }

    /// <summary>Devices that have this word.</summary>
    public int Count(string word) => _counts.GetValueOrDefault(word);

    public bool IsKnown(string word) => Count(word) > 0;

    /// <summary>Few devices have this word.</summary>
    public bool IsName(string word) => Count(word) is > 0 and < MostAmbiguous;

    public string[] Of(DeviceEntry entry) => _words[entry];
}
