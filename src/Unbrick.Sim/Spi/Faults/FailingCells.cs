namespace Unbrick.Sim.Spi.Faults;

/// <summary>
/// Programs, or erases, that meet an address do nothing, though the chip is busy over them and says that it is done: the chip gets a program of FF
/// instead.
/// </summary>
/// <param name="address">First address.</param>
/// <param name="length">How many.</param>
/// <param name="times">How often; -1 for always.</param>
/// <param name="kind">Program or Erase.</param>
internal sealed class FailingCells(int address, int length, int times, SpiCommandKind kind) : SpiFault
{
    private int _left = times;

    public override void Before(FaultyTransfer transfer)
    {
        if (_left == 0 || transfer.Command.Kind != kind || transfer.Floating is not null || !transfer.Command.Meets(address, length))
            return;
        if (_left > 0)
            _left--;
        transfer.Write = Idle(transfer);
    }

    /// <summary>The same command without an effect.</summary>
    public static byte[] Idle(FaultyTransfer transfer)
    {
        byte[] write = transfer.Write;
        if (transfer.Command.Kind == SpiCommandKind.Program)
            return [.. write[..transfer.Command.Header], .. Enumerable.Repeat((byte)0xFF, write.Length - transfer.Command.Header)];
        byte[] at = transfer.Command.Header == 1 ? [0, 0, 0] : write[1..];
        return [write[0] is 0x21 or 0x5C or 0xDC ? (byte)0x12 : (byte)0x02, .. at, 0xFF];
    }
}
