namespace Unbrick.Hardware.Spi;

/// <summary>Memory outside of the array: security registers, or one-time programmable (OTP) bytes.</summary>
/// <param name="Count">How many stretches.</param>
/// <param name="First">Address of the first.</param>
/// <param name="Stride">Addresses between two.</param>
/// <param name="Size">Bytes in each.</param>
public sealed record SecurityRegisters(int Count, int First, int Stride, int Size)
{
    /// <summary>The command that reads them; 03 where there is a mode.</summary>
    public byte Read { get; init; } = 0x48;

    /// <summary>Bytes between its address and the answer.</summary>
    public int Dummies { get; init; } = 1;

    /// <summary>
    /// The command that puts them in the place of the array until <see cref="Leave"/>; null when none is needed. Whatever writes in this mode writes
    /// to them, for good.
    /// </summary>
    public byte? Enter { get; init; }

    /// <summary>The command that brings the array back.</summary>
    public byte Leave { get; init; }
}
