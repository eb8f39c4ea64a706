namespace Unbrick.Sim.Spi.Faults;

/// <summary>One chip-select on its way through the faults.</summary>
internal sealed class FaultyTransfer(long number, TimeSpan at, SpiCommand command, byte[] write, Memory<byte> read)
{
    /// <summary>Transfers before it, over all connections.</summary>
    public long Number { get; } = number;

    /// <summary>When it went out, since the first of all.</summary>
    public TimeSpan At { get; } = at;

    /// <summary>What the host meant.</summary>
    public SpiCommand Command { get; } = command;

    /// <summary>What goes out; as long as the host wanted it, unless a fault put something else there.</summary>
    public byte[] Write { get; set; } = write;

    /// <summary>Where the answer goes.</summary>
    public Memory<byte> Read { get; } = read;

    /// <summary>Level of MISO for a transfer that does not reach the chip; null when it does.</summary>
    public byte? Floating { get; private set; }

    /// <summary>The chip gets nothing; zeros are shifted out instead (no command), so that the time passes.</summary>
    public void Lose(byte floating)
    {
        Floating = floating;
        Write = new byte[Write.Length];
    }
}
