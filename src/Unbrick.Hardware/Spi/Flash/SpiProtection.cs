namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// Lifts block protection for as long as the chip has power, never for good: what stands in the chip stays as its system set it, even when
/// the job is cut off in the middle. Locks that a chip sets at each power-on are opened and left open: they come back by themselves.
/// </summary>
internal sealed class SpiProtection(StatusRegisters registers, SpiChip chip)
{
    private SpiStatus? _found;

    public ProtectionResult Lift()
    {
        if (registers.Read() is not { } found)
            return new(ProtectionOutcome.NoContact, null, null);
        return chip.Protection switch
        {
            Protection.None => new(ProtectionOutcome.NotProtected, found, found),
            Protection.LocksByCommand => OpenLocks(found),
            Protection.LocksByStatus => LiftLocks(found),
            _ => LiftBits(found),
        };
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

    private ProtectionResult LiftBits(SpiStatus found)
    {
        if (!found.Protects(chip))
            return new(ProtectionOutcome.NotProtected, found, found);
        if (!chip.HasVolatileStatus)
            return new(ProtectionOutcome.LastingOnly, found, found);
        // The first ones found are those to put back, however often protection has to be lifted again after a lost contact.
        _found ??= found;
        if (registers.WriteVolatile(found, found.Open(chip)) is not { } now)
            return new(ProtectionOutcome.NoContact, found, null);
        return new(now.Protects(chip) ? WhyNot(found) : ProtectionOutcome.Lifted, found, now);
    }

    private ProtectionResult OpenLocks(SpiStatus found)
    {
        registers.OpenLocks();
        return registers.Read() is { } now ? new(ProtectionOutcome.Lifted, found, now) : new(ProtectionOutcome.NoContact, found, null);
    }

    /// <summary>Bits 2 and 3 tell whether any block is locked; 0 in bits 2 to 5 opens them all.</summary>
    private ProtectionResult LiftLocks(SpiStatus found)
    {
        const byte anyLocked = 0x0C;
        const byte all = 0x3C;
        if ((found.First & anyLocked) == 0)
            return new(ProtectionOutcome.NotProtected, found, found);
        if (registers.WriteLocks((byte)(found.First & ~(all | StatusPoll.Busy | StatusPoll.WriteEnabled))) is not { } now)
            return new(ProtectionOutcome.NoContact, found, null);
        return new((now.First & anyLocked) == 0 ? ProtectionOutcome.Lifted : WhyNot(found), found, now);
    }

    private static ProtectionOutcome WhyNot(SpiStatus status) => ((status.First & SpiStatus.Srp0) != 0, ((status.Second ?? 0) & SpiStatus.Srp1) != 0) switch
    {
        (true, true) => ProtectionOutcome.LockedForGood,
        (false, true) => ProtectionOutcome.LockedUntilPowerOff,
        (true, false) => ProtectionOutcome.LockedByPin,
        _ => ProtectionOutcome.NotTaken,
    };
}
