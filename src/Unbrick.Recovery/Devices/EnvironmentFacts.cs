using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>The boot loader's environment as a device file describes it.</summary>
internal sealed record EnvironmentFacts
{
    public required string Part { get; init; }

    public required long Offset { get; init; }

    public long? CrcOver { get; init; }

    public ImmutableSortedDictionary<string, string>? Unlock { get; init; }

    public required ImmutableArray<string> Sources { get; init; }
}
