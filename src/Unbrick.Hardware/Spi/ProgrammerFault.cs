namespace Unbrick.Hardware.Spi;

/// <summary>Why a programmer cannot be used.</summary>
public enum ProgrammerFault
{
    /// <summary>There is none, or not where it was said to be.</summary>
    NotFound,

    /// <summary>It is there, but this user may not open it.</summary>
    NotPermitted,

    /// <summary>Another program or a driver of the system has it.</summary>
    Busy,

    /// <summary>It was unplugged, or the connection to it was closed.</summary>
    Gone,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>It answered what its protocol does not allow.</summary>
    Garbled,

    /// <summary>It cannot do what was asked.</summary>
    NotSupported,

    /// <summary>It is there, but in another mode: its jumper is set wrong.</summary>
    WrongJumper,

    /// <summary>There are several, and none was named.</summary>
    Unclear,

    /// <summary>A library of the system that it needs is not there.</summary>
    LibraryMissing,
}
