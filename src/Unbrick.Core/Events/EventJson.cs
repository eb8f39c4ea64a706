using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Unbrick.Core.Events;

/// <summary>Events as JSON lines: one object a line, <c>type</c> first, names in snake_case.</summary>
public static class EventJson
{
    private static readonly EventJsonContext s_context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the lines go to files and pipes, never into HTML
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    });

    /// <summary>The line for one event, without the line feed.</summary>
    public static string ToLine(UnbrickEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        JsonTypeInfo info = s_context.GetTypeInfo(item.GetType())
            ?? throw new NotSupportedException($"{item.GetType().Name} is not in EventJsonContext");
        return JsonSerializer.Serialize(item, info);
    }
}

[JsonSerializable(typeof(JobStarted))]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Found))]
[JsonSerializable(typeof(Wire))]
[JsonSerializable(typeof(Progress))]
[JsonSerializable(typeof(TransferEnded))]
[JsonSerializable(typeof(Asked))]
[JsonSerializable(typeof(Answered))]
[JsonSerializable(typeof(ServeResult))]
[JsonSerializable(typeof(SpiResult))]
[JsonSerializable(typeof(LineResult))]
[JsonSerializable(typeof(EspResult))]
[JsonSerializable(typeof(LoaderResult))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
