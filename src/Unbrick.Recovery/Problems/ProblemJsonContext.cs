using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Problems;

// A key that the page does not know is a mistake in the file, so it is an error rather than silence.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProblemPage))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext;
