namespace Unbrick.Hardware.Spi.Flash;

/// <summary>The status registers as they were read; those that a chip does not have are null.</summary>
/// <param name="First">Read by 05: bit 0 busy, bit 1 write enable, then block protect bits, bit 7 SRP0.</param>
/// <param name="Second">Read by 35: bit 0 SRP1, bit 1 QE, bits 3 to 5 LB1 to LB3, bit 6 CMP.</param>
/// <param name="Third">Read by 15: bit 2 WPS.</param>
public readonly record struct SpiStatus(byte First, byte? Second, byte? Third)
{
    /// <summary>Protects the status registers while WP# is low.</summary>
    public const byte Srp0 = 0x80;

    /// <summary>Protects the status registers until power-off, with <see cref="Srp0"/> for good.</summary>
    public const byte Srp1 = 0x01;

    /// <summary>All that is not protected is, and the other way round.</summary>
    public const byte Complement = 0x40;

    /// <summary>Blocks have locks of their own, and all are locked after power-on.</summary>
    public const byte BlockLocks = 0x04;

    /// <summary>The chip is busy.</summary>
    public bool IsBusy => (First & StatusPoll.Busy) != 0;

    /// <summary>The next erase, program or register write will be carried out.</summary>
    public bool IsWriteEnabled => (First & StatusPoll.WriteEnabled) != 0;

    /// <summary>A part of the array or all of it is protected by bits of these registers.</summary>
    /// <param name="protectBits">Block protect bits of the first register, <see cref="SpiChip.ProtectBits"/>.</param>
    public bool Protects(byte protectBits) =>
        (First & protectBits) != 0 || ((Second ?? 0) & Complement) != 0 || ((Third ?? 0) & BlockLocks) != 0;

    /// <summary>The security register at this address is locked for good: LB1 to LB3 belong to 001000, 002000 and 003000.</summary>
    /// <param name="address">Address of the register.</param>
    /// <returns>Null when these registers do not tell.</returns>
    public bool? IsLocked(int address) => (address >> 12) is >= 1 and <= 3 and int number && Second is { } second
        ? (second & (0x04 << number)) != 0 : null;
}
