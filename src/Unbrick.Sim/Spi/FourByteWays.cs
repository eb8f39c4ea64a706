namespace Unbrick.Sim.Spi;

/// <summary>What a simulated chip over 16 MiB understands of addresses with four bytes.</summary>
[Flags]
public enum FourByteWays
{
    /// <summary>Nothing: three bytes are enough.</summary>
    None = 0,

    /// <summary>B7 enters the mode, E9 leaves it.</summary>
    Mode = 1,

    /// <summary>B7 and E9 count after WREN only.</summary>
    ModeAfterWriteEnable = 2,

    /// <summary>C5 writes and C8 reads the extended address register.</summary>
    Register = 4,

    /// <summary>13 and 0C read.</summary>
    Reads = 8,

    /// <summary>12 programs, 21 and DC erase.</summary>
    Writes = 16,
}
