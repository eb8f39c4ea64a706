using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;

namespace Unbrick.Sim;

/// <summary>Numbers as they are written in <c>sim:</c> and <c>fault:</c> addresses, and the error when they are not.</summary>
internal static class SimText
{
    private static readonly (string Unit, double Seconds)[] s_units = [("ms", 0.001), ("us", 0.000_001), ("min", 60), ("s", 1)];

    /// <summary>Longest time that makes sense here; more would overflow the clock's arithmetic sooner or later.</summary>
    private const double MostSeconds = 7 * 24 * 3600;

    /// <summary><c>2ms</c>, <c>0.5s</c>, <c>2min</c>.</summary>
    public static TimeSpan Duration(string key, string text)
    {
        foreach ((string unit, double seconds) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            if (Number(text[..^unit.Length]) * seconds is { } value and <= MostSeconds)
                return TimeSpan.FromSeconds(value);
        }
        throw Bad(key, text, "a time like 250ms, 0.5s or 2min");
    }

    /// <summary><c>0.5%</c> as 0.005.</summary>
    public static double Percent(string key, string text) =>
        Number(text.EndsWith('%') ? text[..^1] : text) is { } value and <= 100 && (text.EndsWith('%') || value == 0)
            ? value / 100
            : throw Bad(key, text, "a percentage from 0% to 100%");

    /// <summary>A whole number in a range.</summary>
    public static int Whole(string key, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw Bad(key, text, $"a whole number from {least} to {most}");

    /// <summary>A seed.</summary>
    public static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
        ? value
        : throw Bad("seed", text, "a whole number");

    /// <summary>A byte in hex: <c>1c</c>.</summary>
    public static byte HexByte(string key, string text) =>
        text.Length is 1 or 2 && byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : throw Bad(key, text, "a byte in hex, like 1c");

    /// <summary>A key or a name that does not exist, with those that do.</summary>
    public static UnbrickException Unknown(string code, string what, string text, IReadOnlyList<string> known)
    {
        string shown = SafeText.Show(text);
        string? near = known.OrderBy(k => EditDistance.Between(k, text)).FirstOrDefault(k => EditDistance.Between(k, text) <= 2);
        string list = string.Join(", ", known);
        return Usage(
            code, $"there is no {what} '{shown}'", $"'{shown}'", $"the {what}s are: {list}",
            near is null ? $"use one of: {list}" : $"did you mean '{near}'?");
    }

    /// <summary>A value that cannot be read.</summary>
    public static UnbrickException Bad(string key, string text, string wanted)
    {
        string shown = SafeText.Show(text);
        return Usage("sim-bad-value", $"'{key}' cannot be '{shown}'", $"{key}={shown}", $"{key} takes {wanted}", $"write {wanted}");
    }

    /// <summary>Text that is no address at all.</summary>
    public static UnbrickException Usage(string code, string title, string seen, string means, string attempt) =>
        new(new Problem(code, Severity.Error, title, ImmutableArray.Create(seen), means, [attempt]), ExitCode.Usage);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : null;
}
