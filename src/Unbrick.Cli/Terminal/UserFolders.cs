namespace Unbrick.Cli.Terminal;

/// <summary>Where files of this user belong (XDG base directory specification; %APPDATA% and %LOCALAPPDATA% on Windows).</summary>
internal static class UserFolders
{
    private const string Name = "unbrick";

    /// <summary>Sessions and the journal of host changes. Without a home: a folder of this user below the temporary one.</summary>
    public static string State => Path.Combine(
        Base("XDG_STATE_HOME", Environment.SpecialFolder.LocalApplicationData, ".local/state")
            ?? Path.Combine(Path.GetTempPath(), $"unbrick-of-{Environment.UserName}"), Name);

    /// <summary>The user's own device files; null when there is no home.</summary>
    public static string? Devices
    {
        get
        {
            string? folder = Base("XDG_CONFIG_HOME", Environment.SpecialFolder.ApplicationData, ".config");
            return folder is null ? null : Path.Combine(folder, Name, "data", "devices");
        }
    }

    private static string? Base(string variable, Environment.SpecialFolder onWindows, string below)
    {
        if (Environment.GetEnvironmentVariable(variable) is string set && Path.IsPathFullyQualified(set))
            return set;
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(onWindows);
        return Environment.GetEnvironmentVariable("HOME") is string home && Path.IsPathFullyQualified(home) ? Path.Combine(home, below) : null;
    }
}
