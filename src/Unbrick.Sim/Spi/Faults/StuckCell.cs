namespace Unbrick.Sim.Spi.Faults;

/// <summary>Bits of one byte of the array read as always the same, whatever is written or erased.</summary>
internal sealed class StuckCell(int address, byte mask, byte value) : SpiFault
{
    public override void After(FaultyTransfer transfer)
    {
        SpiCommand command = transfer.Command;
        if (command.Kind != SpiCommandKind.Read || transfer.Floating is not null)
            return;
        long at = (long)address - command.Address + command.Header - transfer.Write.Length;
        if (at < 0 || at >= Math.Min(transfer.Read.Length, command.Length))
            return;
        ref byte cell = ref transfer.Read.Span[(int)at];
        cell = (byte)(cell & ~mask | value & mask);
    }
}
