using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Usb;

/// <summary>The bus through libusb 1.0, which most Linux systems have; on Windows it is a file beside the program.</summary>
public sealed unsafe class LibUsb : IUsbBus
{
    private const int MostPorts = 7;
    private const int MostDevices = 4096;

    private nint _context;

    private LibUsb(nint context) => _context = context;

    /// <summary>The file that the system looks for: <c>libusb-1.0.so.0</c>.</summary>
    public static string FileName => NativeLibraries.UsbFileName;

    /// <summary>Loads the library and starts it.</summary>
    /// <param name="bus">The bus; null when there is no library or it does not start.</param>
    /// <returns><see cref="UsbStatus.NotFound"/> without the library.</returns>
    public static UsbStatus TryCreate(out LibUsb? bus)
    {
        bus = null;
        if (!NativeLibraries.HasUsb())
            return UsbStatus.NotFound;
        try
        {
            int answer = LibUsbCalls.Init(out nint context);
            if (answer == 0)
                bus = new(context);
            return LibUsbCalls.Status(answer);
        }
        catch (EntryPointNotFoundException)
        {
            return UsbStatus.NotSupported; // something else by that name
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<UsbDeviceInfo> List(ushort vendor)
    {
        List<UsbDeviceInfo> found = [];
        Visit((device, info) =>
        {
            if (info.Vendor == vendor)
                found.Add(info with { Access = TryOpen(device) });
            return false;
        });
        return [.. found.OrderBy(info => info.Place.Bus).ThenBy(info => info.Place.Ports, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public UsbStatus Open(UsbDeviceInfo device, [MaybeNull] out IUsbDevice opened)
    {
        ArgumentNullException.ThrowIfNull(device);
        UsbStatus status = UsbStatus.NotFound;
        nint handle = 0;
        Visit((pointer, info) =>
        {
            if (info with { Access = device.Access } != device)
                return false;
            status = LibUsbCalls.Status(LibUsbCalls.Open(pointer, out handle));
            return true;
        });
        opened = status == UsbStatus.Done ? new LibUsbDevice(_context, handle, device with { Access = UsbStatus.Done }) : null;
        return status;
    }

    /// <summary>Ends libusb; devices must be disposed before.</summary>
    public void Dispose()
    {
        if (_context != 0)
            LibUsbCalls.Exit(_context);
        _context = 0;
    }

    private static UsbStatus TryOpen(nint device)
    {
        UsbStatus status = LibUsbCalls.Status(LibUsbCalls.Open(device, out nint handle));
        if (status == UsbStatus.Done)
            LibUsbCalls.Close(handle);
        return status;
    }

    private void Visit(Func<nint, UsbDeviceInfo, bool> isEnough)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        nint count = LibUsbCalls.GetDeviceList(_context, out nint* list);
        if (count < 0)
            return;
        for (int i = 0; i < Math.Min(count, MostDevices); i++)
        {
            if (Describe(list[i]) is { } info && isEnough(list[i], info))
                break;
        }
        LibUsbCalls.FreeDeviceList(list, 1);
    }

    /// <summary>Null for root hubs, which sit in no port, and for what cannot be described.</summary>
    private static UsbDeviceInfo? Describe(nint device)
    {
        byte* ports = stackalloc byte[MostPorts];
        int depth = LibUsbCalls.GetPortNumbers(device, ports, MostPorts);
        if (depth <= 0 || LibUsbCalls.GetDeviceDescriptor(device, out LibUsbCalls.DeviceDescriptor descriptor) < 0)
            return null;
        string path = string.Join('.', new ReadOnlySpan<byte>(ports, depth).ToArray());
        return new(
            descriptor.Vendor, descriptor.Product, new(LibUsbCalls.GetBusNumber(device), path), LibUsbCalls.GetDeviceAddress(device), UsbStatus.Done);
    }
}
