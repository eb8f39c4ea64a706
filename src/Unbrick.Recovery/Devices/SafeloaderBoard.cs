using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>What the SafeLoader of a TP-Link board compares, and how it divides its flash.</summary>
/// <param name="Name">Name of the board table (<c>ARCHER-C7-V5</c>).</param>
/// <param name="SupportIds">Lines of the support list that the units find themselves in.</param>
/// <param name="Parts">The loader's own partitions.</param>
public sealed record SafeloaderBoard(
    string Name, [property: JsonPropertyName("support_ids")] ImmutableArray<string> SupportIds, ImmutableArray<FlashPart> Parts);
