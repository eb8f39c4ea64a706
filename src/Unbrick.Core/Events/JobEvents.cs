using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;

namespace Unbrick.Core.Events;

/// <summary>A job begins; <paramref name="Job"/> is the command (<c>serve</c>), <paramref name="Subject"/> what it works on.</summary>
public sealed record JobStarted(string Job, string Subject) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "job-started";
}

/// <summary>
/// One plain sentence for the user. <paramref name="Topic"/> is the word in the margin (<c>image</c>, <c>network</c>, <c>now</c>).
/// </summary>
public sealed record Note(string Topic, string Text) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "note";
}

/// <summary>A problem was found: seen, means, try.</summary>
public sealed record Found(Problem Problem) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "problem";
}

/// <summary>
/// Something happened on the cable. <paramref name="What"/> is one of <c>link-up link-down arp dhcp nmrp request refused silence</c>;
/// <paramref name="Peer"/> the address (IP:port, IP or MAC) it came from, empty when none; <paramref name="Text"/> the sentence shown.
/// </summary>
public sealed record Wire(string What, string Peer, string Text) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "wire";
}

/// <summary>
/// How far a transfer is. <paramref name="Done"/> and <paramref name="Total"/> in bytes, <paramref name="Rate"/> in bytes per second,
/// losses as fractions of the packets sent in that direction, <paramref name="LivesLeft"/> what remains of a boot loader's budget of
/// time-outs (10 for U-Boot), null when the client has none.
/// </summary>
public sealed record Progress(
    string Peer, string Name, long Done, long Total, double Rate, long Resent, double LossToDevice, double LossFromDevice, int? LivesLeft) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "progress";
}

/// <summary>A transfer is over, one way or another; the fields are those of the contract in <c>docs/json.md</c>.</summary>
public sealed record TransferEnded(
    string Peer, string Name, string SentAs, long Bytes, double Seconds, string Outcome, long Resent,
    double LossToDevice, double LossFromDevice, string Loader, int? LivesLeft) : UnbrickEvent
{
    /// <summary>The device sent the file; without it the device got it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Upload { get; init; }

    /// <inheritdoc/>
    protected override string TypeName => "transfer";
}

/// <summary>The job would like to do something that needs a yes; it goes on meanwhile.</summary>
public sealed record Asked(Question Question) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "asked";
}

/// <summary>The question with that <paramref name="Code"/> was answered.</summary>
public sealed record Answered(string Code, string Answer) : UnbrickEvent
{
    /// <inheritdoc/>
    protected override string TypeName => "answered";
}

/// <summary>How <c>unbrick serve</c> and the demos end. <paramref name="Outcome"/>: <c>recovered sent failed refused</c>, or where
/// files are all there is <c>made not-made</c>.</summary>
public sealed record ServeResult(string Outcome, int Transfers, ImmutableArray<Problem> Diagnosis) : JobResult;
