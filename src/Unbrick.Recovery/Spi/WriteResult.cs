using System.Collections.Immutable;

namespace Unbrick.Recovery.Spi;

/// <summary>How a write ended.</summary>
/// <param name="End">How its last step ended; <see cref="StepEnd.BadSectors"/> when any step had some.</param>
/// <param name="Changed">Sectors of 4 KiB that were to change.</param>
/// <param name="Erased">Sectors that were erased.</param>
/// <param name="Verified">Steps that hold what they are to hold.</param>
/// <param name="Steps">Steps of the plan.</param>
/// <param name="Bad">Addresses of sectors that do not take their bytes.</param>
/// <param name="Repairs">How often something had to be done again.</param>
/// <param name="StoppedAt">The step in which it stopped, which may be half done; null when all were tried.</param>
public sealed record WriteResult(
    StepEnd End, int Changed, int Erased, int Verified, int Steps, ImmutableArray<int> Bad, int Repairs, PlanStep? StoppedAt)
{
    /// <summary>Every step holds what it is to hold.</summary>
    public bool IsComplete => End == StepEnd.Verified && Verified == Steps;
}
