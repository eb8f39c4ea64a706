namespace Unbrick.Recovery.Lines;

/// <summary>What a search wants done next.</summary>
public enum LineStepKind
{
    /// <summary>Listen, at most for the time given.</summary>
    Listen,

    /// <summary>Set the rate.</summary>
    Tune,

    /// <summary>Send the key.</summary>
    Type,

    /// <summary>Have the device switched off and on.</summary>
    AskPowerCycle,

    /// <summary>The verdict stands.</summary>
    Done,
}

/// <summary>One step of a search.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Baud">The rate to set.</param>
/// <param name="Wait">How long to listen at most.</param>
/// <param name="Key">What to send.</param>
public readonly record struct LineStep(LineStepKind Kind, int Baud, TimeSpan Wait, byte Key)
{
    internal static LineStep Tune(int baud) => new(LineStepKind.Tune, baud, default, 0);

    internal static LineStep Listen(TimeSpan wait) => new(LineStepKind.Listen, 0, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, 0);

    internal static LineStep Type(byte key) => new(LineStepKind.Type, 0, default, key);

    internal static LineStep Just(LineStepKind kind) => new(kind, 0, default, 0);
}

/// <summary>How a search goes about.</summary>
public sealed record LineSearchOptions
{
    /// <summary>Keys may be sent.</summary>
    public bool MayType { get; init; } = true;

    /// <summary>The port has a rate that can be set.</summary>
    public bool HasRate { get; init; } = true;

    /// <summary>Whether keys arrive there is found out, too, once the rate is known.</summary>
    public bool ChecksReceive { get; init; } = true;

    /// <summary>The rate to begin with; null for the likeliest.</summary>
    public int? First { get; init; }

    /// <summary>When to give up.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to go on after the rate is known, for <see cref="ChecksReceive"/>.</summary>
    public TimeSpan ReceiveLimit { get; init; } = TimeSpan.FromSeconds(8);
}
