using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.BootLogs;

/// <summary><c>data/bootlogs/FAMILY.json</c>.</summary>
internal sealed record SignatureFile
{
    public required string Family { get; init; }

    public required ImmutableArray<string> Sources { get; init; }

    public required ImmutableArray<BootSignature> Signatures { get; init; }
}

/// <summary><c>data/bootlogs/rules/topics.json</c>: what messages are about, for those that no signature knows.</summary>
internal sealed record TopicFile
{
    /// <summary>An expression that a line fits which says that something failed.</summary>
    public required string Failing { get; init; }

    /// <summary>Of which one is in every such line, lower case.</summary>
    public required ImmutableArray<string> Has { get; init; }

    /// <summary>The first that fits counts.</summary>
    public required ImmutableArray<BootSignature> Topics { get; init; }
}

/// <summary><c>data/bootlogs/rules/editions.json</c>: what is known of editions of one model.</summary>
internal sealed record EditionFile
{
    public required ImmutableArray<LoaderEdition> Loaders { get; init; }

    public required ImmutableArray<ImageEdition> Images { get; init; }

    public required ImmutableArray<string> Sources { get; init; }
}

/// <summary>The boot loader with this date was on units of that edition.</summary>
internal sealed record LoaderEdition(string Device, string Loader, string Edition);

/// <summary>A maker's image of this size is of that edition.</summary>
internal sealed record ImageEdition(string Device, long Size, string Edition);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SignatureFile))]
[JsonSerializable(typeof(EditionFile))]
[JsonSerializable(typeof(TopicFile))]
internal sealed partial class BootLogJsonContext : JsonSerializerContext;
