using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Memory outside of the array; <c>otp</c> in <c>data/chips/*.json</c>.</summary>
internal sealed class ChipOtp
{
    private const int RegisterStride = 0x1000, Sector = 0x1000, ThreeByteReach = 0x100_0000;

    /// <summary>All of it, bytes; 0 when not known.</summary>
    public int Total { get; set; }

    public int Regions { get; set; }

    public int RegionSize { get; set; }

    /// <summary>The command that reads it, hexadecimal; null when there is none of its own.</summary>
    public string? Read { get; set; }

    /// <summary>The command that shows it in the place of the array, hexadecimal.</summary>
    public string? Enter { get; set; }

    /// <summary>How it is read; null when that is not known.</summary>
    /// <param name="size">Bytes in the array.</param>
    public SecurityRegisters? Security(int size) => this switch
    {
        { Regions: > 0, Read: null or "48" } => new(Regions, RegisterStride, RegisterStride, RegionSize),
        // Micron, Spansion, AMIC and ISSI; a command, an address of three bytes, a dummy.
        { Total: > 0, Read: "4b" } => new(1, 0, RegisterStride, Total) { Read = 0x4B },
        { Total: > 0, Read: "68" } => new(1, 0, RegisterStride, Total) { Read = 0x68 },
        // Adesto (AT25DF): two dummies.
        { Total: > 0, Read: "77" } => new(1, 0, RegisterStride, Total) { Read = 0x77, Dummies = 2 },
        // Macronix: ENSO and EXSO, from address 0.
        { Total: > 0, Enter: "b1" } => new(1, 0, RegisterStride, Total) { Read = NorOpcode.Read, Dummies = 0, Enter = 0xB1, Leave = 0xC1 },
        // EON: the last sector becomes the OTP one; WRDI ends it.
        { Total: > 0, Enter: "3a" } when size <= ThreeByteReach =>
            new(1, size - Sector, RegisterStride, Total) { Read = NorOpcode.Read, Dummies = 0, Enter = 0x3A, Leave = NorOpcode.WriteDisable },
        _ => null,
    };
}
