using System.Collections.Immutable;

namespace Unbrick.Formats.Scan;

/// <summary>Asks the formats at the places of one stretch, and decides which of the findings that overlap stands.</summary>
internal sealed class StretchReader
{
    private const int EraseBlock = 4096;

    private readonly ReadOnlyMemory<byte> _image;
    private readonly PatternIndex _index;
    private readonly ReadBudget _budget;
    private readonly Effort _effort;
    private readonly List<Candidate> _ownPlaces;
    private readonly Stretch _stretch;
    private readonly CandidateStream _candidates;
    private readonly List<int> _formats = [];
    private readonly Ahead?[] _ahead = new Ahead?[(int)Confidence.Certain + 1];

    public StretchReader(
        ReadOnlyMemory<byte> image, PatternIndex index, ReadBudget budget, Effort effort, List<Candidate> ownPlaces, in Stretch stretch)
    {
        (_image, _index, _budget, _effort, _ownPlaces, _stretch) = (image, index, budget, effort, ownPlaces, stretch);
        _candidates = new CandidateStream(image, stretch.Begin, stretch.End, index, ownPlaces);
    }

    /// <summary>What the stretch begins with; every format is asked.</summary>
    public Finding? AtStart()
    {
        Finding? best = null;
        for (int format = 0; format < _index.Formats.Length; format++)
        {
            if (_index.Formats[format].Id != _stretch.Except)
                best = Better(best, Read(format, _stretch.Begin));
        }
        return best;
    }

    /// <summary>The first finding at or behind <paramref name="from"/>, never less than in the call before.</summary>
    public Finding? Next(int from) => Next(_candidates, from);

    /// <summary>
    /// The finding as it stands among those that begin inside it: itself, or cut off where a surer one begins; null when it gives way.
    /// </summary>
    public Finding? Settle(Finding found)
    {
        if (IsSure(found))
            return found;
        Confidence surer = found.Confidence == Confidence.Guess ? Confidence.Likely : Confidence.Certain;
        ImmutableArray<Part>.Builder content = ImmutableArray.CreateBuilder<Part>();
        int from = found.Offset + 1;
        while (NextWhole(from, surer) is Finding other && other.Offset < found.End)
        {
            if (LiesInPart(found, other))
            {
                from = other.End;
                continue;
            }
            if (found.Verdict != Verdict.Bad && found.Confidence == Confidence.Guess)
                return null;
            // Code without a header (a boot loader) has trees and tables in it; what begins at an erase block is a partition of its own.
            if (found.Verdict == Verdict.Bad || !found.Parts.IsDefaultOrEmpty || other.Offset % EraseBlock == 0 || other.End > found.End)
                return Cut(found, other.Offset);
            content.Add(new Part(other.Format, other.Offset, other.Length));
            from = other.End;
        }
        return content.Count == 0 ? found : found with { Parts = content.DrainToImmutable() };
    }

    /// <summary>Its extent is beyond doubt: the header is proven, or the content is.</summary>
    private bool IsSure(Finding found)
    {
        if (found.Confidence == Confidence.Certain)
            return found.Verdict != Verdict.Bad || found.Offset == _stretch.Begin || !IsTruncated(found);
        return found.Verdict == Verdict.Bad && found.Parts.Any(static part => part.Proven);
    }

    private static bool IsTruncated(Finding found) => found.Flaws.Any(static flaw => flaw.Code is FlawCode.Truncated or FlawCode.Md5OrTruncated);

    /// <summary>In something whole, anywhere in a part; in something damaged only where the part begins: its length is not to be trusted.</summary>
    private static bool LiesInPart(Finding container, Finding other)
    {
        foreach (Part part in container.Parts)
        {
            bool begins = container.Verdict == Verdict.Bad ? other.Offset == part.Offset : other.Offset >= part.Offset;
            if (begins && other.End <= (long)part.Offset + part.Length)
                return true;
        }
        return false;
    }

    private static Finding Cut(Finding found, int end) => found with
    {
        Length = end - found.Offset,
        Parts =
        [
            .. found.Parts.Where(part => part.Offset < end).Select(part => part with
            {
                Length = (int)Math.Min(part.Length, end - (long)part.Offset),
                Proven = part.Proven && (long)part.Offset + part.Length <= end,
            }),
        ],
        Volumes = [.. found.Volumes.Select(volume => volume with { Pieces = volume.Pieces.RemoveAll(piece => piece.At + (long)piece.Length > end) })],
    };

    /// <summary>
    /// The next finding that is whole and at least so sure. Remembered, because many damaged things in a row ask for the same one; the search
    /// for it goes over the stretch once.
    /// </summary>
    private Finding? NextWhole(int from, Confidence least)
    {
        if (from >= _stretch.End)
            return null;
        Ahead ahead = _ahead[(int)least] ??= new Ahead(new CandidateStream(_image, _stretch.Begin, _stretch.End, _index, _ownPlaces));
        while (ahead.At < _stretch.End && (ahead.Found is null || ahead.Found.Offset < from))
        {
            Finding? next = Next(ahead.Candidates, Math.Max(from, ahead.At));
            ahead.At = next is null ? _stretch.End : next.Offset + 1;
            ahead.Found = next is not null && next.Verdict != Verdict.Bad && next.Confidence >= least ? next : null;
        }
        return ahead.Found is Finding found && found.Offset >= from ? found : null;
    }

    private Finding? Next(CandidateStream candidates, int from)
    {
        while (from < _stretch.End)
        {
            int at = candidates.Next(from, _formats);
            if (at < 0)
                return null;
            Finding? best = null;
            foreach (int format in _formats)
                best = Better(best, Read(format, at));
            if (best is not null)
                return best;
            from = at + 1;
        }
        return null;
    }

    private Finding? Read(int format, int at)
    {
        bool atStart = at == _stretch.Begin;
        if (!atStart && !_effort.Allows(format))
            return null;
        Finding? found = _index.Formats[format].Read(new FormatInput(_image, at, _stretch.End, _budget) { AtStart = atStart, Proven = _stretch.Proven });
        // A finding may begin before the place that announced it, but a tile must not.
        if (found is not null && (found.Offset != at || found.Length <= 0 || found.Length > _stretch.End - at))
            found = null;
        _effort.Charge(format, found);
        return found;
    }

    /// <summary>At the same place: the surer, then the longer (a container before its content), then the one that was asked first.</summary>
    private static Finding? Better(Finding? best, Finding? other)
    {
        if (best is null || other is null)
            return best ?? other;
        int surer = other.Confidence.CompareTo(best.Confidence);
        return surer > 0 || surer == 0 && other.Length > best.Length ? other : best;
    }

    /// <summary>How far one search ahead has come.</summary>
    private sealed class Ahead(CandidateStream candidates)
    {
        public CandidateStream Candidates => candidates;

        public int At { get; set; }

        public Finding? Found { get; set; }
    }
}
