namespace Unbrick.Recovery.BootLogs;

/// <summary>Counts over a whole log.</summary>
internal sealed class LogTally
{
    private const int MostStarts = 64;
    private readonly List<double> _starts = [];

    public long Bytes { get; private set; }

    public long Lines { get; private set; }

    public long Characters { get; private set; }

    public long Garbage { get; private set; }

    /// <summary>Lines of a console that a signature fits.</summary>
    public long ToldLines { get; private set; }

    /// <summary>Garbage since the last line that a signature fits.</summary>
    public long GarbageTail { get; private set; }

    /// <summary>Text since then.</summary>
    public long TextTail { get; private set; }

    public long FirstGarbage { get; private set; }

    public int Boots { get; private set; }

    public TimeSpan LastHeard { get; private set; }

    public void Heard(int bytes, TimeSpan now)
    {
        Bytes += bytes;
        if (bytes > 0)
            LastHeard = now;
    }

    public void Count(in ConsoleLine line)
    {
        Lines = line.Number;
        if (line.Prose)
            return;
        Characters += line.Raw.Length;
        Garbage += line.Garbage;
        GarbageTail += line.Garbage;
        TextTail += line.Text.Length;
        if (line.Garbage > 3 && FirstGarbage == 0)
            FirstGarbage = line.Number;
    }

    public void Told(bool told)
    {
        if (!told)
            return;
        ToldLines++;
        (GarbageTail, TextTail) = (0, 0);
    }

    public void Began(in ConsoleLine line)
    {
        Boots++;
        if (_starts.Count < MostStarts && (line.Clock ?? (line.At > TimeSpan.Zero ? line.At.TotalSeconds : null)) is double second)
            _starts.Add(second);
    }

    /// <summary>Median of the seconds between starts; null with fewer than two.</summary>
    public double? Period()
    {
        double[] gaps = [.. _starts.Zip(_starts.Skip(1), (a, b) => b < a ? b - a + 86_400 : b - a).Order()];
        return gaps.Length == 0 ? null : gaps[gaps.Length / 2];
    }
}
