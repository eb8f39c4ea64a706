namespace Unbrick.Hardware.Spi.Contact;

/// <summary>How many bytes were read twice or more, and how many of them differed from what most reads say.</summary>
/// <param name="Bytes">Bytes compared.</param>
/// <param name="Wrong">Bytes that were not as in most reads.</param>
public readonly record struct ReadErrors(long Bytes, long Wrong)
{
    /// <summary>95 % of a normal distribution, one side.</summary>
    private const double Quantile = 1.645;

    /// <summary>Wrong bytes for each byte read; 0 when nothing was compared.</summary>
    public double Rate => Bytes == 0 ? 0 : (double)Wrong / Bytes;

    /// <summary>
    /// The rate that is not exceeded with 95 % confidence. Three errors for all bytes when none was seen (rule of three), else the upper
    /// limit of a Poisson count (Wilson and Hilferty's approximation). 1 when nothing was compared.
    /// </summary>
    public double RateAtMost
    {
        get
        {
            if (Bytes == 0)
                return 1;
            if (Wrong == 0)
                return Math.Min(1, 3.0 / Bytes);
            double n = Wrong + 1;
            double root = 1 - (1 / (9 * n)) + (Quantile / (3 * Math.Sqrt(n)));
            return Math.Min(1, n * root * root * root / Bytes);
        }
    }

    /// <summary>Wrong bytes that a read may have at the most, with 95 % confidence.</summary>
    /// <param name="bytes">Bytes of the read.</param>
    public double WrongAtMost(long bytes) => RateAtMost * bytes;

    /// <summary>Both together.</summary>
    public static ReadErrors operator +(ReadErrors one, ReadErrors other) => new(one.Bytes + other.Bytes, one.Wrong + other.Wrong);

    /// <summary>Both together.</summary>
    public static ReadErrors Add(ReadErrors left, ReadErrors right) => left + right;
}
