using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Flash;

/// <summary>One security register.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Bytes">What it holds.</param>
/// <param name="IsSure">Two reads were equal.</param>
/// <param name="IsLocked">It cannot be changed any more; null when the status registers do not tell.</param>
public sealed record SecurityRegister(int Address, ImmutableArray<byte> Bytes, bool IsSure, bool? IsLocked)
{
    /// <summary>Nothing was ever written to it, or it does not answer.</summary>
    public bool IsEmpty => !Bytes.AsSpan().ContainsAnyExcept((byte)0xFF);
}

/// <summary>All security registers of a chip, as they go into its backup.</summary>
/// <param name="Registers">In the order of their addresses; none when the chip has none that are known.</param>
/// <param name="Status">Status registers with the lock bits; null when they could not be read.</param>
public sealed record SecurityDump(ImmutableArray<SecurityRegister> Registers, SpiStatus? Status)
{
    /// <summary>There is some, but it shows only in a mode that was not to be entered.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>The chip did not come back from that mode: its power has to go before anything else is done with it.</summary>
    public bool IsInMode { get; init; }
}
