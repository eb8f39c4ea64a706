using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Formats;

namespace Unbrick.Recovery.Images;

/// <summary>Whether something in an image names the device that is expected.</summary>
internal static class Identity
{
    private static readonly string[] s_boards = [FactName.Board, FactName.SupportedDevices, FactName.Compatible, FactName.Name];

    public static bool Names(Finding finding, Expectation expected) =>
        expected.HwId is uint id && finding[FactName.HwId] is string hwId && hwId == $"0x{id:x}"
        || expected.DeviceId is int number && Text(finding[FactName.DeviceId]) == number.ToString(CultureInfo.InvariantCulture)
        || expected.SupportId is string support && Values(finding[FactName.SupportList]).Any(line => SameSupport(line, support))
        || Same(finding, FactName.Product, expected.Product) || Same(finding, FactName.Signature, expected.Signature)
        || Same(finding, "chip", expected.Chip)
        || s_boards.SelectMany(name => Values(finding[name])).Any(value => expected.Boards.Any(board => SameBoard(value, board)));

    /// <summary>sysupgrade-tar writes boards with "_" where the device tree has "," (scripts/sysupgrade-tar.sh).</summary>
    public static bool SameBoard(string a, string b) => string.Equals(a.Replace(',', '_'), b.Replace(',', '_'), StringComparison.Ordinal);

    /// <summary>Blanks differ between the vendor's lists and the packer's.</summary>
    public static bool SameSupport(string a, string b) =>
        string.Equals(a.Replace(" ", "", StringComparison.Ordinal).Trim(), b.Replace(" ", "", StringComparison.Ordinal).Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>A fact as texts, whether it is one or a list.</summary>
    public static IEnumerable<string> Values(object? fact) => fact switch
    {
        string text => [text],
        ImmutableArray<string> list => list,
        _ => [],
    };

    private static bool Same(Finding finding, string name, string? value) => value is not null && Text(finding[name]) == value;

    private static string? Text(object? fact) => Convert.ToString(fact, CultureInfo.InvariantCulture);
}
