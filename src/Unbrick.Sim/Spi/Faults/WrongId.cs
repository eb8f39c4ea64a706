namespace Unbrick.Sim.Spi.Faults;

/// <summary>The first answers to 9F are another chip's.</summary>
internal sealed class WrongId(int times, byte[] id) : SpiFault
{
    private int _left = times;

    public override void After(FaultyTransfer transfer)
    {
        if (transfer.Command.Kind != SpiCommandKind.ReadId || transfer.Floating is not null || _left == 0)
            return;
        _left--;
        Span<byte> read = transfer.Read.Span;
        id.AsSpan(0, Math.Min(id.Length, read.Length)).CopyTo(read);
    }
}
