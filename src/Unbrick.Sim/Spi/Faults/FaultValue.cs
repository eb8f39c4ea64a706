using System.Globalization;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>What stands behind <c>=</c>, and the words to refuse it with.</summary>
/// <param name="Key">The fault.</param>
/// <param name="Text">The value.</param>
/// <param name="Wanted">How values look.</param>
/// <param name="Seed">For what is drawn.</param>
internal readonly record struct FaultValue(string Key, string Text, string Wanted, ulong Seed)
{
    private const int Most = 1_000_000_000;

    public Exception Bad() => SimText.Bad(Key, Text, Wanted);

    /// <summary><c>300ppb</c>, <c>5ppm</c>, <c>0.1%</c> as a part of one.</summary>
    public double Chance()
    {
        (string unit, double part) = Text.EndsWith("ppb", StringComparison.Ordinal) ? ("ppb", 1e-9)
            : Text.EndsWith("ppm", StringComparison.Ordinal) ? ("ppm", 1e-6) : ("%", 1e-2);
        return Text.EndsWith(unit, StringComparison.Ordinal) && Real(Text[..^unit.Length]) is { } value && value * part <= 1 ? value * part : throw Bad();
    }

    /// <summary>A factor from 1 to 10,000.</summary>
    public double Factor() => Real(Text) is { } value and >= 1 and <= 10_000 ? value : throw Bad();

    public int Whole(string text, int least = 0, int most = Most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value : throw Bad();

    /// <summary>Whole, with a minus if it must be.</summary>
    public int Signed(int most) =>
        int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value != 0 && Math.Abs((long)value) <= most
            ? value : throw Bad();

    /// <summary><c>0x3a0000</c>, or decimal.</summary>
    public int Address(string text)
    {
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return Whole(text);
        return int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) && value >= 0 ? value : throw Bad();
    }

    public byte Hex(string text) =>
        text.Length is 1 or 2 && byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : throw Bad();

    /// <summary><c>100+20</c> transfers or <c>1.5s+200ms</c>.</summary>
    public FaultSpan Span(string text)
    {
        string[] parts = text.Split('+');
        if (parts.Length != 2)
            throw Bad();
        if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return new(Whole(parts[0]), Whole(parts[1]), IsTime: false);
        return new(SimText.Duration(Key, parts[0]).Ticks, SimText.Duration(Key, parts[1]).Ticks, IsTime: true);
    }

    /// <summary>From there on: a count of transfers, or a time.</summary>
    public FaultSpan Moment()
    {
        bool counts = int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return counts ? new(Whole(Text), long.MaxValue, IsTime: false) : new(SimText.Duration(Key, Text).Ticks, long.MaxValue, IsTime: true);
    }

    /// <summary><c>VALUE</c> and what stands behind a separator; null when nothing does.</summary>
    public (string First, string? Behind) Cut(char separator)
    {
        int at = Text.LastIndexOf(separator);
        return at < 0 ? (Text, null) : (Text[..at], Text[(at + 1)..]);
    }

    private static double? Real(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
