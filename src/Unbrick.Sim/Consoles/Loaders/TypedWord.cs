namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>Keys compared with a word as a window that slides over them (common/autoboot.c, AUTOBOOT_KEYED).</summary>
internal sealed class TypedWord(string word)
{
    private string _seen = "";

    /// <summary>Whether this key completes the word.</summary>
    public bool Take(byte key)
    {
        _seen += (char)key;
        if (_seen.Length > word.Length)
            _seen = _seen[^word.Length..];
        return _seen == word;
    }
}
