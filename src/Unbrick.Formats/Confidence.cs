namespace Unbrick.Formats;

/// <summary>How sure it is that something is of the format that it was taken for. Surer findings win where two overlap.</summary>
public enum Confidence
{
    /// <summary>Looks like it; a few bytes of machine code could look like it, too. Fills gaps only.</summary>
    Guess,

    /// <summary>Many fields agree, but nothing with a checksum.</summary>
    Likely,

    /// <summary>A checksum, or so many fields that chance is out of the question (less than one in 2^40 for random bytes).</summary>
    Certain,
}
