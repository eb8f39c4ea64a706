namespace Unbrick.Sim.Spi.Faults;

/// <summary>One thing that is wrong between a programmer and a chip. Keeps its own count; deterministic.</summary>
internal abstract class SpiFault
{
    /// <summary>Before the bytes go out: may change them, or lose them.</summary>
    public virtual void Before(FaultyTransfer transfer)
    {
    }

    /// <summary>After the answer came: may change it. Not called for what was on its way when nobody wanted to be told any longer.</summary>
    public virtual void After(FaultyTransfer transfer)
    {
    }
}
