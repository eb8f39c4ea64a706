namespace Unbrick.Sim.Spi.Faults;

/// <summary>One bit of each byte is always the same, on the way to the chip or from it.</summary>
internal sealed class StuckBit(int bit, bool high, bool sent) : SpiFault
{
    public override void Before(FaultyTransfer transfer)
    {
        if (sent)
            Stick(transfer.Write);
    }

    public override void After(FaultyTransfer transfer)
    {
        if (!sent)
            Stick(transfer.Read.Span);
    }

    private void Stick(Span<byte> bytes)
    {
        foreach (ref byte value in bytes)
            value = (byte)(high ? value | 1 << bit : value & ~(1 << bit));
    }
}
