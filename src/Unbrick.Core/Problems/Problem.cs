using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Core.Problems;

/// <summary>How bad a <see cref="Problem"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Good to know; the job goes on and may well end well.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>The job goes on, but something is not as it should be.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>The job cannot go on, or this try of it failed.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>
/// What is wrong, in the form every message of this program has: what was seen, what it means, what to try.
/// </summary>
/// <param name="Code">Stable word code (<c>line-loss</c>); <c>unbrick explain CODE</c> has the page.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">One line.</param>
/// <param name="Seen">Evidence, with numbers; one line each.</param>
/// <param name="Means">The reading of it, with "or" when it is not certain.</param>
/// <param name="Try">Next steps, the cheapest physical one first; at most four.</param>
public sealed record Problem(
    string Code,
    Severity Severity,
    string Title,
    [property: JsonConverter(typeof(JoinedLinesConverter))] ImmutableArray<string> Seen,
    string Means,
    ImmutableArray<string> Try)
{
    /// <summary>How likely the reading is the true one when this was seen, 0 to 1; null where it was not a question of evidence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Likelihood { get; init; }
}
