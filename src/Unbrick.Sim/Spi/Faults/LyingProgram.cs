namespace Unbrick.Sim.Spi.Faults;

/// <summary>Every so many page programs nothing, or only the first half, is written; the chip says that it is done.</summary>
internal sealed class LyingProgram(int every, bool half) : SpiFault
{
    private long _count;

    public override void Before(FaultyTransfer transfer)
    {
        if (transfer.Command.Kind != SpiCommandKind.Program || transfer.Floating is not null || ++_count % every != 0)
            return;
        int header = transfer.Command.Header;
        if (half)
            transfer.Write.AsSpan(header + (transfer.Write.Length - header) / 2).Fill(0xFF);
        else
            transfer.Write = FailingCells.Idle(transfer);
    }
}
