using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Recovery.Spi.Nand;

/// <summary>
/// Reads a SPI NAND block by block until two reads of each page agree, its status included. The reads of one page lie a block apart, and the chip
/// must answer as itself before and after: a command that was lost leaves another page in the buffer, which looks as good as the right one.
/// </summary>
/// <param name="session">The chip.</param>
/// <param name="pageBytes">Bytes of a page that are wanted: its data, or spare bytes, too.</param>
/// <param name="corrects">With the chip's own correction.</param>
internal sealed class NandReader(NandSession session, int pageBytes, bool corrects)
{
    /// <summary>Reads of a block, or of a page, before it is given up.</summary>
    private const int MostReads = 16;

    /// <summary>Reads more of a page that could not be corrected: cells at their limit come through at times.</summary>
    private const int MoreReads = 8;

    /// <summary>Pages that get them; with more, something else is wrong.</summary>
    private const int MostPatient = 256;

    private readonly int _pages = session.Chip.PagesPerBlock;
    private readonly byte[] _other = new byte[session.Chip.PagesPerBlock * pageBytes];
    private readonly SpiNandRead[] _otherEnds = new SpiNandRead[session.Chip.PagesPerBlock];
    private int _patient;

    /// <summary>Bytes of a block as they are read.</summary>
    public int BlockBytes => _other.Length;

    /// <summary>Pages whose reads did not agree at first.</summary>
    public int Disagreements { get; private set; }

    /// <summary>The blocks that are marked as bad, twice the same; null when the contact did not hold.</summary>
    public IReadOnlyList<int>? BadBlocks(CancellationToken ct)
    {
        IReadOnlyList<int>? last = null;
        for (int i = 0; i < MostReads && !ct.IsCancellationRequested; i++)
        {
            IReadOnlyList<int>? now = session.Nand.Begin() ? session.Nand.BadBlocks(_ => !ct.IsCancellationRequested) : null;
            if (!session.IsThere() || now is null)
            {
                if (!session.Reconnect(ct))
                    return null;
                continue;
            }
            if (last is not null && now.SequenceEqual(last))
                return now;
            last = now;
        }
        return null;
    }

    /// <summary>Reads a block once; again when the contact was lost meanwhile. False when it does not come back.</summary>
    public bool ReadOnce(int block, byte[] bytes, SpiNandRead[] ends, CancellationToken ct)
    {
        for (int i = 0; i < MostReads && !ct.IsCancellationRequested; i++)
        {
            if (session.Nand.Begin() && session.Nand.ReadPages(block * _pages, bytes, ends, corrects) && session.IsThere())
                return true;
            if (!session.Reconnect(ct))
                return false;
        }
        return false;
    }

    /// <summary>Reads a block until two reads of each page agree. False when the contact does not hold.</summary>
    public bool Read(int block, byte[] bytes, SpiNandRead[] ends, CancellationToken ct)
    {
        if (!ReadOnce(block, bytes, ends, ct) || !ReadOnce(block, _other, _otherEnds, ct))
            return false;
        int never = 0;
        for (int i = 0; i < _pages; i++)
        {
            Span<byte> one = bytes.AsSpan(i * pageBytes, pageBytes);
            ReadOnlySpan<byte> other = _other.AsSpan(i * pageBytes, pageBytes);
            bool agree = ends[i] == _otherEnds[i] && one.SequenceEqual(other);
            if (agree && ends[i] is not SpiNandRead.Failed)
                continue;
            List<Seen> seen = [new(one.ToArray(), ends[i]), new(other.ToArray(), _otherEnds[i])];
            if (Settle((block * _pages) + i, seen, agree, ct) is not Seen settled)
                return false;
            settled.Bytes.CopyTo(one);
            ends[i] = settled.End;
            never += settled.IsDoubtful ? 1 : 0;
        }
        // Single pages may be at their end; if none reads the same twice, it is the contact.
        return never < _pages;
    }

    /// <summary>Reads a page that seems wrong until two reads agree; null when the contact does not hold.</summary>
    public (byte[] Bytes, SpiNandRead End)? Prove(int page, ReadOnlySpan<byte> first, SpiNandRead end, CancellationToken ct) =>
        Settle(page, [new(first.ToArray(), end)], agree: false, ct) is Seen seen ? (seen.Bytes, seen.End) : null;

    /// <summary>Reads on until a read comes a second time; a page that could not be corrected gets some more, for one that could.</summary>
    private Seen? Settle(int page, List<Seen> seen, bool agree, CancellationToken ct)
    {
        Disagreements += agree ? 0 : 1;
        Seen? settled = agree ? seen[0] : null;
        int most = settled is null ? MostReads : _patient++ < MostPatient ? MoreReads : 0;
        for (int i = 0; i < most; i++)
        {
            if (ct.IsCancellationRequested)
                return null;
            byte[] next = new byte[pageBytes];
            SpiNandRead end = session.Nand.ReadPage(page, next, corrects);
            if (end is SpiNandRead.NoAnswer || !session.IsThere())
            {
                if (!session.Reconnect(ct) || !session.Nand.Begin())
                    return null;
                continue;
            }
            Seen now = new(next, end);
            if (seen.Exists(s => s.End == end && s.Bytes.AsSpan().SequenceEqual(next)) && (settled is null || end is not SpiNandRead.Failed))
            {
                if (end is not SpiNandRead.Failed)
                    return now;
                settled ??= now;
            }
            seen.Add(now);
        }
        return settled ?? seen[^1] with { End = SpiNandRead.Failed, IsDoubtful = seen.TrueForAll(s => s.End is not SpiNandRead.Failed) };
    }

    /// <summary>A read of a page.</summary>
    private sealed record Seen(byte[] Bytes, SpiNandRead End)
    {
        /// <summary>No two reads were the same, and the chip saw nothing wrong with any.</summary>
        public bool IsDoubtful { get; init; }
    }
}
