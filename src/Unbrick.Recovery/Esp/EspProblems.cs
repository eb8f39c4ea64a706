using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Esp;

/// <summary>What was seen of a chip or its line, as messages.</summary>
public static class EspProblems
{
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(60);

    /// <summary>A chip that did not come into its loader.</summary>
    /// <param name="state">What was seen.</param>
    /// <param name="port">The port's name.</param>
    /// <param name="text">What was heard.</param>
    /// <param name="waited">How long.</param>
    public static UnbrickException NotConnected(EspConnectState state, string port, string text, TimeSpan waited)
    {
        ArgumentNullException.ThrowIfNull(text);
        string heard = Shown(text);
        string[] seen = heard.Length == 0 ? [$"{waited.TotalSeconds:0.0} s, nothing received"] : [$"{waited.TotalSeconds:0.0} s, no answer", $"heard: {heard}"];
        return state switch
        {
            EspConnectState.Gone => new(Make(ProblemCode.EspPortGone, seen, ("port", port)), ExitCode.NotFound),
            EspConnectState.Echo => new(Make(ProblemCode.EspEcho, [$"{waited.TotalSeconds:0.0} s, what was sent came back"], ("port", port)), ExitCode.NotFound),
            EspConnectState.BootedNormally => new(Make(ProblemCode.EspBootedNormally, seen), ExitCode.NotFound),
            EspConnectState.WaitsUnheard => new(Make(ProblemCode.EspWaitsUnheard, seen, ("port", port)), ExitCode.NotFound),
            EspConnectState.OtherDevice => new(Make(ProblemCode.EspOtherDevice, seen, ("port", port)), ExitCode.NotFound),
            EspConnectState.Garbled => new(Make(ProblemCode.EspGarbled, seen, ("port", port)), ExitCode.NotFound),
            _ => new(Make(ProblemCode.EspSilent, seen, ("port", port)), ExitCode.NotFound),
        };
    }

    /// <summary>Work that could not go on.</summary>
    /// <param name="e">Why.</param>
    /// <param name="port">The port's name.</param>
    public static Problem Of(EspException e, string port)
    {
        ArgumentNullException.ThrowIfNull(e);
        string[] seen = [e.Message];
        return e.Failure switch
        {
            EspFailure.Gone => Make(ProblemCode.EspPortGone, seen, ("port", port)),
            EspFailure.Stopped => Make(ProblemCode.EspStopped, seen),
            EspFailure.LineTooBad => Make(ProblemCode.EspLineTooBad, seen),
            EspFailure.WriteRefused => Make(ProblemCode.EspWriteError, seen, ("at", $"0x{e.At:x6}")),
            EspFailure.ChipUnknown => Make(ProblemCode.EspChipUnknown, seen),
            EspFailure.FlashSilent => Make(ProblemCode.EspFlashSilent, seen),
            EspFailure.ProgramRunning => Make(ProblemCode.EspProgramRunning, seen),
            EspFailure.EraseEndless => Make(ProblemCode.EspEraseEndless, seen),
            _ => Make(ProblemCode.EspRomRefuses, seen),
        };
    }

    /// <summary>What a line did that was healed, for the record.</summary>
    /// <param name="counts">What happened on it.</param>
    /// <param name="strayAtStart">Bytes before the first answer.</param>
    /// <param name="text">What they were.</param>
    public static IEnumerable<Problem> OfLine(EspLineCounts counts, long strayAtStart, string text)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (strayAtStart > 0)
            yield return Make(ProblemCode.EspNoiseAtStart, [$"{strayAtStart:N0} bytes before the first answer{(Shown(text) is { } shown && shown.Any(char.IsAsciiLetterOrDigit) ? $": {shown}" : ", none of it text")}"]);
        if (counts.Resets > 0)
            yield return Make(ProblemCode.EspStopped, ["it stopped answering, and was put into its loader again by the reset line"]);
        if (counts.Echoes > 2)
            yield return Make(ProblemCode.EspEchoHeard, [$"{counts.Echoes:N0} of our own frames came back"]);
        if (counts.BadBlocks + counts.OutOfTurn > 0)
            yield return Make(ProblemCode.EspLineToChip, [$"{counts.BadBlocks:N0} blocks came with a wrong checksum, {counts.OutOfTurn:N0} out of turn, {counts.Restarts:N0} times begun again at a sector"]);
        if (counts.Damaged > 0 || (counts.BadBlocks == 0 && counts.TimeOuts + counts.Unsteady > 0))
            yield return Make(ProblemCode.EspLineFromChip, [$"{counts.Damaged:N0} damaged answers, {counts.TimeOuts:N0} commands without one, {counts.Unsteady:N0} values read again"]);
        if (counts.Slowest > s_late)
            yield return Make(ProblemCode.EspAnswersLate, [$"slowest answer {counts.Slowest.TotalMilliseconds:0} ms"]);
    }

    /// <summary>Text for a message: printable, short, on a line of 80 columns.</summary>
    internal static string Shown(string text)
    {
        const int most = 60;
        string line = string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : c is '\r' or '\n' ? ' ' : '.')).Trim();
        foreach ((string run, string less) in (ReadOnlySpan<(string, string)>)[("  ", " "), ("....", "...")])
        {
            while (line.Contains(run, StringComparison.Ordinal))
                line = line.Replace(run, less, StringComparison.Ordinal);
        }
        return line.Length > most ? "..." + line[^most..] : line;
    }

    private static Problem Make(string code, IEnumerable<string> seen, params ReadOnlySpan<(string, string)> values) => ProblemCatalogue.Create(code, seen, values);
}
