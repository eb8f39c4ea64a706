namespace Unbrick.Formats.Scan;

/// <summary>
/// The candidates of a stretch in the order of their places, searched for as far as they are asked for: what is skipped over, because
/// something certain lies there, is not searched at all, and a file of nothing but magic numbers takes no memory.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="begin">Where the stretch begins.</param>
/// <param name="end">Where it ends.</param>
/// <param name="index">What is searched for.</param>
/// <param name="ownPlaces">Places in the image that formats named themselves (<see cref="IScansItself"/>), sorted.</param>
internal sealed class CandidateStream(ReadOnlyMemory<byte> image, int begin, int end, PatternIndex index, List<Candidate> ownPlaces)
{
    private const int Block = 1 << 16;

    private readonly List<Candidate> _ready = [];
    private int _next, _searched;

    /// <summary>
    /// The first place at or behind <paramref name="from"/> (never less than in the call before) where something may begin; -1 when there is
    /// none. <paramref name="formats"/> gets which.
    /// </summary>
    public int Next(int from, List<int> formats)
    {
        formats.Clear();
        int first = from - begin;
        if (_searched < first)
        {
            _ready.Clear();
            _next = 0;
            _searched = first;
        }
        int own = OwnPlace(from);
        while (true)
        {
            while (_next < _ready.Count && _ready[_next].At < first)
                _next++;
            // Keys stand up to Reach behind the beginning: nearer to the end of what is searched, candidates may still be missing.
            bool all = _searched >= end - begin;
            int settled = all ? int.MaxValue : _searched - index.Reach;
            int place = _next < _ready.Count ? _ready[_next].At : int.MaxValue;
            int named = own < ownPlaces.Count && ownPlaces[own].At < end ? ownPlaces[own].At - begin : int.MaxValue;
            int at = Math.Min(place, named);
            if (at < settled)
            {
                if (at == int.MaxValue)
                    return -1;
                for (int i = _next; i < _ready.Count && _ready[i].At == at; i++)
                    Add(formats, _ready[i].Format);
                for (int i = own; i < ownPlaces.Count && ownPlaces[i].At - begin == at; i++)
                    Add(formats, ownPlaces[i].Format);
                return begin + at;
            }
            if (all)
                return -1;
            SearchOn();
        }
    }

    private void SearchOn()
    {
        _ready.RemoveRange(0, _next);
        _next = 0;
        int to = Math.Min(_searched + Block, end - begin);
        index.Search(image.Span[begin..end], _searched, to, _ready);
        _ready.Sort();
        _searched = to;
    }

    private int OwnPlace(int from)
    {
        int found = ownPlaces.BinarySearch(new Candidate(from, -1));
        return found < 0 ? ~found : found;
    }

    private static void Add(List<int> formats, int format)
    {
        if (!formats.Contains(format))
            formats.Add(format);
    }
}
