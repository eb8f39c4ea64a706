using System.Text.Json.Serialization;

namespace Unbrick.Core.Events;

/// <summary>
/// Anything a job says. Readers (terminal, <c>--json</c>, session folder, browser) see the same stream in the same order:
/// <see cref="JobStarted"/>, then any of <see cref="Note"/>, <see cref="Found"/>, <see cref="Wire"/>, <see cref="Progress"/>,
/// <see cref="TransferEnded"/>, <see cref="Asked"/> and <see cref="Answered"/>, and exactly one <see cref="JobResult"/> last. A demo plays
/// several jobs, with notes between them.
/// </summary>
public abstract record UnbrickEvent
{
    /// <summary>The <c>type</c> key that scripts switch on.</summary>
    [JsonPropertyOrder(-4)]
    public string Type => TypeName;

    /// <summary>Apart from <see cref="Type"/>, because an override would lose that key's place at the front of the line.</summary>
    protected abstract string TypeName { get; }

    /// <summary>Position in the stream, from 1; set by <see cref="EventStream"/>.</summary>
    [JsonPropertyOrder(-3)]
    public long Seq { get; init; }

    /// <summary>When it was said; seconds since 1970-01-01 UTC in JSON.</summary>
    [JsonPropertyOrder(-2), JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset At { get; init; }
}

/// <summary>The last event of every job; what is in it depends on the command (<c>docs/json.md</c>).</summary>
public abstract record JobResult : UnbrickEvent
{
    /// <inheritdoc/>
    protected sealed override string TypeName => "result";

    /// <summary>One of <see cref="ExitCode"/>; the process ends with it.</summary>
    public int Exit { get; init; }
}
