using Unbrick.Cli.Commands;
using Unbrick.Core;
using Unbrick.Core.Events;
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

    private static readonly TimeSpan s_betweenFrames = TimeSpan.FromMilliseconds(100);

    private bool _live;
    private DateTimeOffset _lastFrame;
    private readonly Dictionary<string, long> _tenths = [];

    /// <summary>Shows one event.</summary>
    public void Show(UnbrickEvent item)
    {
        switch (item)
        {
            case Note note:
                Clear();
                PlainText.Write(console.Error, Emphasis(note.Topic.PadRight(Margin), note.Topic is "now" or "recovered"), note.Text, Margin, Width(note.Topic is "now" or "recovered"));
                break;
            case Wire wire:
                Clear();
                PlainText.Write(console.Error, $"{Time(wire)}  ", wire.Peer.Length == 0 ? wire.Text : $"{wire.Peer}  {wire.Text}", Margin, Width());
                break;
            case Found found:
                Clear();
                ProblemText.Write(console, found.Problem);
                break;
            case Progress progress:
                ShowProgress(progress);
                break;
            case TransferEnded ended:
                Clear();
                _tenths.Remove(ended.Peer);
                PlainText.Write(console.Error, $"{Time(ended)}  ", Sentence(ended), Margin, Width());
                break;
            case ServeResult { Exit: not (ExitCode.Usage or ExitCode.NotFound or ExitCode.Refused or ExitCode.BadImage) } result:
                // Those four ended before anything was done; the problem has said it all.
                Clear();
                console.Out.WriteLine(Sentence(result));
                break;
        }
    }

    /// <summary>Leaves the cursor at the start of a clean line.</summary>
    public void Clear()
    {
        if (!_live)
            return;
        console.Error.Write("\r\e[K");
        _live = false;
    }

    private void ShowProgress(Progress progress)
    {
        if (console.ErrorIsTerminal && console.Width >= LeastWidthForLive)
        {
            if (progress.At - _lastFrame < s_betweenFrames)
                return;
            _lastFrame = progress.At;
            string line = Line(progress, bar: true);
            console.Error.Write("\r\e[K" + PlainText.Fit(line, console.Width - 1, console.Unicode).TrimEnd());
            console.Error.Flush();
            _live = true;
            return;
        }
        long tenth = progress.Total == 0 ? 0 : progress.Done * 10 / progress.Total;
        if (_tenths.TryGetValue(progress.Peer, out long shown) && shown >= tenth)
            return;
        _tenths[progress.Peer] = tenth;
        console.Error.WriteLine($"{Time(progress)}  {progress.Peer}  {Line(progress, bar: false)}");
    }

    private string Line(Progress progress, bool bar)
    {
        double share = progress.Total == 0 ? 0 : (double)progress.Done / progress.Total;
        string drawn = bar ? Bar(share) + " " : "";
        string lives = progress.LivesLeft is int left ? $"  {left} of 10 lives" : "";
        string loss = progress.LossToDevice + progress.LossFromDevice > 0
            ? $"  lost {progress.LossToDevice * 100:0.0} % there, {progress.LossFromDevice * 100:0.0} % back" : "";
        return $"{drawn}{share * 100,3:0} %  {ByteText.Short(progress.Done)} of {ByteText.Short(progress.Total)}  {ByteText.Short(progress.Rate)}/s  {progress.Resent} resent{lives}{loss}";
    }

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
            "complete" => $"has all of {ended.SentAs}: {ByteText.Exact(ended.Bytes)} in {ended.Seconds:0.0} s, {ended.Resent} resent",
            "probably-complete" => $"was sent all of {ended.SentAs}; its last answer did not come, which is usual",
            "restarted" => $"gave up after {ByteText.Exact(ended.Bytes)} and starts again",
            _ => $"got {ByteText.Exact(ended.Bytes)} of {ended.SentAs}, then the transfer failed",
        };
        return $"{ended.Peer}  {outcome}";
    }

    private static string Sentence(ServeResult result) => result.Outcome switch
    {
        "recovered" => "recovered: the device runs again",
        "sent" => $"sent: {result.Transfers} {(result.Transfers == 1 ? "transfer" : "transfers")} complete",
        "refused" => "refused: the device does not take this image",
        _ => "failed: no device got its file",
    };

    private string Time(UnbrickEvent item) => TimeZoneInfo.ConvertTime(item.At, zone).ToString("HH:mm:ss", null);

    /// <summary>Escape sequences take no columns, but the wrapping counts them.</summary>
    private int Width(bool emphasised = false) => PlainText.Columns(console.Width) + (emphasised && console.Color ? "\e[1m\e[0m".Length : 0);

    private string Emphasis(string text, bool wanted) => wanted && console.Color ? $"\e[1m{text}\e[0m" : text;
}
