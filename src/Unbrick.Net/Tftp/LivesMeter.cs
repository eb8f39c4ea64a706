namespace Unbrick.Net.Tftp;

/// <summary>
/// Counts the time-outs a boot loader must have had, as seen from here: U-Boot (1.1.3 to today, net/tftp.c TIMEOUT_COUNT) allows ten for the
/// whole file, sets the count back at the start and at a block wrap only, and has one whenever its timer runs out without a new block.
/// </summary>
internal sealed class LivesMeter(TimeSpan clientTimeout)
{
    /// <summary>U-Boot's TIMEOUT_COUNT.</summary>
    private const int Lives = 10;

    private int _used;

    /// <summary>Time-outs left; never below 0.</summary>
    public int Left => Math.Max(0, Lives - _used);

    /// <summary>A new block was acknowledged after <paramref name="pause"/> without one.</summary>
    public void Progress(TimeSpan pause, bool wrapped)
    {
        if (wrapped)
            _used = 0;
        else if (pause >= clientTimeout)
            _used += (int)Math.Min(Lives, pause.Ticks / clientTimeout.Ticks);
    }

    /// <summary>What would be left if the client had seen nothing for <paramref name="pause"/>.</summary>
    public int LeftAfter(TimeSpan pause) => Math.Max(0, Left - (int)Math.Min(Lives, pause.Ticks / clientTimeout.Ticks));
}
