namespace Unbrick.Formats;

/// <summary>What can be said about something that was found.</summary>
public enum Verdict
{
    /// <summary>Everything that the format lets one check was checked and is right.</summary>
    Ok,

    /// <summary>Something is wrong: see the flaws.</summary>
    Bad,

    /// <summary>Recognised, but the format has nothing to check it by (no checksum, a signature without its key).</summary>
    Unchecked,
}
