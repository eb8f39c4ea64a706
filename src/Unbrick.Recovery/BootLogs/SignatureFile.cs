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
internal sealed partial class BootLogJsonContext : JsonSerializerContext;
