using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>Whether what is written fits into the partition that it is for; nothing is said where the partition is not known.</summary>
internal static class PartitionFit
{
    /// <summary>All of the finding is written, as it is.</summary>
    public static ImmutableArray<Flaw> Whole(Finding finding, Expectation expected) =>
        expected.PartitionSize is long most && finding.Length > most
            ? [new Flaw(FlawCode.TooLarge, $"{finding.Length:N0} bytes, {most:N0} fit", finding.Offset)]
            : [];

    /// <summary>The header is not written, or what is written is unpacked first: only so many bytes count.</summary>
    public static ImmutableArray<Flaw> Written(Finding finding, long written, Expectation expected) =>
        expected.PartitionSize is long most && written > most
            ? [new Flaw(FlawCode.TooLarge, $"{written:N0} bytes are written, {most:N0} fit", finding.Offset)]
            : [];
}
