using System.Text.RegularExpressions;

namespace Unbrick.Formats.TpLink;

/// <summary>One line of a support list, taken apart.</summary>
/// <param name="Product">Product name and version: what must be the same in any region.</param>
/// <param name="Region">Two letters, or empty for all.</param>
internal readonly partial record struct SupportLine(string Product, string Region)
{
    public static bool TryRead(string line, out SupportLine read)
    {
        read = default;
        if (Named().Match(line) is { Success: true } named)
        {
            read = new($"{named.Groups["name"].Value} {named.Groups["version"].Value}", LettersOf(named.Groups["special"].Value));
            return true;
        }
        if (Listed().Match(line) is { Success: true } listed)
        {
            string special = LettersOf(listed.Groups["special"].Value);
            string region = listed.Groups["region"].Value;
            read = new(
                $"{listed.Groups["name"].Value} {listed.Groups["kind"].Value} {listed.Groups["version"].Value}",
                special.Length > 0 ? special : region == "UN" ? "" : region);
            return true;
        }
        return false;
    }

    /// <summary>Accepts a unit of that region.</summary>
    public bool Takes(string region) => Region.Length == 0 || Region == region;

    private static string LettersOf(string digits) => CountryCode.Letters(System.Text.Encoding.ASCII.GetBytes(digits)) ?? "";

    [GeneratedRegex(@"^\{product_name:(?<name>[^,}]+),product_ver:(?<version>[^,}]+),special_id:(?<special>[0-9A-Fa-f]{8})\}$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?<name>[^(|{]+)\([^|)]*\|(?<region>[^|)]*)\|(?<kind>[^|)]*)(\|(?<special>[0-9A-Fa-f]{8}))?\):(?<version>[0-9.]+)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Listed();
}
