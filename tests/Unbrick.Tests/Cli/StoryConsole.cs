using System.Text.RegularExpressions;
using Unbrick.Cli;
using Unbrick.Cli.Terminal;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Cli;

/// <summary>Runs command lines at a fixed moment, with a state folder of their own, and keeps both streams apart and as one.</summary>
internal sealed partial class StoryConsole : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("unbrick-test-");
    private readonly StringWriter _out = new() { NewLine = "\n" }, _error = new() { NewLine = "\n" };

    /// <param name="terminal">Someone looks at it.</param>
    /// <param name="unicode">Bars may be drawn with it.</param>
    /// <param name="width">Columns.</param>
    /// <param name="typed">What is typed.</param>
    /// <param name="oneStream">Both streams go to one place, as on a screen; it is then <see cref="Error"/>.</param>
    public StoryConsole(bool terminal = false, bool unicode = true, int width = 80, TextReader? typed = null, bool oneStream = false) =>
        Console = new CliConsole(oneStream ? _error : _out, _error, OutIsTerminal: terminal, ErrorIsTerminal: terminal, width, Color: false, unicode)
        {
            In = typed,
            Time = new FixedTime(),
            StateFolder = _state.FullName,
        };

    public CliConsole Console { get; init; }

    public string Out => _out.ToString();

    public string Error => Clean(_error.ToString());

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string StateFolder => _state.FullName;

    public Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(words, Console, TestContext.Current.CancellationToken);

    public void Dispose() => _state.Delete(recursive: true);

    /// <summary>Where the record lies differs from machine to machine.</summary>
    private string Clean(string text) =>
        SessionName().Replace(text.Replace(_state.FullName, "~/.local/state/unbrick"), "sessions/2026-11-21T201431-");

    [GeneratedRegex(@"sessions/[0-9T-]+-(?=[a-z])")]
    private static partial Regex SessionName();
}
