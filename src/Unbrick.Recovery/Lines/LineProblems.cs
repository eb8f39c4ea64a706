using System.Globalization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Lines;

/// <summary>What to tell a user about a port or a line.</summary>
public static class LineProblems
{
    /// <summary>The end of a job that could not open its port.</summary>
    /// <param name="fault">What the driver says.</param>
    /// <param name="port">As it was given.</param>
    /// <param name="holder">Who has it, when that is known.</param>
    public static UnbrickException NotOpened(SerialPortException fault, string port, string? holder)
    {
        ArgumentNullException.ThrowIfNull(fault);
        string[] seen = [$"{port}: {fault.Message}"];
        Problem problem = fault.Status switch
        {
            SerialStatus.NotFound => ProblemCatalogue.Create(ProblemCode.SerialNotFound, seen, ("port", port)),
            SerialStatus.NotPermitted => ProblemCatalogue.Create(ProblemCode.SerialNotPermitted, seen, ("port", port)),
            SerialStatus.Busy => ProblemCatalogue.Create(ProblemCode.SerialBusy, seen, ("port", port), ("holder", holder ?? "another program")),
            SerialStatus.Unreachable => ProblemCatalogue.Create(ProblemCode.SerialUnreachable, seen, ("port", port)),
            SerialStatus.Refused => ProblemCatalogue.Create(ProblemCode.SerialRefused, seen, ("port", port)),
            SerialStatus.NoRfc2217 => ProblemCatalogue.Create(ProblemCode.SerialNoRfc2217, seen, ("port", port), ("plain", Plain(port))),
            _ => ProblemCatalogue.Create(ProblemCode.SerialUnsuited, seen, ("port", port), ("forms", SerialAddress.Forms)),
        };
        return new(problem, ExitCode.NotFound, fault);
    }

    /// <summary>The message for a verdict; null when all is well.</summary>
    /// <param name="verdict">What was found.</param>
    /// <param name="port">As it was given.</param>
    public static Problem? Of(LineVerdict verdict, string port)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        string errors = verdict.FramingErrors is { } count ? $", {count} framing errors" : "";
        string[] seen = [$"{verdict.Bytes} bytes at {verdict.RatesTried} rates{errors}"];
        (string, string) at = ("port", port);
        return verdict.Kind switch
        {
            LineKind.Silent => ProblemCatalogue.Create(ProblemCode.LineSilent, ["0 bytes at any rate"], at),
            LineKind.NoGround => ProblemCatalogue.Create(ProblemCode.LineNoGround, seen),
            LineKind.Inverted => ProblemCatalogue.Create(ProblemCode.LineInverted, seen),
            LineKind.ReceiveDead => ProblemCatalogue.Create(ProblemCode.LineReceiveDead, [$"text at {verdict.Baud}, no answer to Enter, three times"], at),
            LineKind.Unreadable => ProblemCatalogue.Create(ProblemCode.LineUnreadable, seen, at),
            _ when verdict.Stages.Length > 1 => Changed(verdict),
            _ => null,
        };
    }

    private static string Plain(string port) =>
        SerialAddress.TryParse(port, out SerialAddress? address, out _) && address is Rfc2217Address far ? new TcpAddress(far.Host, far.Port).ToString() : "tcp:HOST:PORT";

    private static Problem Changed(LineVerdict verdict)
    {
        (string before, string after) = (Number(verdict.Stages[^2].Baud), Number(verdict.Stages[^1].Baud));
        return ProblemCatalogue.Create(
            ProblemCode.LineRateChanged, [$"{before}, then {after} after {verdict.Stages[^1].At.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"], ("before", before), ("after", after));
    }

    private static string Number(int baud) => baud.ToString(CultureInfo.InvariantCulture);
}
