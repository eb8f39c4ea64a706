namespace Unbrick.Hardware.Usb;

/// <summary>
/// An open device. All of it is used from one thread: transfers are submitted and their ends handled there. Calls answer
/// <see cref="UsbStatus.Gone"/> once the device was pulled out; none throws for it.
/// </summary>
public interface IUsbDevice : IDisposable
{
    /// <summary>What was opened.</summary>
    UsbDeviceInfo Info { get; }

    /// <summary>Takes an interface for this program; a driver of the system that has it is moved away until the device is closed.</summary>
    /// <param name="number">bInterfaceNumber.</param>
    UsbStatus Claim(int number);

    /// <summary>A request to endpoint 0; waits for its end.</summary>
    /// <param name="type">bmRequestType; bit 7 says that the device answers.</param>
    /// <param name="request">bRequest.</param>
    /// <param name="value">wValue.</param>
    /// <param name="index">wIndex.</param>
    /// <param name="data">What is sent, or room for the answer.</param>
    /// <param name="limit">How long to wait; whole milliseconds.</param>
    /// <param name="moved">Bytes that went over.</param>
    UsbStatus Control(byte type, byte request, ushort value, ushort index, Span<byte> data, TimeSpan limit, out int moved);

    /// <summary>Bytes to or from a bulk endpoint; waits for the end. Not while transfers of <see cref="Allocate"/> are on their way there.</summary>
    /// <param name="endpoint">bEndpointAddress; bit 7 says that the device sends.</param>
    /// <param name="data">What is sent, or room for what comes.</param>
    /// <param name="limit">How long to wait; whole milliseconds.</param>
    /// <param name="moved">Bytes that went over, also when not all did.</param>
    UsbStatus Bulk(byte endpoint, Span<byte> data, TimeSpan limit, out int moved);

    /// <summary>A transfer that is submitted as often as one likes. It is disposed before the device is.</summary>
    /// <param name="endpoint">bEndpointAddress of a bulk endpoint.</param>
    /// <param name="capacity">Bytes of its buffer.</param>
    IUsbTransfer Allocate(byte endpoint, int capacity);

    /// <summary>Handles ends of transfers until there was one, or the time is up.</summary>
    /// <param name="atMost">How long to wait for one.</param>
    void HandleEvents(TimeSpan atMost);
}
