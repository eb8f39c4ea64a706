namespace Unbrick.Hardware.Spi.Ch341a;

/// <summary>One call of <see cref="ISpiMaster.Queue"/>: packets go out as long as there is room, answers are taken as they come.</summary>
internal sealed class Ch341aRun(Ch341aPipe pipe, IEnumerator<SpiTransfer> source, Func<SpiTransfer, bool> told)
{
    private readonly Queue<Shift> _onTheirWay = new();
    private Shift? _sending;
    private bool _hasEnded;
    private bool _isStopped;
    private int _told;

    /// <summary>Runs to the end; when the caller's own code throws, what is on its way is carried out first.</summary>
    public int Run()
    {
        try
        {
            Pump();
        }
        catch (Exception e) when (e is not ProgrammerException)
        {
            Stop();
            Pump();
            throw;
        }
        return _told;
    }

    private void Pump()
    {
        while (true)
        {
            bool moved = Send();
            moved |= Take();
            if (_hasEnded && _onTheirWay.Count == 0)
                break;
            if (!moved)
                pipe.Wait();
        }
        pipe.Post(Ch341aPackets.Deselect);
    }

    private bool Send()
    {
        bool moved = false;
        while (pipe.MakeRoom() && (_sending is not null || TryNext()))
        {
            Shift shift = _sending!;
            int sent = shift.Sent;
            int length = Ch341aPackets.Fill(shift.Transfer.Write.Span, shift.Total, ref sent, pipe.Next, out int answers);
            shift.Sent = sent;
            pipe.Send(length, answers);
            if (shift.Sent == shift.Total)
                _sending = null;
            moved = true;
        }
        return moved;
    }

    private bool TryNext()
    {
        if (_hasEnded)
            return false;
        if (!source.MoveNext())
        {
            _hasEnded = true;
            return false;
        }
        SpiTransfer transfer = source.Current;
        Ch341aMaster.Check(transfer.Write.Length, transfer.Read.Length);
        _sending = new(transfer, transfer.Write.Length + transfer.Read.Length);
        _onTheirWay.Enqueue(_sending);
        return true;
    }

    private bool Take()
    {
        bool moved = false;
        while (pipe.TryPeek(out ReadOnlySpan<byte> answer))
        {
            Shift shift = _onTheirWay.Peek();
            int expected = Math.Min(Ch341aPackets.Shifted, shift.Total - shift.Received);
            if (answer.Length != expected)
                throw pipe.Fail(Usb.UsbStatus.Done, $"{expected} bytes were shifted and {answer.Length} came back");
            Ch341aPackets.Take(answer, shift.Received, shift.Transfer.Write.Length, shift.Transfer.Read.Span);
            shift.Received += expected;
            pipe.Drop();
            moved = true;
            if (shift.Received < shift.Total)
                continue;
            _onTheirWay.Dequeue();
            if (_isStopped)
                continue;
            _told++;
            if (!told(shift.Transfer))
                Stop();
        }
        return moved;
    }

    /// <summary>
    /// Takes no more. What a chip-select writes is sent to its end, since half a page would be programmed, too; what it only reads is cut off.
    /// </summary>
    private void Stop()
    {
        _hasEnded = _isStopped = true;
        if (_sending is { } shift && shift.Sent >= shift.Transfer.Write.Length)
        {
            shift.Total = shift.Sent;
            _sending = null;
        }
    }

    private sealed class Shift(SpiTransfer transfer, int total)
    {
        public SpiTransfer Transfer { get; } = transfer;

        public int Total { get; set; } = total;

        public int Sent { get; set; }

        public int Received { get; set; }
    }
}
