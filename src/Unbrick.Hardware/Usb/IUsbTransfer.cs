namespace Unbrick.Hardware.Usb;

/// <summary>
/// A bulk transfer with its own buffer. Between <see cref="Submit"/> and the end, which only <see cref="IUsbDevice.HandleEvents"/> brings about,
/// the buffer belongs to the system. It is called back, and its end handled, before it is disposed.
/// </summary>
public interface IUsbTransfer : IDisposable
{
    /// <summary>What is sent, or what came. It stays at its place in memory.</summary>
    Span<byte> Buffer { get; }

    /// <summary>It was submitted and has not ended.</summary>
    bool IsPending { get; }

    /// <summary>How the last one ended.</summary>
    UsbStatus Status { get; }

    /// <summary>Bytes that went over in the last one.</summary>
    int Moved { get; }

    /// <summary>Puts it behind those on their way. Any answer but <see cref="UsbStatus.Done"/> means that it is not on its way.</summary>
    /// <param name="length">How much of the buffer.</param>
    /// <param name="limit">After that time it ends as <see cref="UsbStatus.TimedOut"/>, with what went over until then.</param>
    UsbStatus Submit(int length, TimeSpan limit);

    /// <summary>Calls it back; it still ends by <see cref="IUsbDevice.HandleEvents"/>.</summary>
    void Cancel();
}
