using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Host;

/// <summary>
/// What runs of this program have changed on this machine's network, so that the next start can take back what a run that was killed has
/// left. A line is on the disk before the change is made and another one after it was taken back; a change whose last line is "planned"
/// may therefore be there, and one that is not in the journal is not ours.
/// </summary>
/// <param name="path">The file, <c>host-changes.jsonl</c> in the state folder; made when first needed, readable by its owner only.</param>
/// <param name="processes">Who we are and who still lives.</param>
/// <param name="time">Dates the lines.</param>
public sealed class HostJournal(string path, IProcessTable processes, TimeProvider time)
{
    /// <summary>
    /// Others hold the file for single lines, or for the seconds that cleaning up takes them; see <see cref="JournalFile.Hold"/>.
    /// </summary>
    internal int LockTries { get; init; } = 5000;

    /// <summary>
    /// Takes back what runs left that no longer live, and says what became of each change. Changes of living runs are left alone, and those
    /// in another network namespace stay in the journal for a run in there. To be called before a run makes changes of its own.
    /// Throws <see cref="UnbrickException"/> when the journal cannot be used.
    /// </summary>
    public ImmutableArray<UndoneChange> Recover(INetworkHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (!File.Exists(path))
            return [];
        // Held to the end: a run that starts now must not add an address again between our looking and our removing it.
        using JournalFile file = JournalFile.Hold(path, LockTries);
        List<OwnedChange> pending = file.Pending();
        OwnedChange[] living = [.. pending.Where(one => processes.IsAlive(one.Run))];
        List<UndoneChange> results = [];
        List<OwnedChange> open = [.. living];
        foreach (OwnedChange dead in pending.Except(living).Reverse())
        {
            if (dead.Run.Boot == processes.Self.Boot && dead.Run.Network != processes.Self.Network)
            {
                open.Add(dead);
                continue;
            }
            UndoneChange result = Recover(host, dead, living);
            results.Add(result);
            if (result.Outcome == UndoOutcome.Failed)
                open.Add(dead);
            else
                file.Append(Entry(JournalState.Undone, dead));
        }
        if (open.Count == 0)
            file.Clear();
        return [.. results];
    }

    /// <summary>
    /// Notes that <paramref name="change"/> is about to be made. Throws <see cref="UnbrickException"/>: then it must not be made.
    /// </summary>
    internal void Plan(HostChange change) => Append(JournalState.Planned, change);

    /// <summary>Notes that <paramref name="change"/> is not there any more.</summary>
    internal void Close(HostChange change) => Append(JournalState.Undone, change);

    private UndoneChange Recover(INetworkHost host, OwnedChange dead, OwnedChange[] living)
    {
        if (dead.Run.Boot != processes.Self.Boot)
            return new(dead.Change, UndoOutcome.Gone); // what is there now was set up after the restart, by somebody else
        return living.Any(one => one.Change == dead.Change && one.Run.Network == dead.Run.Network)
            ? new(dead.Change, UndoOutcome.Kept, "another run that is still going uses it")
            : HostUndo.Undo(host, dead.Change);
    }

    private void Append(JournalState state, HostChange change)
    {
        using JournalFile file = JournalFile.Hold(path, LockTries);
        file.Append(Entry(state, new(change, processes.Self)));
    }

    private JournalEntry Entry(JournalState state, OwnedChange owned) => JournalEntry.For(state, owned.Change, owned.Run, time.GetUtcNow());
}
