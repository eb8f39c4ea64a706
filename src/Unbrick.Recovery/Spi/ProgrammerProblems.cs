using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Ch341a;
using Unbrick.Hardware.Usb;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi;

/// <summary>What to tell a user whose programmer cannot be used.</summary>
public static class ProgrammerProblems
{
    /// <summary>
    /// The line for <c>/etc/udev/rules.d</c> that lets programs of the one who sits at the computer, and of those in <c>plugdev</c>, open a CH341A
    /// (udev(7); <c>uaccess</c> counts in files that sort before 73).
    /// </summary>
    public static string UdevRule { get; } =
        $$"""SUBSYSTEM=="usb", ATTR{idVendor}=="{{Ch341aFinder.Vendor:x4}}", ATTR{idProduct}=="{{Ch341aFinder.Product:x4}}", MODE="0660", GROUP="plugdev", TAG+="uaccess" """.TrimEnd();

    /// <summary>The message for a fault.</summary>
    /// <param name="fault">What the driver says.</param>
    /// <param name="programmer">Which programmer was meant.</param>
    public static Problem Create(ProgrammerException fault, ProgrammerUri programmer)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(programmer);
        (string Name, string Value) name = ("programmer", Name(programmer));
        string[] seen = [fault.Message];
        return fault.Fault switch
        {
            ProgrammerFault.NotFound => ProblemCatalogue.Create(ProblemCode.ProgrammerNotFound, seen, name),
            ProgrammerFault.NotPermitted => Port(programmer) is { } port
                ? ProblemCatalogue.Create(ProblemCode.PortNotPermitted, seen, name, ("port", port))
                : ProblemCatalogue.Create(ProblemCode.ProgrammerNotPermitted, seen, name, ("rule", UdevRule)),
            ProgrammerFault.Busy => ProblemCatalogue.Create(ProblemCode.ProgrammerBusy, seen, name),
            ProgrammerFault.Gone => ProblemCatalogue.Create(ProblemCode.ProgrammerGone, seen, name),
            ProgrammerFault.WrongJumper => ProblemCatalogue.Create(ProblemCode.ProgrammerWrongJumper, seen),
            ProgrammerFault.Unclear => ProblemCatalogue.Create(ProblemCode.ProgrammerUnclear, seen, name, ("example", $"{programmer}:1-2")),
            ProgrammerFault.LibraryMissing => ProblemCatalogue.Create(ProblemCode.UsbLibraryMissing, seen, ("file", LibUsb.FileName)),
            ProgrammerFault.NotSupported => ProblemCatalogue.Create(ProblemCode.ProgrammerUnsuited, seen, name),
            _ => ProblemCatalogue.Create(ProblemCode.ProgrammerSilent, seen, name),
        };
    }

    /// <summary>The end of a job that could not even open its programmer.</summary>
    /// <inheritdoc cref="Create"/>
    public static UnbrickException NotOpened(ProgrammerException fault, ProgrammerUri programmer)
    {
        Problem problem = Create(fault, programmer);
        bool isFailure = fault.Fault is ProgrammerFault.TimedOut or ProgrammerFault.Garbled or ProgrammerFault.NotSupported;
        return new(problem, isFailure ? ExitCode.Failed : ExitCode.NotFound, fault);
    }

    /// <summary>The end of a job whose simulated programmer was pulled out.</summary>
    /// <param name="fault">What it says.</param>
    /// <param name="name">Of the chip on it.</param>
    public static UnbrickException Gone(ProgrammerException fault, string name)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return new(ProblemCatalogue.Create(ProblemCode.ProgrammerGone, [fault.Message], ("programmer", $"simulated {name}")), ExitCode.NotFound, fault);
    }

    /// <summary>The end of a job whose <c>--programmer</c> makes no sense.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="reason">What <see cref="ProgrammerUri.TryParse"/> says.</param>
    public static UnbrickException NotKnown(string text, string reason) => new(
        ProblemCatalogue.Create(ProblemCode.ProgrammerUnknown, [$"--programmer {text}"], ("text", text), ("reason", reason)), ExitCode.Usage);

    private static string Name(ProgrammerUri programmer) => programmer switch
    {
        Ch341aUri { Place: null } => "CH341A",
        Ch341aUri { Place: { } place } => $"CH341A at USB bus {place.Bus} port {place.Ports}",
        _ => programmer.ToString(),
    };

    private static string? Port(ProgrammerUri programmer) => programmer switch
    {
        SerprogSerialUri serial => serial.Path,
        SpidevUri spidev => spidev.Path,
        _ => null,
    };
}
