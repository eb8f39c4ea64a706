namespace Unbrick.Recovery.Problems;

public static partial class ProblemCode
{
    /// <summary>Nothing answers on port. Values: <c>port</c>.</summary>
    public const string EspSilent = "esp-silent";

    /// <summary>What comes from port is no answer and no text. Values: <c>port</c>.</summary>
    public const string EspGarbled = "esp-garbled";

    /// <summary>Port is no ESP in its loader. Values: <c>port</c>.</summary>
    public const string EspOtherDevice = "esp-other-device";

    /// <summary>Port sends back what it is sent. Values: <c>port</c>.</summary>
    public const string EspEcho = "esp-echo";

    /// <summary>The chip starts its firmware, not its loader. Values: none.</summary>
    public const string EspBootedNormally = "esp-booted-normally";

    /// <summary>The chip at port is in download mode, but does not hear us. Values: <c>port</c>.</summary>
    public const string EspWaitsUnheard = "esp-waits-unheard";

    /// <summary>Port is gone. Values: <c>port</c>.</summary>
    public const string EspPortGone = "esp-port-gone";

    /// <summary>The chip answered, and then no more. Values: none.</summary>
    public const string EspStopped = "esp-stopped";

    /// <summary>The line loses or changes too much. Values: none.</summary>
    public const string EspLineTooBad = "esp-line-too-bad";

    /// <summary>The ROM reports an error of the flash chip at at. Values: <c>at</c>.</summary>
    public const string EspWriteError = "esp-write-error";

    /// <summary>The ROM refuses a command that it should have. Values: none.</summary>
    public const string EspRomRefuses = "esp-rom-refuses";

    /// <summary>The loader answers, but of a chip that is not known. Values: none.</summary>
    public const string EspChipUnknown = "esp-chip-unknown";

    /// <summary>The flash chip does not say what it is. Values: none.</summary>
    public const string EspFlashSilent = "esp-flash-silent";

    /// <summary>A program of another tool is running on the chip. Values: none.</summary>
    public const string EspProgramRunning = "esp-program-running";

    /// <summary>The flash chip stays busy after an erase. Values: none.</summary>
    public const string EspEraseEndless = "esp-erase-endless";

    /// <summary>The flash chip is write-protected. Values: none.</summary>
    public const string EspFlashProtected = "esp-flash-protected";

    /// <summary>The chip runs only what its maker has encrypted or signed: what is on. Values: <c>what</c>.</summary>
    public const string EspLocked = "esp-locked";

    /// <summary>Flash does not take what is written at at. Values: <c>at</c>.</summary>
    public const string EspFlashBad = "esp-flash-bad";

    /// <summary>File is kind. Values: <c>file</c>, <c>kind</c>.</summary>
    public const string EspImageKind = "esp-image-kind";

    /// <summary>File is damaged. Values: <c>file</c>.</summary>
    public const string EspImageDamaged = "esp-image-damaged";

    /// <summary>File is made for made, the chip is chip. Values: <c>file</c>, <c>made</c>, <c>chip</c>.</summary>
    public const string EspImageOtherChip = "esp-image-other-chip";

    /// <summary>File does not fit into flash. Values: <c>file</c>, <c>flash</c>.</summary>
    public const string EspImageTooLarge = "esp-image-too-large";

    /// <summary>File is not a backup of this chip's flash. Values: <c>file</c>.</summary>
    public const string EspRestoreSize = "esp-restore-size";

    /// <summary>Bytes were lost or changed on the way to the chip. Values: none.</summary>
    public const string EspLineToChip = "esp-line-to-chip";

    /// <summary>Bytes were lost or changed on the way from the chip. Values: none.</summary>
    public const string EspLineFromChip = "esp-line-from-chip";

    /// <summary>Bytes came before the first answer. Values: none.</summary>
    public const string EspNoiseAtStart = "esp-noise-at-start";

    /// <summary>The chip's answers come late. Values: none.</summary>
    public const string EspAnswersLate = "esp-answers-late";

    /// <summary>Nothing was done: it was not agreed to. Values: none.</summary>
    public const string EspNotAgreed = "esp-not-agreed";

    /// <summary>Flash holds what it should, and the chip does not run it: cause. Values: <c>cause</c>, <c>meaning</c>, <c>next</c>.</summary>
    public const string EspBootFailed = "esp-boot-failed";

    /// <summary>Port cannot be used: reason. Values: <c>port</c>, <c>reason</c>.</summary>
    public const string EspPortFailed = "esp-port-failed";

    /// <summary>What is sent comes back beside the answers. Values: none.</summary>
    public const string EspEchoHeard = "esp-echo-heard";

    /// <summary>Rate bits in a second are too many for this line. Values: <c>rate</c>.</summary>
    public const string EspRateTooHigh = "esp-rate-too-high";

    /// <summary>Old settings in flash make the chip start again and again. Values: none.</summary>
    public const string EspLeftovers = "esp-leftovers";
}
