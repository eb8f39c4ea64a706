using System.Collections.Immutable;

namespace Unbrick.Recovery.Spi;

/// <summary>How one step of a plan ended.</summary>
public enum StepEnd
{
    /// <summary>It holds what it is to hold; two reads of what did not fit at once.</summary>
    Verified,

    /// <summary>Some sectors do not take their bytes; the rest of the step does hold them.</summary>
    BadSectors,

    /// <summary>The chip refuses: it is write-protected.</summary>
    Refused,

    /// <summary>The contact is gone and did not come back.</summary>
    NoContact,

    /// <summary>Stopped on request, between two commands.</summary>
    Cancelled,
}

/// <summary>How one step of a plan ended.</summary>
/// <param name="End">See there.</param>
/// <param name="Bad">Addresses of sectors that do not take their bytes.</param>
/// <param name="Repairs">How often something had to be done again.</param>
public sealed record StepOutcome(StepEnd End, ImmutableArray<int> Bad, int Repairs);
