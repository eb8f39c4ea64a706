namespace Unbrick.Sim.Spi.Faults;

/// <summary>No contact for a number of transfers, or for a time: nothing reaches the chip, and the host reads what the open wire shows.</summary>
internal sealed class ContactLost(FaultSpan when, byte floating) : SpiFault
{
    public override void Before(FaultyTransfer transfer)
    {
        if (when.Has(transfer))
            transfer.Lose(floating);
    }
}
