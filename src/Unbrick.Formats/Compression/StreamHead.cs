using System.Collections.Immutable;

namespace Unbrick.Formats.Compression;

/// <summary>The head of a packed stream.</summary>
/// <param name="Strength">What the head alone proves: a checksum of its own is certain, a few bits are a guess.</param>
/// <param name="Facts">What it says.</param>
internal sealed record StreamHead(Confidence Strength, ImmutableArray<Fact> Facts)
{
    /// <summary>What is wrong with the head itself.</summary>
    public ImmutableArray<Flaw> Flaws { get; init; } = [];

    /// <summary>Plain bytes that come out, 0 when it does not say.</summary>
    public long AnnouncedSize { get; init; }

    /// <summary>Everything but the magic is as it should be: worth a try when the magic is not there.</summary>
    public bool FitsWithoutMagic { get; init; }
}
