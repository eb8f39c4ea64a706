using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>An image whose fate at this device's boot loader is known. Accepted means taken and written, not that it starts.</summary>
public sealed record KnownImage
{
    /// <summary>Version and edition.</summary>
    public required string Version { get; init; }

    /// <summary>In bytes.</summary>
    public long? Size { get; init; }

    /// <summary><c>accepted</c> or <c>refused</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it was refused, as <c>image check</c> says it (<c>too-large</c>); null when it was not, or the reason is not known.</summary>
    public string? Code { get; init; }

    /// <summary>What happened.</summary>
    public string? Note { get; init; }

    /// <summary>Who reported it.</summary>
    public required ImmutableArray<string> Sources { get; init; }
}
