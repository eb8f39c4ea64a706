namespace Unbrick.Hardware.Esp;

/// <summary>Why a chip could not be worked on.</summary>
public enum EspFailure
{
    /// <summary>The port is gone.</summary>
    Gone,

    /// <summary>It answered before and does no more: it lost its supply, was reset, or the line broke.</summary>
    Stopped,

    /// <summary>It takes a block again and again only with a wrong checksum, or not at all.</summary>
    LineTooBad,

    /// <summary>The ROM reports that the flash chip does not take what is written.</summary>
    WriteRefused,

    /// <summary>The ROM refuses a command.</summary>
    Refused,

    /// <summary>Another chip than those known.</summary>
    ChipUnknown,

    /// <summary>The flash chip does not answer.</summary>
    FlashSilent,

    /// <summary>A program is running that was loaded by another tool.</summary>
    ProgramRunning,

    /// <summary>Erasing did not end.</summary>
    EraseEndless,
}
