using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Spi;

/// <summary>What is noted beside a kept backup.</summary>
/// <param name="Chip">The chip it is of.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
/// <param name="Taken">When.</param>
/// <param name="Proven">Stretches that two reads agree on or a checksum proves, as address and bytes.</param>
/// <param name="How">In words: <c>read twice</c>, <c>read once</c>, <c>written and read back</c>.</param>
public sealed record BackupRecord(
    ChipIdentity Chip, string Sha256, DateTimeOffset Taken, ImmutableArray<ProvenStretch> Proven, string How)
{
    /// <summary>Status registers, lower-case hex, the first one first; null when they could not be read.</summary>
    public string? Status { get; init; }

    /// <summary>Security registers, lower-case hex each; they are not in the file.</summary>
    public ImmutableArray<string> Security { get; init; } = [];
}

/// <summary>A stretch of a backup.</summary>
/// <param name="At">Address.</param>
/// <param name="Length">Bytes.</param>
public sealed record ProvenStretch(int At, int Length);

/// <summary>Writes and reads the records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupRecord))]
internal sealed partial class BackupJsonContext : JsonSerializerContext;
