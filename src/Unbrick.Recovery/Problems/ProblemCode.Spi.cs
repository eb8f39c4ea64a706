namespace Unbrick.Recovery.Problems;

/// <content>What can be wrong with a flash chip behind a clip.</content>
public static partial class ProblemCode
{
    /// <summary>Long runs of other bytes: the router's processor drives the bus. Values: none.</summary>
    public const string SpiBusShared = "spi-bus-shared";

    /// <summary>The id is right and all samples are FF. Values: none.</summary>
    public const string SpiChipBlank = "spi-chip-blank";

    /// <summary>Busy for longer than the maker allows. Values: <c>what</c>.</summary>
    public const string SpiChipLate = "spi-chip-late";

    /// <summary>The id is in no list and there is no table that helps. Values: <c>id</c>.</summary>
    public const string SpiChipUnknown = "spi-chip-unknown";

    /// <summary>Answers are all ones at one time and all zeros at another. Values: <c>id</c>.</summary>
    public const string SpiClipRotated = "spi-clip-rotated";

    /// <summary>The chip answers rightly at times. Values: <c>wrong</c>, <c>reads</c>.</summary>
    public const string SpiContactLoose = "spi-contact-loose";

    /// <summary>Single wrong bits, or bits too late or too early. Values: <c>wrong</c>, <c>bytes</c>.</summary>
    public const string SpiContactNoisy = "spi-contact-noisy";

    /// <summary>Reads pause and go on: HOLD# floats. Values: none.</summary>
    public const string SpiLineHeld = "spi-line-held";

    /// <summary>One bit is the same in all bytes. Values: <c>bits</c>.</summary>
    public const string SpiLineStuck = "spi-line-stuck";

    /// <summary>No id in any answer. Values: <c>id</c>.</summary>
    public const string SpiNoAnswer = "spi-no-answer";

    /// <summary>Block protection that cannot be lifted until power-off. Values: <c>what</c>.</summary>
    public const string SpiProtected = "spi-protected";

    /// <summary>Levels of programmer and chip do not fit. Values: <c>part</c>, <c>least</c>, <c>most</c>, <c>given</c>.</summary>
    public const string SpiVoltage = "spi-voltage";

    /// <summary>The contact went and did not come back. Values: <c>what</c>, <c>state</c>, <c>boot</c>, <c>next</c>.</summary>
    public const string SpiContactLost = "spi-contact-lost";

    /// <summary>The file is not as long as the chip. Values: <c>file</c>, <c>size</c>, <c>chip</c>.</summary>
    public const string SpiImageSize = "spi-image-size";

    /// <summary>Boot loader, calibration or identity would be replaced. Values: <c>regions</c>, <c>flag</c>.</summary>
    public const string SpiRegionKept = "spi-region-kept";

    /// <summary>Sectors that do not take their bytes. Values: <c>count</c>, <c>all</c>, <c>places</c>, <c>boot</c>.</summary>
    public const string SpiBadSectors = "spi-bad-sectors";

    /// <summary>A write was begun and not completed. Values: <c>done</c>, <c>steps</c>, <c>backup</c>.</summary>
    public const string SpiUnfinished = "spi-unfinished";

    /// <summary>No journal for this chip. Values: <c>chip</c>.</summary>
    public const string SpiNothingToResume = "spi-nothing-to-resume";

    /// <summary>A dump that was given as the backup is not what the chip holds. Values: <c>file</c>.</summary>
    public const string SpiBackupOther = "spi-backup-other";

    /// <summary>A write was not agreed to. Values: none.</summary>
    public const string SpiNotAgreed = "spi-not-agreed";
}
