namespace Unbrick.Hardware.Spi.Contact;

/// <summary>How thoroughly a contact is looked at.</summary>
public sealed record ContactOptions
{
    /// <summary>Reads of the id when the first eight are alike.</summary>
    public int IdReads { get; init; } = 64;

    /// <summary>Places of the array that are read.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>Bytes read at each.</summary>
    public int SampleSize { get; init; } = 4096;

    /// <summary>How often each is read.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How often when the rounds differ, to get at the rate of errors.</summary>
    public int MostRounds { get; init; } = 6;

    /// <summary>Size of the chip; null to take it from the size code of its id.</summary>
    public int? Size { get; init; }

    /// <summary>Whether there is a chip with an id (lower-case hex); null when that cannot be told.</summary>
    public Func<string, bool>? IsKnown { get; init; }
}
