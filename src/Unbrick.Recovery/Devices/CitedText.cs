using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>A sentence and where it is known from.</summary>
public sealed record CitedText
{
    /// <summary>The sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Its sources.</summary>
    public required ImmutableArray<string> Sources { get; init; }
}
