namespace Unbrick.Hardware.Spi.Flash;

/// <summary>Puts bytes into erased places, page after page without a pause, and deals with the pages that were not taken.</summary>
internal sealed class SpiFlashProgrammer(ISpiMaster master, SpiChip chip, TimeProvider time, SpiAddressing addressing, IdCheck id)
{
    private const int Tries = 3;

    private readonly BusyWait _wait = new(master, time);
    private PagePace? _pace;

    private TimeSpan Longest => chip.PageLongest > EraseTimes.LongestPage ? chip.PageLongest : EraseTimes.LongestPage;

    /// <summary>Bytes in one program command: a page, or the part of it that the programmer takes at a time.</summary>
    private int Chunk
    {
        get
        {
            int most = Math.Min(chip.Page, master.Info.MaxWrite - 1 - 4);
            if (most < 1)
                throw new ProgrammerException(ProgrammerFault.NotSupported, $"{master.Info.MaxWrite} bytes at a time are too few for a page program");
            return most == chip.Page ? most : 1 << int.Log2(most);
        }
    }

    /// <param name="address">Of the first byte.</param>
    /// <param name="data">What is to stand there.</param>
    /// <param name="present">What stands there, as long as <paramref name="data"/>; empty when it is erased.</param>
    /// <param name="progress">Gets the bytes that are done.</param>
    /// <param name="cancellation">Stops between two pages.</param>
    public ProgramResult Program(
        int address, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> present, Action<int>? progress, CancellationToken cancellation)
    {
        int[] starts = [.. Needed(address, data, present)];
        int next = 0;
        int repeats = 0;
        int tries = 0;
        PagePace pace = _pace ??= new(_wait.BytesIn((chip.PageTypical ?? EraseTimes.TypicalPage) * 1.15) + 8, 2 * _wait.BytesIn(Longest));
        PageQueue queue = new(master, addressing, id, pace);
        while (next < starts.Length)
        {
            if (cancellation.IsCancellationRequested)
            {
                _wait.UntilReady(TimeSpan.Zero, Longest);
                return new(FlashOutcome.Cancelled, starts[next], null, next, repeats);
            }
            int reach = addressing.Reach(address + starts[next]);
            int limit = (int)Math.Min(int.MaxValue, (long)starts[next] + reach);
            int before = next;
            addressing.Enter(address + starts[next]);
            queue.Put(starts.Skip(next).TakeWhile(start => start < limit).Select(start => (address + start, Page(address, data, start))), Taken);
            if (queue.Stopped == PollState.Finished && (next > before || cancellation.IsCancellationRequested))
                continue;
            repeats++;
            tries = next == before ? tries + 1 : 1;
            FlashOutcome? end = Resolve(queue.Stopped, pace, tries, address + starts[next], Page(address, data, starts[next]), Present(starts[next]));
            if (end is FlashOutcome.Done)
                Taken();
            else if (end is { } outcome)
                return new(outcome, starts[next], address + starts[next], next, repeats);
        }
        return new(FlashOutcome.Done, data.Length, null, next, repeats);

        bool Taken()
        {
            next++;
            progress?.Invoke(next < starts.Length ? starts[next] : data.Length);
            return !cancellation.IsCancellationRequested;
        }

        ReadOnlyMemory<byte> Present(int start) => present.IsEmpty ? present : present.Slice(start, Page(address, data, start).Length);
    }

    /// <summary>What to do about a page that was not taken: null to put it again, <see cref="FlashOutcome.Done"/> when it was taken after all.</summary>
    private FlashOutcome? Resolve(PollState state, PagePace pace, int tries, int address, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> present)
    {
        if (state is PollState.Lost or PollState.Finished)
            return FlashOutcome.NoContact;
        // What was on its way behind the page may have begun another one.
        PollState rest = _wait.UntilReady(TimeSpan.Zero, Longest);
        master.Transfer([NorOpcode.WriteDisable], []);
        if (rest is PollState.Busy)
            return FlashOutcome.Late;
        if (rest is PollState.Lost || !id.IsThere())
            return FlashOutcome.NoContact;
        if (state == PollState.Busy)
            state = ProgramAlone(address, data, pace);
        if (state == PollState.Unseen && HasChanged(address, data, present))
        {
            pace.WasUnseen();
            return FlashOutcome.Done;
        }
        return state switch
        {
            PollState.Finished => FlashOutcome.Done,
            PollState.Busy => FlashOutcome.Late,
            PollState.Lost => FlashOutcome.NoContact,
            _ => tries < Tries ? null : FlashOutcome.Refused,
        };
    }

    /// <summary>A page that was late once more, with nothing behind it, to learn how long it really takes.</summary>
    private PollState ProgramAlone(int address, ReadOnlyMemory<byte> data, PagePace pace)
    {
        byte[] answer = new byte[Math.Min(4L * pace.PollLength, Math.Clamp(master.Info.MaxRead, 1, SpiFlashReader.Piece))];
        SpiTransfer[] transfers =
        [
            new(new[] { NorOpcode.WriteEnable }, default), new(addressing.Program(address, data.Span), default),
            new(new[] { NorOpcode.ReadStatus1 }, answer),
        ];
        master.Queue(transfers, _ => true);
        PollState state = StatusPoll.Read(answer, out int ready);
        long waited = ready;
        if (state == PollState.Busy)
        {
            state = _wait.UntilReady(TimeSpan.Zero, Longest);
            waited += _wait.Waited;
            // It was busy a moment ago.
            state = state is PollState.Unseen or PollState.Refused ? PollState.Finished : state;
        }
        if (state == PollState.Finished)
            pace.WasLate(waited);
        return state;
    }

    private bool HasChanged(int address, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> present)
    {
        byte[] now = new byte[data.Length];
        ReadResult read = new SpiFlashReader(master, addressing, id).Read(address, now, progress: null, CancellationToken.None);
        return read.Doubtful.IsEmpty && (present.IsEmpty ? now.AsSpan().ContainsAnyExcept(chip.Erased) : !now.AsSpan().SequenceEqual(present.Span));
    }

    private IEnumerable<int> Needed(int address, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> present)
    {
        for (int start = 0; start < data.Length; start += Page(address, data, start).Length)
        {
            ReadOnlySpan<byte> page = Page(address, data, start).Span;
            bool isThere = present.IsEmpty ? !page.ContainsAnyExcept(chip.Erased) : page.SequenceEqual(present.Span.Slice(start, page.Length));
            if (!isThere)
                yield return start;
        }
    }

    private ReadOnlyMemory<byte> Page(int address, ReadOnlyMemory<byte> data, int start)
    {
        int chunk = Chunk;
        int length = Math.Min(chunk - ((address + start) % chunk), data.Length - start);
        return data.Slice(start, length);
    }
}
