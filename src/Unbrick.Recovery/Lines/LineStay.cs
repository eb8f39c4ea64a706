namespace Unbrick.Recovery.Lines;

/// <summary>
/// What came at one rate since it was set. A receiver that was tuned in the middle of a byte reads nonsense until it finds a start bit, so what
/// counts is the last run of bytes that goes better with text than with chance (a cumulative sum with its floor at zero).
/// </summary>
internal sealed class LineStay
{
    private const int Window = 64, MostPeriod = 4, FewestRecent = 48, MostStrange = 8;
    private const double WorstText = -0.4;

    private readonly HashSet<byte> _values = [], _runValues = [];
    private readonly Queue<(float Score, bool IsStrange)> _recent = new();
    private int _before = LineText.Start;
    private float _recentSum;
    private readonly int[] _same = new int[MostPeriod];
    private readonly byte[] _last = new byte[MostPeriod];
    private int _lastAt, _strange;

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

    /// <summary>Whether the last ones are text beyond doubt.</summary>
    public bool IsWell => _recent.Count >= FewestRecent && Recent > 1.2;

    /// <summary>
    /// Whether the last ones are no text any more: unlikely as such, and many of them bytes that no text has. Tables and dumps are only unlikely.
    /// </summary>
    public bool HasTurned => _recent.Count >= FewestRecent && Recent < WorstText && _strange >= MostStrange;

    /// <summary>
    /// Whether a byte is one more of a row (<c>#####</c>, or <c>+-+-+-</c>): such rows are text or not at any rate, and prove nothing. At another rate
    /// than theirs they turn into rows of other bytes, with a period of up to four. Rows of slow edges (00, F8, FF) are what a slow device sends.
    /// </summary>
    public bool IsRow(byte value)
    {
        bool row = false;
        for (int period = 1; period <= MostPeriod; period++)
        {
            int at = (_lastAt + MostPeriod - period) % MostPeriod;
            _same[period - 1] = value == _last[at] ? _same[period - 1] + 1 : 0;
            row |= _same[period - 1] >= (period == 1 ? 2 : 3 * period);
        }
        _last[_lastAt] = value;
        _lastAt = (_lastAt + 1) % MostPeriod;
        return row && value is not (0x00 or 0x80 or 0xC0 or >= 0xE0);
    }

    /// <summary>Takes one byte and says its score as text.</summary>
    public float Add(byte value)
    {
        float score = LineText.Score(_before, value);
        _before = LineText.Kind(value);
        _values.Add(value);
        Count++;
        bool strange = _before == LineText.Strange;
        _recent.Enqueue((score, strange));
        _recentSum += score;
        _strange += strange ? 1 : 0;
        if (_recent.Count > Window)
        {
            (float old, bool wasStrange) = _recent.Dequeue();
            _recentSum -= old;
            _strange -= wasStrange ? 1 : 0;
        }
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
