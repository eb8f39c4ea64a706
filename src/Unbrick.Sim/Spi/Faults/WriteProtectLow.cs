namespace Unbrick.Sim.Spi.Faults;

/// <summary>WP# lies at ground: once SRP was seen, or was set, in status register 1, it cannot be written any more.</summary>
internal sealed class WriteProtectLow : SpiFault
{
    private bool _locked;

    public override void Before(FaultyTransfer transfer)
    {
        if (transfer.Command.Kind != SpiCommandKind.WriteStatus || transfer.Floating is not null)
            return;
        if (_locked)
            transfer.Lose(0xFF);
        else if (transfer.Write[0] == 0x01 && transfer.Write.Length > 1)
            _locked = (transfer.Write[1] & 0x80) != 0;
    }

    public override void After(FaultyTransfer transfer)
    {
        if (transfer.Command.Kind == SpiCommandKind.ReadStatus && transfer.Floating is null && !transfer.Read.IsEmpty)
            _locked = (transfer.Read.Span[^1] & 0x81) == 0x80;
    }
}
