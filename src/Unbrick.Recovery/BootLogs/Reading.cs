using System.Collections.Immutable;

namespace Unbrick.Recovery.BootLogs;

/// <summary>What one boot of a log says, taken for itself.</summary>
/// <param name="Cause">Id of the cause.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Proof">The lines that say so.</param>
/// <param name="Firm">It came to an end, good or bad; else it may have been cut off.</param>
internal sealed record Reading(string Cause, double Confidence, ImmutableArray<BootEvent> Proof, bool Firm)
{
    public static Reading Unknown { get; } = new("unknown", 0.2, [], false);

    /// <summary>Causes that were possible, too, with their weights.</summary>
    public ImmutableArray<(string Cause, double Weight)> Others { get; init; } = [];

    public bool Healthy => Cause.StartsWith("ok-", StringComparison.Ordinal);

    /// <summary>The stage at which it failed.</summary>
    public BootStage? Stage => Proof.IsEmpty ? null : Proof[0].Stage;
}
