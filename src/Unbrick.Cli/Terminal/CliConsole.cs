using Unbrick.Cli.Commands;

namespace Unbrick.Cli.Terminal;

/// <summary>
/// The user's terminal as the commands see it: results go to <paramref name="Out"/>, everything else to <paramref name="Error"/>.
/// Tests hand in string writers and say "no terminal".
/// </summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Narration, problems, questions.</param>
/// <param name="OutIsTerminal">Someone reads <paramref name="Out"/> on a screen.</param>
/// <param name="ErrorIsTerminal">Someone reads <paramref name="Error"/> on a screen, so a live line may be drawn.</param>
/// <param name="Width">Columns.</param>
/// <param name="Color">ANSI colours may be used.</param>
/// <param name="Unicode">Bars and dashes beyond ASCII may be used.</param>
internal sealed record CliConsole(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, int Width, bool Color, bool Unicode)
{
    /// <summary>Where answers are typed; null when nobody can be asked.</summary>
    public TextReader? In { get; init; }

    /// <summary>Bytes that come in by a pipe.</summary>
    public Func<Stream> Input { get; init; } = Console.OpenStandardInput;

    /// <summary>The clock of this machine.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Records of runs and the journal of host changes go below this folder.</summary>
    public string StateFolder { get; init; } = UserFolders.State;

    /// <summary>The real one. Honours NO_COLOR, CLICOLOR_FORCE and TERM=dumb (no-color.org, bixense.com/clicolors).</summary>
    public static CliConsole OfProcess()
    {
        bool terminal = !Console.IsErrorRedirected, dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        bool forced = Environment.GetEnvironmentVariable("CLICOLOR_FORCE") is { Length: > 0 } and not "0";
        bool refused = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return new CliConsole(
            Console.Out, Console.Error, !Console.IsOutputRedirected, terminal && !dumb,
            Columns(), !refused && (forced || terminal && !dumb), IsUtf8())
        {
            In = terminal && !Console.IsInputRedirected ? Console.In : null,
        };
    }

    private static int Columns()
    {
        try
        {
            return Console.IsErrorRedirected && Console.IsOutputRedirected ? PlainText.UsualWidth : Console.WindowWidth;
        }
        catch (IOException)
        {
            return PlainText.UsualWidth;
        }
    }

    /// <summary>.NET writes UTF-8 whatever the locale says; the terminal shows what the locale says.</summary>
    private static bool IsUtf8()
    {
        if (OperatingSystem.IsWindows())
            return Console.OutputEncoding.CodePage == 65001;
        foreach (string name in (string[])["LC_ALL", "LC_CTYPE", "LANG"])
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } locale)
                return locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
        }
        return OperatingSystem.IsMacOS();
    }
}
