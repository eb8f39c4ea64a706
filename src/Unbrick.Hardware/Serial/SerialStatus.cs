namespace Unbrick.Hardware.Serial;

/// <summary>How opening a serial port ended.</summary>
public enum SerialStatus
{
    /// <summary>It is open.</summary>
    Done,

    /// <summary>There is no such port.</summary>
    NotFound,

    /// <summary>This user may not open it.</summary>
    NotPermitted,

    /// <summary>Another program has it.</summary>
    Busy,

    /// <summary>It is no serial port, cannot have that speed, or this system's ports are not supported.</summary>
    NotSupported,

    /// <summary>No server answers at that address.</summary>
    Unreachable,

    /// <summary>The server was reached and closed the connection.</summary>
    Refused,

    /// <summary>The server hands out a port, but not by RFC 2217 as it was asked to.</summary>
    NoRfc2217,
}
