namespace Unbrick.Recovery.Host;

/// <summary>Who we are, and whether another run still lives.</summary>
public interface IProcessTable
{
    /// <summary>This run.</summary>
    RunIdentity Self { get; }

    /// <summary>
    /// Whether that very process still runs; true when in doubt, because the changes of a living run are not ours to undo.
    /// </summary>
    bool IsAlive(RunIdentity run);
}
