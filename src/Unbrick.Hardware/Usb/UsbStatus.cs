namespace Unbrick.Hardware.Usb;

/// <summary>How something at the bus ended. A device that is pulled out is a value like the others: nothing here throws because of it.</summary>
public enum UsbStatus
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The device is not at the bus any more.</summary>
    Gone,

    /// <summary>The device did not take or give the bytes in time.</summary>
    TimedOut,

    /// <summary>The transfer was called back.</summary>
    Cancelled,

    /// <summary>The device refused the request, or its endpoint stalls.</summary>
    Stalled,

    /// <summary>This user may not open it.</summary>
    NotPermitted,

    /// <summary>Another program or driver has it.</summary>
    Busy,

    /// <summary>There is no such device, interface or endpoint.</summary>
    NotFound,

    /// <summary>The system cannot do this; on Windows a device without the WinUSB driver says so when it is opened.</summary>
    NotSupported,

    /// <summary>The device sent more than there was room for.</summary>
    Overflow,

    /// <summary>Anything else: a fault of the line, or of the system.</summary>
    Failed,
}
