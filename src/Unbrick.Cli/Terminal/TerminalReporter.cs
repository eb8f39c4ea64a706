using Unbrick.Cli.Commands;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Core.Text;

namespace Unbrick.Cli.Terminal;

/// <summary>Shows a job's events to a person: one line a fact, a live line for the transfer under way, a block for each problem.</summary>
/// <param name="console">Where.</param>
/// <param name="zone">The zone of the times shown.</param>
internal sealed class TerminalReporter(CliConsole console, TimeZoneInfo zone)
{
    private const int Margin = 10;
    private const int BarWidth = 24;
    private const int LeastWidthForLive = 40;

    /// <summary>Time-outs that U-Boot has for a whole transfer (net/tftp.c, TIMEOUT_COUNT).</summary>
    private const int Lives = 10;

    private static readonly TimeSpan s_betweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, long> _tenths = [];
    private readonly HashSet<string> _explained = [];
    private readonly HashSet<(string Code, string Means)> _meant = [];
    private readonly LiveBars _bars = new();
    private bool _live;
    private int _drawn;
    private DateTimeOffset _lastFrame;
    private Question? _open;

    /// <summary>Shows one event.</summary>
    public void Show(UnbrickEvent item)
    {
        if (item is Progress progress)
        {
            ShowProgress(progress);
            return;
        }
        Clear();
        ShowLines(item);
        if (_open is not null)
            ShowQuestion(_open);
    }

    private void ShowLines(UnbrickEvent item)
    {
        switch (item)
        {
            case Note note:
                bool loud = note.Topic is "now" or "recovered";
                PlainText.Write(console.Error, Emphasis(note.Topic.PadRight(Margin), loud), note.Text, Margin, Width(loud));
                break;
            case Wire wire:
                PlainText.Write(console.Error, $"{Time(wire)}  ", wire.Peer.Length == 0 ? wire.Text : $"{wire.Peer}  {wire.Text}", Margin, Width());
                break;
            case Found found:
                ShowProblem(found.Problem);
                break;
            case TransferEnded ended:
                _tenths.Remove(ended.Peer);
                PlainText.Write(console.Error, $"{Time(ended)}  ", Sentence(ended), Margin, Width());
                break;
            case Asked asked:
                _open = asked.Question;
                break;
            case Answered answered:
                _open = null;
                PlainText.Write(console.Error, "answer", answered.Answer, Margin, Width());
                break;
            case SpiResult spi:
                _open = null;
                (spi.Exit == ExitCode.Done ? console.Out : console.Error).WriteLine(spi.Chip is null ? spi.Outcome : $"{spi.Outcome}: the chip is {spi.State.Replace('-', ' ')}");
                break;
            case LineResult line:
                (line.Exit == ExitCode.Done ? console.Out : console.Error).WriteLine(line.Baud is { } baud ? $"{line.Verdict}: {baud} bits a second" : line.Verdict);
                break;
            case EspResult esp:
                _open = null;
                (esp.Exit == ExitCode.Done ? console.Out : console.Error).WriteLine(Sentence(esp));
                break;
            case LoaderResult loader:
                _open = null;
                foreach (string line in loader.Steps.SelectMany(s => s.Output))
                    console.Out.WriteLine(SafeText.Show(line, int.MaxValue));
                (loader.Exit == ExitCode.Done ? console.Out : console.Error).WriteLine(Sentence(loader));
                break;
            case ServeResult { Exit: ExitCode.Usage or ExitCode.NotFound or ExitCode.Refused or ExitCode.BadImage }:
                break; // ended before anything was done; the problem has said it all
            case ServeResult result:
                _open = null;
                // Scripts that look at stdout only shall find something there only when it went well.
                (result.Exit == ExitCode.Done ? console.Out : console.Error).WriteLine(Sentence(result));
                break;
        }
    }

    /// <summary>In full once; then only what is new. One code can mean several things: what a recipe refuses has the reason of its check.</summary>
    private void ShowProblem(Problem problem)
    {
        bool means = _meant.Add((problem.Code, problem.Means));
        if (_explained.Add(problem.Code))
            ProblemText.Write(console, problem);
        else
            ProblemText.WriteBrief(console, problem, means);
    }

    /// <summary>Stays the last line until it is answered, whatever else is said.</summary>
    private void ShowQuestion(Question question)
    {
        IEnumerable<string> letters = question.Answers.Select(a => a == question.Default ? a[..1].ToUpperInvariant() : a[..1]);
        string line = $"{"question".PadRight(Margin)}{question.Text} [{string.Join('/', letters)}] ";
        if (!console.ErrorIsTerminal)
        {
            console.Error.WriteLine(line.TrimEnd());
            _open = null;
            return;
        }
        console.Error.Write(line);
        console.Error.Flush();
        _live = true;
    }

    /// <summary>Leaves the cursor at the start of a clean line.</summary>
    public void Clear()
    {
        if (!_live)
            return;
        console.Error.Write(Erased());
        _live = false;
    }

    /// <summary>Takes away what is drawn, from the last line up.</summary>
    private string Erased()
    {
        string all = "\r\e[K" + string.Concat(Enumerable.Repeat("\e[1A\e[K", Math.Max(0, _drawn - 1)));
        _drawn = 0;
        return all;
    }

    private void ShowProgress(Progress progress)
    {
        if (console.ErrorIsTerminal && console.Width >= LeastWidthForLive)
        {
            if (LiveBars.IsStage(progress))
                _bars.Take(progress, Line(progress, bar: true));
            if (_open is not null || progress.At - _lastFrame < s_betweenFrames)
                return;
            _lastFrame = progress.At;
            IReadOnlyCollection<string> lines = LiveBars.IsStage(progress) ? _bars.Lines : [Line(progress, bar: true)];
            console.Error.Write(Erased() + string.Join('\n', lines.Select(line => PlainText.Fit(line, console.Width - 1, console.Unicode).TrimEnd())));
            _drawn = lines.Count;
            console.Error.Flush();
            _live = true;
            return;
        }
        long tenth = progress.Total == 0 ? 0 : progress.Done * 10 / progress.Total;
        bool stage = LiveBars.IsStage(progress);
        // With its port: the next try of a device is another transfer, and begins at 0 again.
        string work = stage ? $"{progress.Peer}  {progress.Name}" : progress.Peer.Length == 0 ? progress.Name : progress.Peer;
        // What was at its end begins anew; what only goes back a little is not told twice.
        if (_tenths.TryGetValue(work, out long shown) && shown >= tenth && (shown < 10 || tenth == 10))
            return;
        _tenths[work] = tenth;
        string who = stage ? work : work.Split(':')[0];
        PlainText.Write(console.Error, $"{Time(progress)}  ", $"{who}  {Line(progress, bar: false)}", Margin, Width());
    }

    /// <summary>The live line has room for all numbers; a line in a log tells of losses when there is something to tell.</summary>
    private string Line(Progress progress, bool bar)
    {
        double share = progress.Total == 0 ? 0 : (double)progress.Done / progress.Total;
        // What is no transfer to somebody has a name of its own, and its speed is that of the programmer.
        bool stage = LiveBars.IsStage(progress);
        string drawn = bar ? $"{(stage ? LiveBars.Label(progress) : progress.Peer.Length == 0 ? progress.Name.PadRight(Margin) : "")}{Bar(share)} " : "";
        string rate = stage || progress.Peer.Length == 0 ? "" : $"  {Rate(progress.Rate)}";
        string lives = progress.LivesLeft is int left && (bar || left < Lives) ? $"  {left}/{Lives} lives" : "";
        string loss = bar && progress.LossToDevice + progress.LossFromDevice > 0 ? $"  {Losses(progress.LossToDevice, progress.LossFromDevice)}" : "";
        string resent = progress.Resent > 0 ? $"  {progress.Resent} resent" : "";
        // A device that sends a file seldom says how long it is.
        string far = progress.Total == 0 ? ByteText.Short(progress.Done) : $"{drawn}{share * 100,3:0} %  {ByteText.Of(progress.Done, progress.Total)}";
        return $"{far}{rate}{resent}{lives}{loss}";
    }

    private static string Rate(double rate) => rate < 1 << 20 ? $"{rate / 1024:0} KiB/s" : $"{rate / (1 << 20):0.0} MiB/s";

    private static string Losses(double toDevice, double fromDevice) =>
        $"lost {toDevice * 100:0.0} % there, {fromDevice * 100:0.0} % back";

    private string Bar(double share)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return console.Unicode
            ? new string('━', full) + new string('╌', BarWidth - full)
            : "[" + new string('#', full) + new string('.', BarWidth - full) + "]";
    }

    private static string Sentence(TransferEnded ended)
    {
        string outcome = ended.Outcome switch
        {
            "complete" when ended.Upload => $"sent all of {ended.SentAs}: {ByteText.Exact(ended.Bytes)} in {ended.Seconds:0.0} s",
            _ when ended.Upload => $"sent {ByteText.Exact(ended.Bytes)} of {ended.SentAs}, then the transfer failed: nothing of it was kept",
            "complete" => $"has all of {ended.SentAs}: {ByteText.Exact(ended.Bytes)} in {ended.Seconds:0.0} s{Resent(ended)}",
            "probably-complete" => $"was sent all of {ended.SentAs}; its last answer did not come, which is usual",
            "restarted" => $"gave up after {ByteText.Exact(ended.Bytes)} and starts again",
            _ => $"got {ByteText.Exact(ended.Bytes)} of {ended.SentAs}, then the transfer failed",
        };
        return $"{ended.Peer}  {outcome}";
    }

    private static string Resent(TransferEnded ended) => ended.Resent == 0 ? ""
        : $", {ended.Resent} resent" + (ended.LossToDevice + ended.LossFromDevice > 0 ? $" ({Losses(ended.LossToDevice, ended.LossFromDevice)})" : "");

    private static string Sentence(LoaderResult result) => result is { Outcome: "planned" }
        ? "planned: nothing was sent"
        : $"{result.Outcome}: {result.Steps.Length} {(result.Steps.Length == 1 ? "step" : "steps")} proven{(result.Restarts > 0 ? $", {result.Restarts} restarts" : "")}";

    private static string Sentence(ServeResult result) => result.Outcome switch
    {
        "recovered" => "recovered: the device runs again",
        "sent" => $"sent: {result.Transfers} {(result.Transfers == 1 ? "transfer" : "transfers")} complete",
        "made" => "made: the files are right, no device was needed",
        "not-made" => "failed: the files are not what they should be",
        "refused" when result.Exit == ExitCode.DeviceRefused => "refused: the device does not take this image",
        "refused" => "refused: nothing was started, nothing was changed",
        _ => "failed: no device got its file",
    };

    private static string Sentence(EspResult result) => result.Outcome switch
    {
        _ when result.Devices.Length > 1 =>
            $"{result.Devices.Length} boards: {string.Join(", ", result.Devices.GroupBy(d => d.Outcome).Select(same => $"{same.Count()} {same.Key.Replace('-', ' ')}"))}",
        "done" when result.Boot is { Cause: var cause } && cause.StartsWith("ok-", StringComparison.Ordinal) => "done: the chip holds what it should, and runs it",
        "done" when result.State == "as-planned" => "done: the chip holds what it should",
        "done" => "done",
        "written" => "written and proven; its start was not seen",
        "nothing-to-do" => "nothing to do: the chip holds it already",
        _ => $"{result.Outcome}: flash is {result.State.Replace('-', ' ')}",
    };

    private string Time(UnbrickEvent item) => TimeZoneInfo.ConvertTime(item.At, zone).ToString("HH:mm:ss", null);

    /// <summary>Escape sequences take no columns, but the wrapping counts them.</summary>
    private int Width(bool emphasised = false) => PlainText.Columns(console.Width) + (emphasised && console.Color ? "\e[1m\e[0m".Length : 0);

    private string Emphasis(string text, bool wanted) => wanted && console.Color ? $"\e[1m{text}\e[0m" : text;
}
