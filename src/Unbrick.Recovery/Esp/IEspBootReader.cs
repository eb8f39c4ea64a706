using System.Collections.Immutable;

namespace Unbrick.Recovery.Esp;

/// <summary>Says what the text of a boot means.</summary>
public interface IEspBootReader
{
    /// <summary>Judges the text of one or several boots of an ESP.</summary>
    EspBootVerdict Read(ImmutableArray<string> lines);
}

/// <summary>How a chip started.</summary>
/// <param name="Cause">A cause of <c>console --diagnose</c>: <c>ok-normal-boot</c>, <c>esp-csum-err</c>; <c>not-seen</c> without any text.</param>
/// <param name="Meaning">In words.</param>
/// <param name="Next">What to do; empty when it runs.</param>
/// <param name="Evidence">The lines that say so.</param>
public sealed record EspBootVerdict(string Cause, string Meaning, string Next, ImmutableArray<string> Evidence)
{
    /// <summary>The cause when it runs.</summary>
    public const string Normal = "ok-normal-boot";

    /// <summary>The cause when no text came.</summary>
    public const string NotSeen = "not-seen";

    /// <summary>Does it run?</summary>
    public bool IsHealthy => Cause.StartsWith("ok-", StringComparison.Ordinal);
}
