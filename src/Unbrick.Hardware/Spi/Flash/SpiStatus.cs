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

    /// <summary>The chip is busy.</summary>
    public bool IsBusy => (First & StatusPoll.Busy) != 0;

    /// <summary>The next erase, program or register write will be carried out.</summary>
    public bool IsWriteEnabled => (First & StatusPoll.WriteEnabled) != 0;

    /// <summary>A part of the array or all of it is protected by bits of these registers.</summary>
    /// <param name="chip">Where its bits are.</param>
    public bool Protects(SpiChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        return (First & chip.ProtectBits) != 0 || Has(chip.Complement) || Has(chip.IndividualLocks);
    }

    /// <summary>The registers without what keeps blocks from being written, and without the bits that come and go by themselves.</summary>
    /// <param name="chip">Where its bits are.</param>
    public SpiStatus Open(SpiChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        SpiStatus open = this with { First = (byte)(First & ~(chip.ProtectBits | StatusPoll.Busy | StatusPoll.WriteEnabled)) };
        return open.Without(chip.Complement).Without(chip.IndividualLocks);
    }

    /// <summary>The security register at this address is locked for good: LB1 to LB3 belong to 001000, 002000 and 003000.</summary>
    /// <param name="address">Address of the register.</param>
    /// <returns>Null when these registers do not tell.</returns>
    public bool? IsLocked(int address) => (address >> 12) is >= 1 and <= 3 and int number && Second is { } second
        ? (second & (0x04 << number)) != 0 : null;

    private bool Has(StatusBit? bit) => bit is { } b && ((b.Register switch { 1 => First, 2 => Second, _ => Third }) & b.Mask) is not (null or 0);

    private SpiStatus Without(StatusBit? bit) => bit switch
    {
        null => this,
        { Register: 1 } b => this with { First = (byte)(First & ~b.Mask) },
        { Register: 2 } b => this with { Second = (byte?)(Second & ~b.Mask) },
        { } b => this with { Third = (byte?)(Third & ~b.Mask) },
    };
}
