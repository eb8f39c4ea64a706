using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>All that a chip answered while its contact was looked at. The verdict is made of nothing else.</summary>
public sealed record ContactAnswers
{
    /// <summary>Answers to 9F: maker, type, size code.</summary>
    public required RepeatedRead Ids { get; init; }

    /// <summary>The start of the table that begins with <c>SFDP</c> (5A); null when it was not read.</summary>
    public RepeatedRead? Sfdp { get; init; }

    /// <summary>Answers to 4B; null when it was not read.</summary>
    public RepeatedRead? UniqueId { get; init; }

    /// <summary>Answers to 05; null when it was not read.</summary>
    public RepeatedRead? Status { get; init; }

    /// <summary>Samples of the array.</summary>
    public ImmutableArray<RepeatedRead> Samples { get; init; } = [];

    /// <summary>The id that most answers gave, lower-case hex.</summary>
    public string Id => Convert.ToHexStringLower(Ids.Usual);

    /// <summary>Bytes that were asked for several times, and those that differed.</summary>
    public ReadErrors Errors => Everything.Aggregate(default(ReadErrors), (sum, read) => sum + read.Errors);

    internal IEnumerable<RepeatedRead> Everything
    {
        get
        {
            yield return Ids;
            foreach (RepeatedRead? read in new[] { Sfdp, UniqueId })
            {
                if (read is not null)
                    yield return read;
            }
            foreach (RepeatedRead sample in Samples)
                yield return sample;
        }
    }
}
