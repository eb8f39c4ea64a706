namespace Unbrick.Recovery.Lines;

/// <summary>What came at one rate since it was set.</summary>
internal sealed class LineStay
{
    private const int Window = 64;

    private readonly HashSet<byte> _values = [];
    private readonly Queue<float> _recent = new();
    private int _before = LineText.Start;
    private float _recentSum;

    /// <summary>Bytes that counted.</summary>
    public int Count { get; private set; }

    /// <summary>Their score as text, summed.</summary>
    public double Score { get; private set; }

    /// <summary>The score of the first ones, as many as <see cref="LineEvidence.Rival"/> counts.</summary>
    public double Opening { get; private set; }

    /// <summary>How many different ones.</summary>
    public int Values => _values.Count;

    /// <summary>The mean score of the last 64.</summary>
    public double Recent => _recent.Count == 0 ? 0 : _recentSum / _recent.Count;

    /// <summary>How many the last ones are.</summary>
    public int RecentCount => _recent.Count;

    /// <summary>Takes one byte and says its score as text.</summary>
    public float Add(byte value)
    {
        float score = LineText.Score(_before, value);
        _before = LineText.Kind(value);
        _values.Add(value);
        Count++;
        Score += score;
        Opening += Count <= LineEvidence.MostForOthers ? score : 0;
        _recent.Enqueue(score);
        _recentSum += score;
        if (_recent.Count > Window)
            _recentSum -= _recent.Dequeue();
        return score;
    }
}
