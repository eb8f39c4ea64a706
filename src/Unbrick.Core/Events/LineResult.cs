using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Core.Events;

/// <summary>How <c>unbrick console --find-baud</c> ends; the fields are those of the contract in <c>docs/json.md</c>.</summary>
/// <param name="Baud">Bits in a second; null when no rate gives text.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Verdict"><c>text</c>, <c>wiring</c>, <c>silent</c>, <c>no-ground</c> or <c>inverted</c>.</param>
/// <param name="Bytes">Bytes that came in all.</param>
public sealed record LineResult(int? Baud, double Confidence, string Verdict, long Bytes) : JobResult
{
    /// <summary>What is wrong with the wires, when <see cref="Verdict"/> is <c>wiring</c>: <c>receive-dead</c> or <c>unreadable</c>.</summary>
    public string? Wiring { get; init; }

    /// <summary>What the device does with keys: <c>answers</c>, <c>silent</c> or <c>unchecked</c>.</summary>
    public string Receive { get; init; } = "unchecked";

    /// <summary>From the first byte until the rate was known.</summary>
    public double Seconds { get; init; }

    /// <summary>All rates at which text came, in order.</summary>
    public ImmutableArray<int> Stages { get; init; } = [];

    /// <summary>Bytes without a stop bit; null when the port does not count them.</summary>
    public long? FramingErrors { get; init; }

    /// <summary>What was found on the way.</summary>
    public ImmutableArray<Problem> Diagnosis { get; init; } = [];
}
