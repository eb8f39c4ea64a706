namespace Unbrick.Hardware.Spi.Chips;

/// <content>Many pages without a round trip for each.</content>
public sealed partial class SpiNand
{
    private const int MostPolls = 8;

    /// <summary>How often the status is asked between a page and its buffer; more where the programmer is so quick that the page was not there yet.</summary>
    private int _polls = 2;

    /// <summary>
    /// Reads pages that follow each other, of one die. Where the programmer takes queues it needs one for all of them; a page that was not ready when its
    /// turn came is read again by itself.
    /// </summary>
    /// <param name="first">From 0, over all dies.</param>
    /// <param name="bytes">One page behind the other.</param>
    /// <param name="ends">How each ended; as many as there are pages.</param>
    /// <param name="corrects">The chip's own correction is on.</param>
    /// <returns>False when a page did not come; what follows it was not read then.</returns>
    public bool ReadPages(int first, Memory<byte> bytes, SpiNandRead[] ends, bool corrects = true)
    {
        ArgumentNullException.ThrowIfNull(ends);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, chip.Pages - ends.Length);
        (int die, int row) = Math.DivRem(first, PagesPerDie);
        int length = bytes.Length / Math.Max(1, ends.Length), pieces = (length + master.Info.MaxRead - 1) / master.Info.MaxRead;
        Array.Fill(ends, SpiNandRead.NoAnswer);
        if (master.Info.IsQueued && row + ends.Length <= PagesPerDie)
        {
            Select(die);
            if (!Correct(corrects))
                return false;
            int polls = _polls, each = 1 + polls + pieces, told = 0, late = 0;
            byte[] status = new byte[ends.Length * polls];
            status.AsSpan().Fill(0xFF);
            master.Queue(Transfers(row, bytes, length, status, polls), _ =>
            {
                (int page, int step) = Math.DivRem(told++, each);
                if (step < each - 1)
                    return true;
                byte last = status[(page * polls) + polls - 1];
                bool isReady = (last & 1) == 0;
                // A chip that was late may have dropped the command for the page after it, and then shows the old one as if it were new.
                if (isReady && (page == 0 || (status[(page * polls) - 1] & 1) == 0))
                    ends[page] = Meaning(last, corrects);
                late += isReady ? 0 : 1;
                return true;
            });
            if (late > ends.Length / 2)
                _polls = Math.Min(_polls + 2, MostPolls);
            // Busy still, it would drop the command for the page that is read next.
            if (late > 0 && Wait() is null)
                return false;
        }
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i] is SpiNandRead.NoAnswer)
                ends[i] = ReadPage(first + i, bytes.Span.Slice(i * length, length), corrects);
            if (ends[i] is SpiNandRead.NoAnswer)
                return false;
        }
        return true;
    }

    private IEnumerable<SpiTransfer> Transfers(int row, Memory<byte> bytes, int length, byte[] status, int polls)
    {
        for (int page = 0; page < status.Length / polls; page++, row++)
        {
            yield return new(new[] { PageRead, (byte)(row >> 16), (byte)(row >> 8), (byte)row }, Memory<byte>.Empty);
            for (int i = 0; i < polls; i++)
                yield return new(new[] { GetFeature, Status }, status.AsMemory((page * polls) + i, 1));
            for (int done = 0; done < length; done += master.Info.MaxRead)
                yield return new(BufferAt(row, done), bytes.Slice((page * length) + done, Math.Min(length - done, master.Info.MaxRead)));
        }
    }
}
