namespace Unbrick.Sim.Spi.Faults;

/// <summary>Answers are some bits late (a clock edge too many was seen), or early with a negative number; the gap is filled with ones.</summary>
internal sealed class ShiftedBits(int bits) : SpiFault
{
    public override void After(FaultyTransfer transfer)
    {
        Span<byte> read = transfer.Read.Span;
        int by = Math.Abs(bits);
        if (bits > 0)
        {
            for (int i = read.Length - 1; i >= 0; i--)
                read[i] = (byte)((i > 0 ? read[i - 1] : 0xFF) << (8 - by) | read[i] >> by);
            return;
        }
        for (int i = 0; i < read.Length; i++)
            read[i] = (byte)(read[i] << by | (i + 1 < read.Length ? read[i + 1] : 0xFF) >> (8 - by));
    }
}
