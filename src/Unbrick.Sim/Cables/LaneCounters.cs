namespace Unbrick.Sim.Cables;

/// <summary>What one direction of a cable did, for comparing a diagnosis with the truth.</summary>
public sealed class LaneCounters
{
    /// <summary>Frames put on the wire.</summary>
    public long Sent { get; internal set; }

    /// <summary>Frames the line lost.</summary>
    public long Lost { get; internal set; }

    /// <summary>Frames that arrived twice.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Frames held back so that later ones overtake them.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Frames lost because the carrier went away, or because the sender's queue was full.</summary>
    public long Dropped { get; internal set; }
}
