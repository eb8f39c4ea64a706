namespace Unbrick.Sim.Spi.Faults;

/// <summary>The chip takes longer by a factor: until then its status says busy, and all else is dropped.</summary>
internal sealed class SlowChip(double factor) : SpiFault
{
    private TimeSpan _begin;
    private TimeSpan? _until;
    private bool _busy;

    public override void Before(FaultyTransfer transfer)
    {
        bool status = transfer.Command.Kind == SpiCommandKind.ReadStatus;
        if (_until is { } until && transfer.At >= until)
            (_until, _busy) = (null, false);
        if (_busy && _until is not null && !status)
            transfer.Lose(0xFF);
        else if (transfer.Command.MakesBusy && transfer.Floating is null)
            (_begin, _until, _busy) = (transfer.At, null, true);
    }

    public override void After(FaultyTransfer transfer)
    {
        if (!_busy || transfer.Command.Kind != SpiCommandKind.ReadStatus || transfer.Floating is not null || transfer.Read.IsEmpty)
            return;
        if ((transfer.Read.Span[^1] & 1) == 0)
            _until ??= _begin + (transfer.At - _begin) * factor;
        if (_until is null || transfer.At < _until)
            transfer.Read.Span.Fill(0x03);
    }
}
