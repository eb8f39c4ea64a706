namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// The transfers of many page programs, made one after the other as the programmer has room: write enable, program, and a status read
/// that is as long as the chip needs, so that the next page can follow at once. Reads the answers as they come and stops at the first page
/// that was not taken. What was on its way behind it does no harm: a busy chip drops it, an idle one programs the right bytes.
/// </summary>
internal sealed class PageQueue(ISpiMaster master, SpiAddressing addressing, IdCheck id, PagePace pace)
{
    private enum Role
    {
        Command,
        Poll,
        LastPoll,
        LastPollBeforeId,
        Id,
    }

    private readonly Queue<(Role Role, int Length)> _onTheirWay = [];
    private bool _wasBusy;
    private int _passed;
    private int _asked;

    /// <summary>Why it stopped; <see cref="PollState.Finished"/> when it did not.</summary>
    public PollState Stopped { get; private set; }

    /// <summary>Puts pages until one is not taken.</summary>
    /// <param name="pages">Where they start and what is to be put there.</param>
    /// <param name="taken">Called for each page in its order; when it says false, no more are put.</param>
    public void Put(IEnumerable<(int Address, ReadOnlyMemory<byte> Data)> pages, Func<bool> taken)
    {
        _onTheirWay.Clear();
        Stopped = PollState.Finished;
        StartPage();
        master.Queue(Transfers(pages), transfer => Told(transfer, taken));
    }

    private IEnumerable<SpiTransfer> Transfers(IEnumerable<(int Address, ReadOnlyMemory<byte> Data)> pages)
    {
        int most = Math.Clamp(master.Info.MaxRead, 1, SpiFlashReader.Piece);
        foreach ((int address, ReadOnlyMemory<byte> data) in pages)
        {
            bool asksForId = pace.IsUnseenUsual;
            yield return Next(Role.Command, new(new[] { NorOpcode.WriteEnable }, default));
            yield return Next(Role.Command, new(addressing.Program(address, data.Span), default));
            for (int left = pace.PollLength; left > 0; left -= most)
            {
                int length = Math.Min(left, most);
                yield return Next(left > most ? Role.Poll : asksForId ? Role.LastPollBeforeId : Role.LastPoll, new(new[] { NorOpcode.ReadStatus1 }, new byte[length]));
            }
            if (asksForId)
                yield return Next(Role.Id, id.Transfer());
        }
    }

    private SpiTransfer Next(Role role, SpiTransfer transfer)
    {
        _onTheirWay.Enqueue((role, transfer.Read.Length));
        return transfer;
    }

    private bool Told(SpiTransfer transfer, Func<bool> taken)
    {
        (Role role, int length) = _onTheirWay.Dequeue();
        switch (role)
        {
            case Role.Poll or Role.LastPoll or Role.LastPollBeforeId:
                _asked += length;
                PollState state = StatusPoll.Read(transfer.Read.Span, out int ready);
                if (state is PollState.Busy or PollState.Finished)
                {
                    _wasBusy = true;
                    _passed = _asked - length + ready;
                }
                return role == Role.Poll || (Judge(state, role == Role.LastPollBeforeId) && (role == Role.LastPollBeforeId || taken()));
            case Role.Id when !id.IsRight(transfer.Read.Span):
                Stopped = PollState.Lost;
                return false;
            case Role.Id:
                return taken();
            default:
                return true;
        }
    }

    /// <summary>True when the page was taken, as far as its status tells.</summary>
    private bool Judge(PollState state, bool idFollows)
    {
        bool finished = state == PollState.Finished || (state == PollState.Unseen && _wasBusy);
        if (finished)
            pace.Saw(_passed);
        StartPage();
        if (finished || (state == PollState.Unseen && idFollows))
            return true;
        Stopped = state;
        return false;
    }

    private void StartPage()
    {
        _wasBusy = false;
        _passed = 0;
        _asked = 0;
    }
}
