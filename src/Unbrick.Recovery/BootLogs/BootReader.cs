using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Reads a console as it comes, or a log of one, and can say at any moment what it means (<see cref="Judge"/>). Memory is bounded whatever
/// comes: of each of the last boots the telling lines are kept, of all before them a count. For one thread.
/// </summary>
/// <param name="library">Signatures; null for those that are shipped.</param>
public sealed class BootReader(SignatureLibrary? library = null)
{
    private const int MostCycles = 6;
    private const int LongestText = 160, LongestTopic = 140;

    private readonly SignatureLibrary _library = library ?? SignatureLibrary.Shipped;
    private readonly bool[] _marks = new bool[(library ?? SignatureLibrary.Shipped).Words];
    private readonly List<BootSignature> _likely = [];
    private readonly LineSplitter _splitter = new();
    private readonly WideText _wide = new();
    private readonly List<BootCycle> _cycles = [];
    private readonly FactBook _facts = new();
    private readonly LogTally _tally = new();
    private TimeSpan _now;

    /// <summary>Takes what came in; <paramref name="now"/> is measured from any beginning and never runs back.</summary>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        _now = now;
        _tally.Heard(bytes.Length, now);
        _splitter.Take(_wide.Narrow(bytes), See);
    }

    /// <summary>The log ends here: a last line without its end counts, too.</summary>
    public void Finish()
    {
        _splitter.Take(_wide.Rest(), See);
        _splitter.Finish(See);
    }

    /// <summary>What all of it means, as far as it goes. Costs little; the reader goes on afterwards.</summary>
    /// <param name="now">By the clock of <see cref="Take"/>; silence since the last byte counts as evidence.</param>
    public BootVerdict Judge(TimeSpan now) => new Reasoner(_library, _cycles, _facts, _tally, now).Judge();

    /// <summary>The last boots line by line: what the telling ones say, repeated ones together.</summary>
    public ImmutableArray<StoryLine> Story() => BootStory.Of(_cycles);

    private void See(long number, string raw)
    {
        ConsoleLine line = LineCleaner.Clean(number, raw, _now);
        _tally.Count(line);
        if (line.Text.Length == 0)
            return;
        bool seen = false;
        string lower = line.Text.ToLowerInvariant();
        _library.MayFit(lower, _marks, _likely);
        bool known = false; // topics come last, and are for what nothing else knows
        foreach (BootSignature signature in _likely)
        {
            if (signature.IsTopic && (known || line.Text.Length > LongestTopic) || !signature.Fits(line.Text, lower, out Match? match))
                continue;
            seen |= Add(line, signature, match);
            known |= signature.Kind != SignKind.Fact && (signature.Needs is null || _cycles.Count > 0 && _cycles[^1].Has(signature.Needs));
        }
        if (_cycles.Count == 0 && !line.Prose)
            Begin(line);
        if (!line.Prose)
            _cycles[^1].See(line);
        _tally.Told(seen);
    }

    private bool Add(in ConsoleLine line, BootSignature signature, Match? match)
    {
        if (IsSaid(signature) != line.Prose)
            return false;
        if (_cycles.Count == 0 || !line.Prose && signature.Kind == SignKind.Start && Restarts(signature))
            Begin(line);
        if (!line.Prose)
            _facts.Take(signature, match);
        string text = line.Text.Length > LongestText ? line.Text[..LongestText] : line.Text;
        _cycles[^1].Add(new BootEvent(line.Number, signature, text, line.Kernel, line.Prose));
        return !line.Prose;
    }

    /// <summary>What only people say, and no console.</summary>
    internal static bool IsSaid(BootSignature signature) => signature.Id.StartsWith("say-", StringComparison.Ordinal);

    private void Begin(in ConsoleLine line)
    {
        if (_cycles.Count > 0 || line.Text.Length > 0)
            _tally.Began(line);
        _cycles.Add(new BootCycle(line.Number, line.Clock, line.At));
        if (_cycles.Count > MostCycles)
            _cycles.RemoveAt(0);
    }

    /// <summary>A first line of a part that lies behind, or that was begun already.</summary>
    private bool Restarts(BootSignature start)
    {
        BootCycle cycle = _cycles[^1];
        if (cycle.Events.Count > 0 && cycle.Events[^1].Is("ab-menu-cli"))
            return false; // the command line of Ralink's loader prints its version once more
        return cycle.Furthest is BootStage furthest
            && (start.Stage < furthest && start.Stage <= BootStage.Kernel && !(start.Stage == BootStage.Kernel && furthest == BootStage.Image)
                || cycle.Has(start.Id) && cycle.Lines >= 2
                || start.Stage == BootStage.Loader && furthest == BootStage.Loader && cycle.HasFailed);
    }
}
