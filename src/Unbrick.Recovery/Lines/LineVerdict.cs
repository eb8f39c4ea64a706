using System.Collections.Immutable;

namespace Unbrick.Recovery.Lines;

/// <summary>What is at the other end of the wires.</summary>
public enum LineKind
{
    /// <summary>Text, at a rate that is known.</summary>
    Text,

    /// <summary>Nothing came at all: wires swapped, a wrong pad, no power, or a console that is switched off.</summary>
    Silent,

    /// <summary>Noise that is the same at every rate: the grounds are not connected, or the receiving wire hangs loose.</summary>
    NoGround,

    /// <summary>Text with all levels the wrong way round: RS-232 levels, or an inverting level shifter.</summary>
    Inverted,

    /// <summary>Text comes, but nothing that is typed arrives there.</summary>
    ReceiveDead,

    /// <summary>Something comes that is text at no rate: damaged levels, or a rate that no list has.</summary>
    Unreadable,
}

/// <summary>What the device does with what is typed.</summary>
public enum LineReceive
{
    /// <summary>Not tried, or not to be told.</summary>
    Unchecked,

    /// <summary>It answers keys.</summary>
    Answers,

    /// <summary>It waits at a prompt and does not answer keys.</summary>
    Silent,
}

/// <summary>A part of the conversation at one rate.</summary>
/// <param name="Baud">Bits in a second.</param>
/// <param name="At">When it was found, since the search began.</param>
public sealed record LineStage(int Baud, TimeSpan At);

/// <summary>What a search found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Baud">Bits in a second; null when no rate gives text.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record LineVerdict(LineKind Kind, int? Baud, double Confidence)
{
    /// <summary>Bytes that came in all.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes at the rate that was found, before it was taken for certain.</summary>
    public int TextBytes { get; init; }

    /// <summary>From the first byte that came until the rate was known.</summary>
    public TimeSpan Traffic { get; init; }

    /// <summary>Framing errors; null when the port does not count them.</summary>
    public long? FramingErrors { get; init; }

    /// <summary>Rates at which it could be read, in order: more than one when the rate changes between stages.</summary>
    public ImmutableArray<LineStage> Stages { get; init; } = [];

    /// <summary>What the device does with keys.</summary>
    public LineReceive Receive { get; init; }

    /// <summary>Rates that were listened to.</summary>
    public int RatesTried { get; init; }
}
