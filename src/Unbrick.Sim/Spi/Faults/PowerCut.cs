namespace Unbrick.Sim.Spi.Faults;

/// <summary>The power goes and does not come back: what the chip held at that moment is what it holds.</summary>
internal sealed class PowerCut(FaultSpan when) : SpiFault
{
    public bool IsDone { get; private set; }

    /// <summary>Set once the power went.</summary>
    public bool Happens(long number, TimeSpan at)
    {
        if (IsDone || (when.IsTime ? at.Ticks : number) < when.From)
            return false;
        return IsDone = true;
    }

    public override void Before(FaultyTransfer transfer)
    {
        if (IsDone)
            transfer.Lose(0xFF);
    }
}
