namespace Unbrick.Sim.Spi.Faults;

/// <summary>From one write on the chip is busy for ever: it tells its status and nothing else.</summary>
/// <param name="after">Programs, erases and status writes that still work.</param>
internal sealed class NeverReady(int after) : SpiFault
{
    private long _count;

    public override void Before(FaultyTransfer transfer)
    {
        if (_count > after)
        {
            if (transfer.Command.Kind != SpiCommandKind.ReadStatus)
                transfer.Lose(0xFF);
        }
        else if (transfer.Command.Changes && transfer.Floating is null)
        {
            _count++;
        }
    }

    public override void After(FaultyTransfer transfer)
    {
        if (_count > after && transfer.Command.Kind == SpiCommandKind.ReadStatus && transfer.Floating is null)
            transfer.Read.Span.Fill(0x03);
    }
}
