using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi;

/// <summary>Puts into words what is wrong between programmer and chip.</summary>
public static class ContactProblems
{
    /// <summary>The problem for a finding.</summary>
    /// <param name="report">What it was found in.</param>
    /// <param name="finding">One of <see cref="ContactReport.Findings"/>.</param>
    public static Problem Of(ContactReport report, ContactFinding finding)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(finding);
        string id = Id(report.Answers);
        (string Code, (string, string)[] Values) = finding.Fault switch
        {
            ContactFault.AllOnes or ContactFault.AllZeros or ContactFault.Floating => (ProblemCode.SpiNoAnswer, [("id", id)]),
            ContactFault.Collapsing => (ProblemCode.SpiClipRotated, [("id", id)]),
            ContactFault.StuckBit => (ProblemCode.SpiLineStuck, [("bits", finding.Seen[0])]),
            ContactFault.Loose => (ProblemCode.SpiContactLoose, Reads(report.Answers)),
            ContactFault.Noisy or ContactFault.ClockSlips or ContactFault.Shifted =>
                (ProblemCode.SpiContactNoisy, [("wrong", $"{report.Errors.Wrong:N0}"), ("bytes", $"{report.Errors.Bytes:N0}")]),
            ContactFault.Held => (ProblemCode.SpiLineHeld, []),
            ContactFault.BusShared => (ProblemCode.SpiBusShared, []),
            ContactFault.Blank => (ProblemCode.SpiChipBlank, Array.Empty<(string, string)>()),
            _ => throw new ArgumentOutOfRangeException(nameof(finding)),
        };
        string number = report.Errors.Bytes == 0 ? "nothing could be compared"
            : $"{report.Errors.Wrong:N0} of {report.Errors.Bytes:N0} bytes differ between reads";
        return ProblemCatalogue.Create(Code, [.. finding.Seen, number], Values) with { Likelihood = finding.Likelihood };
    }

    /// <summary>Why protection could not be lifted; null when it was, or when there was none, or no contact.</summary>
    /// <param name="result">What came of it.</param>
    public static Problem? Of(ProtectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string? why = result.Outcome switch
        {
            ProtectionOutcome.LockedByPin => "its registers are locked while WP# (pin 3) is low",
            ProtectionOutcome.LockedUntilPowerOff => "its registers are locked until power-off",
            ProtectionOutcome.LockedForGood => "its registers are locked for good",
            ProtectionOutcome.LastingOnly => "it could be lifted for good only, and that is not done",
            ProtectionOutcome.NotTaken => "its registers do not change",
            _ => null,
        };
        return why is null ? null : ProblemCatalogue.Create(ProblemCode.SpiProtected, [$"status registers {Registers(result.Found)}"], ("what", why));
    }

    /// <summary>That protection is lifted and comes back; null when there was none.</summary>
    /// <param name="result">What came of lifting it.</param>
    public static string? LiftedWords(ProtectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome == ProtectionOutcome.Lifted
            ? $"blocks were protected (status registers {Registers(result.Found)}): lifted for this write, put back at its end" : null;
    }

    /// <summary>Bytes of registers as a line: <c>1c 02 60</c>.</summary>
    private static string Registers(SpiStatus? status) => status is { } s
        ? string.Join(' ', new[] { s.First, s.Second, s.Third }.Where(b => b is not null).Select(b => $"{b:x2}")) : "unknown";

    private static string Id(ContactAnswers answers) => string.Join(' ', answers.Ids.Usual.ToArray().Select(b => $"{b:x2}"));

    private static (string, string)[] Reads(ContactAnswers answers)
    {
        RepeatedRead[] reads = [answers.Ids, .. answers.Samples];
        return [("wrong", $"{reads.Sum(r => r.Answers.Length - r.Right):N0}"), ("reads", $"{reads.Sum(r => r.Answers.Length):N0}")];
    }
}
