namespace Unbrick.Hardware.Spi;

/// <summary>What keeps the blocks of a chip from being written.</summary>
public enum Protection
{
    /// <summary>Bits in status register 1: all zero protects nothing.</summary>
    StatusBits,

    /// <summary>Locks that are set at power-on; writing 00 to bits 2 to 5 of status register 1 opens all of them (Atmel AT25DF, AT26DF).</summary>
    LocksByStatus,

    /// <summary>Locks that are set at power-on; 98 opens all of them (SST26).</summary>
    LocksByCommand,

    /// <summary>Nothing does.</summary>
    None,
}
