namespace Unbrick.Net.Firewalls;

/// <summary>Finds the text of a rule in what <c>nft -a list ruleset</c> prints; people know their rules by that and not as JSON.</summary>
internal static class NftListing
{
    /// <summary>The rule's line without its handle; null when it is not there.</summary>
    public static string? RuleText(string listing, NftRuleset.Drop drop)
    {
        string table = "", chain = "";
        foreach (string raw in listing.Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith("table ", StringComparison.Ordinal))
                table = Head(line);
            else if (line.StartsWith("chain ", StringComparison.Ordinal))
                chain = Head(line);
            else if (table == $"{drop.Family} {drop.Table}" && chain == drop.Chain && line.EndsWith($"# handle {drop.Handle}", StringComparison.Ordinal))
                return line[..line.LastIndexOf('#')].Trim();
        }
        return null;
    }

    private static string Head(string line)
    {
        int end = line.IndexOf('{');
        return end < 0 ? "" : line[(line.IndexOf(' ') + 1)..end].Trim();
    }
}
