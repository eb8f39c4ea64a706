namespace Unbrick.Sim.Spi.Faults;

/// <summary>The programmer is pulled out once, and with it the chip's power.</summary>
/// <param name="after">Transfers before.</param>
/// <param name="tries">How often it is looked for in vain before it is back.</param>
internal sealed class Unplug(long after, int tries) : SpiFault
{
    private bool _done;

    /// <summary>Tries in vain, when it happens now; null otherwise.</summary>
    public int? Happens(long number)
    {
        if (_done || number < after)
            return null;
        _done = true;
        return tries;
    }
}
