namespace Unbrick.Sim.Spi.Faults;

/// <summary>A stretch of a run, counted in transfers or in time.</summary>
internal readonly record struct FaultSpan(long From, long Length, bool IsTime)
{
    public static FaultSpan Always { get; } = new(0, long.MaxValue, false);

    public bool Has(FaultyTransfer transfer)
    {
        long at = IsTime ? transfer.At.Ticks : transfer.Number;
        return at >= From && at - From < Length;
    }
}
