using System.Collections.Immutable;
using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Spi.Ch341a;

/// <summary>Finds the CH341A that is meant, or says exactly why there is none to be used.</summary>
public static class Ch341aFinder
{
    /// <summary>idVendor of WCH.</summary>
    public const ushort Vendor = 0x1A86;

    /// <summary>idProduct in the mode that shifts.</summary>
    public const ushort Product = 0x5512;

    /// <summary>idProduct as a serial port: the board's jumper is set for it.</summary>
    public const ushort SerialProduct = 0x5523;

    /// <summary>All CH341A that are plugged in, those in the wrong mode and those that may not be opened included.</summary>
    public static ImmutableArray<UsbDeviceInfo> List(IUsbBus bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return [.. bus.List(Vendor).Where(device => device.Product is Product or SerialProduct)];
    }

    /// <summary>Opens the one at a place, or the only one there is.</summary>
    /// <param name="bus">Where to look.</param>
    /// <param name="place">Null when any will do; several are a <see cref="ProgrammerFault.Unclear"/> then.</param>
    /// <param name="time">For limits.</param>
    /// <exception cref="ProgrammerException">Says which and why not.</exception>
    public static Ch341aMaster Open(IUsbBus bus, UsbPlace? place, TimeProvider time)
    {
        ImmutableArray<UsbDeviceInfo> there = [.. List(bus).Where(device => place is null || device.Place == place)];
        ImmutableArray<UsbDeviceInfo> right = [.. there.Where(device => device.Product == Product)];
        if (right.Length > 1)
            throw new ProgrammerException(ProgrammerFault.Unclear, $"{right.Length} are there: {string.Join(", ", right.Select(device => device.Place))}");
        if (right.Length == 0)
        {
            throw there.Length > 0
                ? new ProgrammerException(ProgrammerFault.WrongJumper, $"{there[0]} is the serial mode of a CH341A")
                : new ProgrammerException(ProgrammerFault.NotFound, $"no USB device {Vendor:x4}:{Product:x4}{(place is null ? "" : $" at {place}")}");
        }
        UsbStatus status = bus.Open(right[0], out IUsbDevice? device);
        return status == UsbStatus.Done ? Ch341aMaster.Open(device!, time) : throw Problem(status, right[0]);
    }

    internal static ProgrammerException Problem(UsbStatus status, UsbDeviceInfo device) => status switch
    {
        UsbStatus.NotPermitted => new(ProgrammerFault.NotPermitted, $"{device}: this user may not open {device.Node}"),
        UsbStatus.NotSupported => new(ProgrammerFault.NotPermitted, $"{device}: it has no driver that lets programs use it (WinUSB)"),
        UsbStatus.Busy => new(ProgrammerFault.Busy, $"{device}: another program or driver has it"),
        UsbStatus.Gone or UsbStatus.NotFound => new(ProgrammerFault.Gone, $"{device}: it was pulled out"),
        UsbStatus.TimedOut => new(ProgrammerFault.TimedOut, $"{device}: it does not answer"),
        _ => new(ProgrammerFault.Garbled, $"{device}: {status}"),
    };
}
