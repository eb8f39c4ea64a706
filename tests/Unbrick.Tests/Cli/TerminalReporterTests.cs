using Unbrick.Cli.Terminal;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;

namespace Unbrick.Tests.Cli;

public sealed class TerminalReporterTests : IDisposable
{
    private const string Erase = "\r\e[K";
    private static readonly DateTimeOffset s_start = new(2026, 11, 21, 20, 14, 31, TimeSpan.Zero);

    private readonly StringWriter _out = new() { NewLine = "\n" }, _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_question_stays_the_last_line_until_it_is_answered()
    {
        TerminalReporter reporter = Reporter();
        reporter.Show(new Asked(Question.OfYesOrNo("hold-address", "Give eth0 the address 192.168.1.66/24 as well?")) { At = s_start });
        reporter.Show(new Wire("arp", "192.168.1.86", "who has 192.168.1.66?") { At = s_start });
        reporter.Show(Moved(0, 100));
        reporter.Show(new Answered("hold-address", "yes") { At = s_start });

        const string Line = "question  Give eth0 the address 192.168.1.66/24 as well? [Y/n] ";
        Assert.Equal(
            $"{Line}{Erase}20:14:31  192.168.1.86  who has 192.168.1.66?\n{Line}{Erase}answer    yes\n", _error.ToString());
    }

    [Fact]
    public void Without_a_terminal_a_question_is_a_line_like_others()
    {
        TerminalReporter reporter = Reporter(terminal: false);
        reporter.Show(new Asked(Question.OfYesOrNo("hold-address", "Give it?")));
        reporter.Show(new Answered("hold-address", "yes"));
        Assert.Equal("question  Give it? [Y/n]\nanswer    yes\n", _error.ToString());
    }

    [Fact]
    public void The_live_line_is_drawn_at_most_ten_times_a_second()
    {
        TerminalReporter reporter = Reporter();
        for (int i = 0; i <= 1000; i++)
            reporter.Show(Moved(i * 1000, 1_000_000, s_start + TimeSpan.FromMilliseconds(i)));
        Assert.Equal(11, _error.ToString().Split(Erase).Length - 1);
        Assert.DoesNotContain('\n', _error.ToString());
    }

    [Fact]
    public void The_live_line_goes_before_another_line_comes()
    {
        TerminalReporter reporter = Reporter();
        reporter.Show(Moved(500, 1000));
        reporter.Show(new Wire("link-down", "", "eth0  link up -> down") { At = s_start });
        Assert.Equal(
            $"{Erase}━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌  50 %  500 of 1000 B  1 KiB/s  3 resent  9/10 lives{Erase}20:14:31  eth0  link up -> down\n", _error.ToString());
    }

    [Fact]
    public void Several_boards_have_a_bar_each_in_80_columns()
    {
        TerminalReporter reporter = Reporter();
        reporter.Show(Stage("ttyUSB1", "write", 50, s_start));
        reporter.Show(Stage("ttyUSB0", "erase", 25, s_start + TimeSpan.FromSeconds(1)));
        reporter.Show(Stage("tcp:192.168.0.22:4001", "verify", 75, s_start + TimeSpan.FromSeconds(2)));
        string[] lines = _error.ToString().Split(Erase)[^1].Replace("\e[1A\e[K", "", StringComparison.Ordinal).Split('\n');
        Assert.Equal(
            [
                "...0.22:4001 verify  ━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌  75 %  75 of 100 B",
                "ttyUSB0      erase   ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25 %  25 of 100 B",
                "ttyUSB1      write   ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌  50 %  50 of 100 B",
            ], lines);

        reporter.Show(Stage("ttyUSB0", "erase", 100, s_start + TimeSpan.FromSeconds(3)));
        reporter.Show(new Note("chip", "what comes then stands on a line of its own"));
        string end = _error.ToString();
        Assert.Contains($"{Erase}\e[1A\e[K\e[1A\e[K...0.22:4001", end, StringComparison.Ordinal);
        Assert.EndsWith($"50 of 100 B{Erase}\e[1A\e[Kchip      what comes then stands on a line of its own\n", end, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_log_each_stage_of_each_board_is_told()
    {
        TerminalReporter reporter = Reporter(terminal: false);
        reporter.Show(Stage("tcp:127.0.0.1:4001", "erase", 100, s_start));
        reporter.Show(Stage("tcp:127.0.0.1:4001", "write", 50, s_start));
        reporter.Show(Stage("ttyUSB0", "write", 50, s_start));
        Assert.Equal(
            "20:14:31  tcp:127.0.0.1:4001  erase  100 %  100 of 100 B\n20:14:31  tcp:127.0.0.1:4001  write   50 %  50 of 100 B\n20:14:31  ttyUSB0  write   50 %  50 of 100 B\n",
            _error.ToString());
    }

    [Fact]
    public void In_ascii_the_bar_is_drawn_with_signs_that_every_font_has()
    {
        TerminalReporter reporter = Reporter(unicode: false, width: 50);
        reporter.Show(Moved(500, 1000));
        Assert.Equal($"{Erase}[############............]  50 %  500 of 1000 ...", _error.ToString());
    }

    [Theory]
    [InlineData(true, "\e[1mnow       \e[0mHold the button.\n")]
    [InlineData(false, "now       Hold the button.\n")]
    public void Colour_only_stresses_what_is_said_anyway(bool color, string text)
    {
        Reporter(color: color).Show(new Note("now", "Hold the button."));
        Assert.Equal(text, _error.ToString());
    }

    [Theory]
    [InlineData("recovered", 0, "recovered: the device runs again\n", "")]
    [InlineData("sent", 0, "sent: 2 transfers complete\n", "")]
    [InlineData("failed", 130, "", "failed: no device got its file\n")]
    [InlineData("refused", 7, "", "refused: the device does not take this image\n")]
    [InlineData("refused", 4, "", "")] // ended before it began: the problem has said it all
    [InlineData("failed", 3, "", "")]
    public void Only_a_result_is_on_stdout(string outcome, int exit, string result, string narration)
    {
        Reporter().Show(new ServeResult(outcome, 2, []) { Exit = exit });
        Assert.Equal((result, narration), (_out.ToString(), _error.ToString()));
    }

    [Fact]
    public void A_problem_is_explained_once()
    {
        TerminalReporter reporter = Reporter();
        Problem problem = new("line-loss", Severity.Warning, "packets get lost", ["3 %"], "The cable.", ["Another one.", "Push it in."]);
        reporter.Show(new Found(problem));
        reporter.Show(new Found(problem with { Seen = ["4 %"] }));
        Assert.Equal(
            """
            warning[line-loss]: packets get lost
              seen   3 %
              means  The cable.
              try    1. Another one.
                     2. Push it in.
              more   unbrick explain line-loss
            warning[line-loss]: packets get lost
              seen   4 %

            """,
            _error.ToString());
    }

    [Fact]
    public void What_a_known_problem_means_this_time_is_said_when_it_means_something_else()
    {
        TerminalReporter reporter = Reporter();
        Problem problem = new("recipe-refused", Severity.Error, "no kernel", ["0x200"], "It would not start.", []);
        reporter.Show(new Found(problem));
        reporter.Show(new Found(problem with { Title = "too large", Seen = ["9 MiB"], Means = "It would not fit." }));
        Assert.EndsWith("error[recipe-refused]: too large\n  seen   9 MiB\n  means  It would not fit.\n", _error.ToString(), StringComparison.Ordinal);
    }

    private TerminalReporter Reporter(bool terminal = true, bool unicode = true, bool color = false, int width = 100) =>
        new(new CliConsole(_out, _error, terminal, terminal, width, color, unicode), TimeZoneInfo.Utc);

    private static Progress Stage(string peer, string name, long done, DateTimeOffset at) => new(peer, name, done, 100, 0, 0, 0, 0, null) { At = at };

    private static Progress Moved(long done, long total, DateTimeOffset? at = null) =>
        new("192.168.0.86:2345", "x.bin", done, total, 1024, 3, 0, 0, 9) { At = at ?? s_start };
}
