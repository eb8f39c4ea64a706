using Unbrick.Hardware.Spi;
using Unbrick.Sim.Spi;

namespace Unbrick.Bench.Cuts;

/// <summary>Passes commands on until it is cut off; then chip and programmer lose their power in the same moment, in the midst of what the chip is doing.</summary>
internal sealed class CutMaster(SimSpiMaster inner, SimNor chip) : ISpiMaster
{
    public long Commands { get; private set; }

    /// <summary>How many commands still come through.</summary>
    public long Left { get; set; } = long.MaxValue;

    public SpiMasterInfo Info => inner.Info;

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Left <= 0)
        {
            if (Left == 0)
                chip.PowerOff(inner.Nanoseconds);
            Left = -1;
            throw new ProgrammerException(ProgrammerFault.Gone, "cut");
        }
        Left--;
        Commands++;
        inner.Transfer(write, read);
    }

    public void Mend()
    {
        chip.PowerOn();
        Left = long.MaxValue;
    }

    public void Dispose() => inner.Dispose();
}
