namespace Unbrick.Sim.Spi.Faults;

/// <summary>What a host asks a chip for.</summary>
internal enum SpiCommandKind
{
    Other,
    Read,
    Program,
    Erase,
    ReadStatus,
    WriteStatus,
    ReadId,

    /// <summary>A page of a NAND into its buffer.</summary>
    Load,
}

/// <summary>A command as a fault sees it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">In the array; an erase of the whole chip begins at 0.</param>
/// <param name="Length">Bytes that are read, programmed or erased.</param>
/// <param name="Header">Bytes before the data: opcode, address, dummy bytes.</param>
internal readonly record struct SpiCommand(SpiCommandKind Kind, int Address, int Length, int Header)
{
    public bool Changes => Kind is SpiCommandKind.Program or SpiCommandKind.Erase or SpiCommandKind.WriteStatus;

    /// <summary>The chip is busy over it for a while.</summary>
    public bool MakesBusy => Changes || Kind is SpiCommandKind.Load;

    public bool Meets(int address, int length) => Address < (long)address + length && Address + (long)Length > address;
}
