namespace Unbrick.Hardware.Spi.Flash;

/// <summary>What came of lifting the block protection.</summary>
public enum ProtectionOutcome
{
    /// <summary>Nothing is protected, nothing was changed.</summary>
    NotProtected,

    /// <summary>Lifted until power-off or <see cref="SpiFlash.Restore"/>.</summary>
    Lifted,

    /// <summary>The registers do not change: SRP0 is set and the WP# pin is low, or does not reach the supply through the clip.</summary>
    LockedByPin,

    /// <summary>The registers do not change until the next power-on (SRP1).</summary>
    LockedUntilPowerOff,

    /// <summary>The registers never change again (SRP0 and SRP1).</summary>
    LockedForGood,

    /// <summary>The chip can be unprotected for good only, which is not done: what a system set up stays as it is.</summary>
    LastingOnly,

    /// <summary>The registers did not change, and nothing says why.</summary>
    NotTaken,

    /// <summary>No answer, or none that is twice the same.</summary>
    NoContact,
}

/// <summary>The block protection before and after.</summary>
/// <param name="Outcome">See there.</param>
/// <param name="Found">Registers as found; null without contact.</param>
/// <param name="Now">Registers as they are.</param>
public sealed record ProtectionResult(ProtectionOutcome Outcome, SpiStatus? Found, SpiStatus? Now);
