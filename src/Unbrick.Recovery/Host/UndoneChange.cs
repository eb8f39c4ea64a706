namespace Unbrick.Recovery.Host;

/// <summary>How the undoing of a change ended.</summary>
public enum UndoOutcome
{
    /// <summary>We took it back.</summary>
    Undone,

    /// <summary>It was gone already (adapter pulled, address removed, machine restarted).</summary>
    Gone,

    /// <summary>Left as it is because somebody has come to rely on it.</summary>
    Kept,

    /// <summary>It is still there; the next start tries again.</summary>
    Failed,
}

/// <summary>What became of a change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it was kept or failed; null otherwise.</param>
public sealed record UndoneChange(HostChange Change, UndoOutcome Outcome, string? Reason = null)
{
    /// <summary>One sentence for the user.</summary>
    public string Text => (Change.Kind, Outcome) switch
    {
        (HostChangeKind.AddressAdded, UndoOutcome.Undone) => $"{Change.Address} removed from {Change.Adapter}",
        (HostChangeKind.AddressAdded, UndoOutcome.Gone) => $"{Change.Address} is no longer on {Change.Adapter}",
        (HostChangeKind.AddressAdded, _) => $"{Change.Address} is still on {Change.Adapter}: {Reason}",
        (HostChangeKind.NeighborFixed, UndoOutcome.Undone) => $"fixed neighbour {Change.Neighbor} removed from {Change.Adapter}",
        (HostChangeKind.NeighborFixed, UndoOutcome.Gone) => $"fixed neighbour {Change.Neighbor} is no longer on {Change.Adapter}",
        (HostChangeKind.NeighborFixed, _) => $"fixed neighbour {Change.Neighbor} is still on {Change.Adapter}: {Reason}",
        (_, UndoOutcome.Undone) => $"{Change.Adapter} switched off again",
        (_, UndoOutcome.Gone) => $"{Change.Adapter} is off already",
        _ => $"{Change.Adapter} stays switched on: {Reason}",
    };
}
