using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Loaders;

/// <summary>A profile with its patterns made ready.</summary>
public sealed class LoaderPatterns
{
    private readonly Regex[] _banner, _start, _autoboot, _passed, _prompts, _menu;

    /// <summary>Makes the patterns of a profile ready.</summary>
    public LoaderPatterns(LoaderProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Profile = profile;
        _banner = Made(profile.Banner);
        _start = Made(profile.Start);
        _autoboot = Made(profile.Autoboot);
        _passed = Made(profile.Passed);
        // What was streamed may stand behind a prompt already.
        _prompts = [.. profile.Prompts.Select(p => Made($"^(?<prompt>{p})[ 4tplg\\x1b]*$"))];
        _menu = profile.Menu is LoaderMenu menu ? [Made(menu.Shown), Made(menu.Ready)] : [];
        Keys = [.. profile.Keys.Select(BytesOf)];
    }

    /// <summary>The facts.</summary>
    public LoaderProfile Profile { get; }

    /// <summary>What to press to stop it, each as bytes.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Keys { get; }

    /// <summary>How much of a line names this loader, in characters; 0 when it does not.</summary>
    public int Names(string line) => Longest(_banner, line);

    /// <summary>Whether a line is printed only while the device starts.</summary>
    public bool Starts(string line) => Longest(_start, line) > 0 || Longest(_autoboot, line) > 0;

    /// <summary>Whether it waits for a key.</summary>
    public bool Waits(string line) => Longest(_autoboot, line) > 0;

    /// <summary>Whether it is too late.</summary>
    public bool HasPassed(string line) => Longest(_passed, line) > 0;

    /// <summary>Whether a line is the first of its menu.</summary>
    public bool ShowsMenu(string line) => _menu is [Regex shown, _] && shown.IsMatch(line);

    /// <summary>Whether a line is the last of its menu.</summary>
    public bool MenuIsReady(string line) => _menu is [_, Regex ready] && ready.IsMatch(line);

    /// <summary>The prompt that an open line begins with, when nothing but streamed keys stands behind it; null when there is none.</summary>
    public string? PromptIn(string tail)
    {
        foreach (Regex prompt in _prompts)
        {
            if (prompt.Match(tail) is { Success: true } match)
                return match.Groups["prompt"].Value;
        }
        return null;
    }

    /// <summary>A key by its name, or letters as they are.</summary>
    public static ReadOnlyMemory<byte> BytesOf(string key) => key switch
    {
        "space" => new byte[] { 0x20 },
        "esc" => new byte[] { 0x1b },
        "ctrl-c" => new byte[] { 0x03 },
        "ctrl-u" => new byte[] { 0x15 },
        "enter" => new byte[] { 0x0d },
        _ => System.Text.Encoding.ASCII.GetBytes(key),
    };

    /// <summary>A pattern that takes time in proportion to the text.</summary>
    internal static Regex Made(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static Regex[] Made(ImmutableArray<string> patterns) => [.. patterns.Select(Made)];

    private static int Longest(Regex[] patterns, string line)
    {
        int most = 0;
        foreach (Regex pattern in patterns)
            most = Math.Max(most, pattern.Match(line) is { Success: true } match ? match.Length : 0);
        return most;
    }
}
