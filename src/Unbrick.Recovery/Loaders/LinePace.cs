namespace Unbrick.Recovery.Loaders;

/// <summary>
/// How long an answer may take on this line, learned from the answers: a board behind a network, or one that is busy, answers late, and to take late
/// for lost means to interrupt what is on its way. Doubled by each answer that did not come in time, and brought back by those that did.
/// </summary>
public sealed class LinePace
{
    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(6.4);

    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(400), s_quiet = TimeSpan.FromMilliseconds(60);

    /// <summary>An echo that has not come after this time is taken for lost.</summary>
    public TimeSpan Echo { get; private set; } = s_least;

    /// <summary>A line that stayed as it is for this time is complete.</summary>
    public TimeSpan Quiet => Longer(s_quiet, Echo / 8);

    /// <summary>An answer did not come in time.</summary>
    public void Late() => Echo = Echo * 2 < Most ? Echo * 2 : Most;

    /// <summary>An answer came.</summary>
    /// <param name="took">Time after what it answers.</param>
    public void Heard(TimeSpan took)
    {
        TimeSpan enough = Longer(s_least, took * 4);
        Echo = enough > Echo ? (enough < Most ? enough : Most) : (Echo + enough) / 2;
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
