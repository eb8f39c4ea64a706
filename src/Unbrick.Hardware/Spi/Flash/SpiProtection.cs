namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// Lifts block protection for as long as the chip has power, never for good: what stands in the chip stays as its system set it, even when
/// the job is cut off in the middle.
/// </summary>
internal sealed class SpiProtection(StatusRegisters registers, SpiChip chip)
{
    private SpiStatus? _found;

    public ProtectionResult Lift()
    {
        if (registers.Read() is not { } found)
            return new(ProtectionOutcome.NoContact, null, null);
        if (!found.Protects(chip.ProtectBits))
            return new(ProtectionOutcome.NotProtected, found, found);
        if (!chip.HasVolatileStatus)
            return new(ProtectionOutcome.LastingOnly, found, found);
        SpiStatus wanted = new(
            (byte)(found.First & ~(chip.ProtectBits | StatusPoll.Busy | StatusPoll.WriteEnabled)),
            found.Second is { } second ? (byte)(second & ~SpiStatus.Complement) : null,
            found.Third is { } third ? (byte)(third & ~SpiStatus.BlockLocks) : null);
        // The first ones found are those to put back, however often protection has to be lifted again after a lost contact.
        _found ??= found;
        if (registers.WriteVolatile(found, wanted) is not { } now)
            return new(ProtectionOutcome.NoContact, found, null);
        return new(now.Protects(chip.ProtectBits) ? WhyNot(found) : ProtectionOutcome.Lifted, found, now);
    }

    /// <summary>True when the registers are as found; also when nothing had been changed.</summary>
    public bool Restore()
    {
        if (_found is not { } found)
            return true;
        if (registers.Read() is not { } now)
            return false;
        SpiStatus wanted = found with { First = (byte)(found.First & ~(StatusPoll.Busy | StatusPoll.WriteEnabled)) };
        if (!StatusRegisters.AreAlike(now, wanted) && (registers.WriteVolatile(now, wanted) is not { } last || !StatusRegisters.AreAlike(last, wanted)))
            return false;
        _found = null;
        return true;
    }

    private static ProtectionOutcome WhyNot(SpiStatus status) => ((status.First & SpiStatus.Srp0) != 0, ((status.Second ?? 0) & SpiStatus.Srp1) != 0) switch
    {
        (true, true) => ProtectionOutcome.LockedForGood,
        (false, true) => ProtectionOutcome.LockedUntilPowerOff,
        (true, false) => ProtectionOutcome.LockedByPin,
        _ => ProtectionOutcome.NotTaken,
    };
}
