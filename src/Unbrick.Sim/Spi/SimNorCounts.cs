namespace Unbrick.Sim.Spi;

/// <summary>What a simulated chip was asked for and what it did; a test sees here whether a job did too much.</summary>
public sealed class SimNorCounts
{
    private readonly long[] _commands = new long[256];

    /// <summary>Chip-selects.</summary>
    public long Selects { get; internal set; }

    /// <summary>Bytes on the wire in both directions.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Pages programmed (security registers not counted).</summary>
    public long Programs { get; internal set; }

    /// <summary>Bytes of the array that were erased.</summary>
    public long ErasedBytes { get; internal set; }

    /// <summary>Commands that met a busy chip and were dropped.</summary>
    public long IgnoredBusy { get; internal set; }

    /// <summary>Writes without WREN before, dropped.</summary>
    public long NotEnabled { get; internal set; }

    /// <summary>Writes to what is protected, dropped.</summary>
    public long Protected { get; internal set; }

    /// <summary>Bytes whose program would have had to set a bit.</summary>
    public long BitsNotSet { get; internal set; }

    /// <summary>Time that the chip was busy.</summary>
    public TimeSpan Busy { get; internal set; }

    /// <summary>How often a command came, the ignored ones included.</summary>
    public long Of(byte opcode) => _commands[opcode];

    internal void Add(byte opcode) => _commands[opcode]++;
}
