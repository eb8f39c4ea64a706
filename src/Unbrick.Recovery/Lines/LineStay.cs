namespace Unbrick.Recovery.Lines;

/// <summary>
/// What came at one rate since it was set. A receiver that was tuned in the middle of a byte reads nonsense until it finds a start bit, so what
/// counts is the last run of bytes that goes better with text than with chance (a cumulative sum with its floor at zero).
/// </summary>
internal sealed class LineStay
{
    private const int Window = 64;

    private readonly HashSet<byte> _values = [], _runValues = [];
    private readonly Queue<float> _recent = new();
    private int _before = LineText.Start;
    private float _recentSum;
    private int _same;
    private byte _last;

    /// <summary>Bytes that counted.</summary>
    public int Count { get; private set; }

    /// <summary>How many different ones.</summary>
    public int Values => _values.Count;

    /// <summary>Bytes of the run that can be text.</summary>
    public int Run { get; private set; }

    /// <summary>Their score as text, summed.</summary>
    public double Score { get; private set; }

    /// <summary>How many different ones the run has.</summary>
    public int RunValues => _runValues.Count;

    /// <summary>The mean score of the run.</summary>
    public double Mean => Run == 0 ? 0 : Score / Run;

    /// <summary>The mean score of the last 64.</summary>
    public double Recent => _recent.Count == 0 ? 0 : _recentSum / _recent.Count;

    /// <summary>How many the last ones are.</summary>
    public int RecentCount => _recent.Count;

    /// <summary>Whether a byte is one more of a row (<c>#####</c>): such rows are text or not at any rate, and prove nothing.</summary>
    public bool IsRow(byte value)
    {
        _same = value == _last ? _same + 1 : 0;
        _last = value;
        return _same >= 2 && value is >= 0x20 and < 0x7F;
    }

    /// <summary>Takes one byte and says its score as text.</summary>
    public float Add(byte value)
    {
        float score = LineText.Score(_before, value);
        _before = LineText.Kind(value);
        _values.Add(value);
        Count++;
        _recent.Enqueue(score);
        _recentSum += score;
        if (_recent.Count > Window)
            _recentSum -= _recent.Dequeue();
        Score += score;
        if (Score <= 0)
        {
            (Score, Run) = (0, 0);
            _runValues.Clear();
            return score;
        }
        Run++;
        _runValues.Add(value);
        return score;
    }
}
