using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>What is wrong with a finding; <paramref name="At"/> is a position in the file, or null.</summary>
internal sealed record FoundFlaw(string Code, string Seen, int? At);

/// <summary>One tile of a file, as JSON.</summary>
internal sealed record FoundTile(
    int Offset, int Length, string Format, string? Variant, string Verdict, ImmutableArray<string> Reasons, ImmutableArray<FoundFlaw> Flaws,
    string Confidence, JsonObject Fields, ImmutableArray<FoundTile> Inside, ImmutableArray<FoundVolume> Volumes)
{
    public static ImmutableArray<FoundTile> Of(ImmutableArray<Finding> findings) => [.. findings.Select(Of)];

    private static FoundTile Of(Finding finding) => new(
        finding.Offset, finding.Length, finding.Format, finding.Variant, Word(finding.Verdict),
        [.. finding.Flaws.Select(flaw => flaw.Code).Distinct()],
        [.. finding.Flaws.Select(flaw => new FoundFlaw(flaw.Code, flaw.Seen, flaw.At < 0 ? null : flaw.At))],
        Word(finding.Confidence), FieldsOf(finding.Facts), Of(finding.Inside), FoundVolume.Of(finding.Volumes));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static JsonObject FieldsOf(ImmutableArray<Fact> facts)
    {
        JsonObject fields = [];
        foreach (Fact fact in facts)
        {
            fields[fact.Name] = fact.Value switch
            {
                long number => JsonValue.Create(number),
                bool flag => JsonValue.Create(flag),
                ImmutableArray<string> list => new JsonArray([.. list.Select(item => (JsonNode)JsonValue.Create(item))]),
                ImmutableSortedDictionary<string, string> map =>
                    new JsonObject(map.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, JsonValue.Create(pair.Value)))),
                object other => JsonValue.Create(other.ToString()),
            };
        }
        return fields;
    }
}

/// <summary>Where a piece of a volume lies in the file, and where it goes in the volume.</summary>
internal sealed record FoundPiece(int Offset, int Length, int To);

/// <summary>A volume that lies in pieces; positions in <paramref name="Findings"/> are those in the volume.</summary>
internal sealed record FoundVolume(string Name, int Length, bool Proven, ImmutableArray<FoundPiece> Pieces, ImmutableArray<FoundTile> Findings)
{
    public static ImmutableArray<FoundVolume> Of(ImmutableArray<Volume> volumes) => [.. volumes.Select(volume => new FoundVolume(
        volume.Name, volume.Length, volume.Proven, [.. volume.Pieces.Select(piece => new FoundPiece(piece.At, piece.Length, piece.To))],
        FoundTile.Of(volume.Inside)))];
}

/// <summary>The file inside a packed one; positions are those in the unpacked bytes.</summary>
internal sealed record FoundInside(string File, long Size, string Sha256, ImmutableArray<FoundTile> Findings, FoundInside? Inner)
{
    public static FoundInside? Of(Identification? file) => file is null
        ? null
        : new FoundInside(SafeText.Show(file.Name, 255), file.Size, file.Sha256, FoundTile.Of(file.Findings), Of(file.Inner));
}

/// <summary>What a file name says; null is "it does not".</summary>
internal sealed record FoundName(string? Model, string? HardwareVersion, string? Region, string? Date);

/// <summary><c>unbrick identify FILE</c>: one for each file. Without <paramref name="Size"/> the file could not be read.</summary>
internal sealed record IdentifyResult(
    string File, long? Size, string? Sha256, string? Kind, ImmutableArray<FoundTile> Findings, FoundInside? Inner, FoundName? Name,
    ImmutableArray<DeviceGuess> Devices) : CommandResult
{
    public static IdentifyResult Of(string path, Identification file, ImmutableArray<DeviceGuess> devices) => new(
        path, file.Size, file.Sha256, IdentifyWords.Id(file.Kind), FoundTile.Of(file.Findings), FoundInside.Of(file.Inner),
        new FoundName(file.Says.Model, file.Says.HardwareVersion, file.Says.Region, file.Says.Date?.ToString("yyyy-MM-dd", null)), devices);
}
