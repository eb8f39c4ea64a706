namespace Unbrick.Recovery.Serve;

/// <summary>Lets the first of many equal messages through, then the 10th, 100th, 1,000th…, with the count.</summary>
internal sealed class FloodGate
{
    /// <summary>Different messages remembered; a flood of different ones starts the counts anew.</summary>
    private const int MostKeys = 1024;

    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Whether to say it; <paramref name="times"/> is how often it has happened. The first <paramref name="every"/> all pass.</summary>
    public bool Passes(string key, out int times, int every = 1)
    {
        if (_counts.Count >= MostKeys && !_counts.ContainsKey(key))
            _counts.Clear();
        times = _counts[key] = _counts.GetValueOrDefault(key) + 1;
        int passed = times;
        if (passed <= every)
        {
            times = 1;
            return true;
        }
        while (passed % 10 == 0)
            passed /= 10;
        return passed == 1;
    }
}
