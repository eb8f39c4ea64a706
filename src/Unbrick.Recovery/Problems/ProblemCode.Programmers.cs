namespace Unbrick.Recovery.Problems;

public static partial class ProblemCode
{
    /// <summary>Another program or a driver of the system has the programmer. Values: <c>programmer</c>.</summary>
    public const string ProgrammerBusy = "programmer-busy";

    /// <summary>The programmer was pulled out, or the connection to it closed. Values: <c>programmer</c>.</summary>
    public const string ProgrammerGone = "programmer-gone";

    /// <summary>There is no such programmer. Values: <c>programmer</c>.</summary>
    public const string ProgrammerNotFound = "programmer-not-found";

    /// <summary>A USB programmer is there, but this user may not open it. Values: <c>programmer</c>, <c>rule</c>.</summary>
    public const string ProgrammerNotPermitted = "programmer-not-permitted";

    /// <summary>The same for a serial port or a spidev. Values: <c>programmer</c>, <c>port</c>.</summary>
    public const string PortNotPermitted = "port-not-permitted";

    /// <summary>The programmer does not answer, or not what its protocol allows. Values: <c>programmer</c>.</summary>
    public const string ProgrammerSilent = "programmer-silent";

    /// <summary>Several fit and none was named. Values: <c>programmer</c>, <c>example</c>.</summary>
    public const string ProgrammerUnclear = "programmer-unclear";

    /// <summary>No programmer is called like that. Values: <c>text</c>, <c>reason</c>.</summary>
    public const string ProgrammerUnknown = "programmer-unknown";

    /// <summary>The programmer cannot do what is needed. Values: <c>programmer</c>.</summary>
    public const string ProgrammerUnsuited = "programmer-unsuited";

    /// <summary>A CH341A is there as a serial port. Values: none.</summary>
    public const string ProgrammerWrongJumper = "programmer-wrong-jumper";

    /// <summary>libusb is not on this computer. Values: <c>file</c>.</summary>
    public const string UsbLibraryMissing = "usb-library-missing";
}
