namespace Unbrick.Cli.Terminal;

/// <summary>
/// The user's terminal as the commands see it: results go to <paramref name="Out"/>, everything else to <paramref name="Error"/>.
/// Tests hand in string writers and say "no terminal".
/// </summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Narration, prompts, problems.</param>
/// <param name="OutIsTerminal">Someone reads <paramref name="Out"/> on a screen.</param>
/// <param name="ErrorIsTerminal">Someone reads <paramref name="Error"/> on a screen, so a live line may be drawn.</param>
/// <param name="Width">Columns.</param>
/// <param name="Color">ANSI colours may be used.</param>
/// <param name="Unicode">Bars and dashes beyond ASCII may be used.</param>
internal sealed record CliConsole(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, int Width, bool Color, bool Unicode);
