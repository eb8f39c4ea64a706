using Unbrick.Core.Events;

namespace Unbrick.Cli.Terminal;

/// <summary>What is under way on several boards at the same time: a line for each, in the order of their names; a stage that is over has none.</summary>
internal sealed class LiveBars
{
    private const int NameColumns = 12;

    private readonly SortedDictionary<string, string> _lines = new(StringComparer.Ordinal);

    /// <summary>The lines that are shown now.</summary>
    public IReadOnlyCollection<string> Lines => _lines.Values;

    /// <summary>Is it a stage of a job on one of several boards? A transfer has the name of its file.</summary>
    public static bool IsStage(Progress progress) =>
        progress.Peer.Length > 0 && progress.Name is "backup" or "erase" or "compare" or "write" or "verify";

    /// <summary>Takes what has come of a board.</summary>
    /// <param name="progress">A stage.</param>
    /// <param name="line">What is to be shown of it.</param>
    public void Take(Progress progress, string line)
    {
        if (progress.Done >= progress.Total)
            _lines.Remove(progress.Peer);
        else
            _lines[progress.Peer] = line;
    }

    /// <summary>Board and stage; of a long name its end, which tells boards apart.</summary>
    public static string Label(Progress progress)
    {
        string name = progress.Peer.Length <= NameColumns ? progress.Peer : ".." + progress.Peer[^(NameColumns - 2)..];
        return $"{name.PadRight(NameColumns)} {progress.Name,-7} ";
    }
}
