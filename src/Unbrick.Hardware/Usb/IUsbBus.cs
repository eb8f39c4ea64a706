using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Unbrick.Hardware.Usb;

/// <summary>The USB devices of this computer.</summary>
public interface IUsbBus : IDisposable
{
    /// <summary>All devices of a maker, those that may not be opened included. Nothing is sent to them.</summary>
    /// <param name="vendor">idVendor.</param>
    ImmutableArray<UsbDeviceInfo> List(ushort vendor);

    /// <summary>Opens a device that was listed.</summary>
    /// <param name="device">Which one; it must still be what and where it was.</param>
    /// <param name="opened">The device when the answer is <see cref="UsbStatus.Done"/>.</param>
    UsbStatus Open(UsbDeviceInfo device, [MaybeNull] out IUsbDevice opened);
}
