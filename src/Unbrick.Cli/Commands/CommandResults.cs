using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>The one line that a command without a job writes with <c>--json</c>.</summary>
internal abstract record CommandResult
{
    [JsonPropertyOrder(-2)]
    public string Type { get; } = "result";

    /// <summary>What the process ends with.</summary>
    [JsonPropertyOrder(-1)]
    public int Exit { get; init; }

    /// <summary>What stands in the way, or was left out; empty when all is well.</summary>
    [JsonPropertyOrder(1)]
    public ImmutableArray<Problem> Diagnosis { get; init; } = [];
}

/// <summary>One row of a search; <paramref name="Ways"/> are the modes of its recovery ways, best known first.</summary>
internal sealed record FoundDevice(string Id, string Name, string? Soc, MatchKind Kind, string Reason, ImmutableArray<RecoveryMode> Ways);

/// <summary><c>unbrick devices [NAME]</c>; <paramref name="Best"/> is the id of the one that is certainly meant, or null.</summary>
internal sealed record DevicesResult(string Query, int Known, string? Best, ImmutableArray<FoundDevice> Matches) : CommandResult;

/// <summary><c>unbrick devices show NAME</c>; <paramref name="Device"/> is null when the name does not lead to one device.</summary>
internal sealed record DeviceResult(string Query, DeviceProfile? Device) : CommandResult;

/// <summary>A line of the list of codes.</summary>
internal sealed record CodeTitle(string Code, Severity Severity, string Title);

/// <summary><c>unbrick explain</c> without a code.</summary>
internal sealed record CodesResult(ImmutableArray<CodeTitle> Codes) : CommandResult;

/// <summary><c>unbrick explain CODE</c>; <paramref name="Page"/> is null when unknown, <paramref name="Near"/> has similar ones.</summary>
internal sealed record ExplainResult(string Code, ProblemPage? Page, ImmutableArray<string> Near) : CommandResult;

/// <summary><c>unbrick image check</c>; <paramref name="Device"/> is null when only expected values were given.</summary>
internal sealed record ImageCheckResult(
    string File, string? Device, ImageWay Way, ImagePurpose Kind, ImageAnswer Verdict, ImmutableArray<ImageReason> Reasons) : CommandResult;

/// <summary>An image command that could not do what it was asked; <paramref name="File"/> when it was about one.</summary>
internal sealed record ImageFailure(string? File = null) : CommandResult;

/// <summary>Writes results as JSON lines, snake_case, <c>type</c> first.</summary>
internal static class CommandJson
{
    private static readonly CommandJsonContext s_context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = Encoder,
        Converters = { new IpAddressConverter() },
    });

    /// <summary>The lines go to files and pipes, never into HTML.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Problems inside a line that a command writes itself.</summary>
    public static void Write(Utf8JsonWriter to, ImmutableArray<Problem> problems) => JsonSerializer.Serialize(to, problems, s_context.ImmutableArrayProblem);

    public static void WriteLine(TextWriter to, CommandResult result)
    {
        JsonTypeInfo info = s_context.GetTypeInfo(result.GetType())
            ?? throw new NotSupportedException($"{result.GetType().Name} is not in CommandJsonContext");
        to.WriteLine(JsonSerializer.Serialize(result, info));
    }
}

[JsonSourceGenerationOptions(Converters = [typeof(IpAddressConverter)])]
[JsonSerializable(typeof(DevicesResult))]
[JsonSerializable(typeof(DeviceResult))]
[JsonSerializable(typeof(ImageCheckResult))]
[JsonSerializable(typeof(ImageFailure))]
[JsonSerializable(typeof(CodesResult))]
[JsonSerializable(typeof(ExplainResult))]
[JsonSerializable(typeof(ImageLayoutResult))]
[JsonSerializable(typeof(ImageExtractResult))]
[JsonSerializable(typeof(ImageDiffResult))]
[JsonSerializable(typeof(ImageEditResult))]
[JsonSerializable(typeof(ImageBuildResult))]
[JsonSerializable(typeof(RecipesResult))]
[JsonSerializable(typeof(DiagnoseResult))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class CommandJsonContext : JsonSerializerContext;
