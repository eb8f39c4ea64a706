namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick devices</c> was asked.</summary>
/// <param name="Query">Words of a name, an id, a board name or a file name; empty: only say how many there are.</param>
/// <param name="Show">Everything about one device instead of a list.</param>
/// <param name="Json">One result line on stdout.</param>
/// <param name="UserFolder">Folder with the user's device files; null: none.</param>
internal sealed record DevicesOptions(string Query, bool Show, bool Json, string? UserFolder)
{
    /// <summary>Where the user's device files are: <c>$XDG_CONFIG_HOME/unbrick/data/devices</c>, on Windows below <c>%APPDATA%</c>.</summary>
    public static string? DefaultUserFolder()
    {
        string config = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return config.Length == 0 ? null : Path.Combine(config, "unbrick", "data", "devices");
    }
}
