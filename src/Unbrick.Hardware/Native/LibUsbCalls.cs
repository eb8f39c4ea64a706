using System.Runtime.InteropServices;
using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Native;

/// <summary>The calls of libusb 1.0 that are needed (libusb.h, API documentation at libusb.sourceforge.io). All handles are opaque pointers.</summary>
internal static unsafe partial class LibUsbCalls
{
    internal const byte TypeBulk = 2;

    /// <summary>Answers of calls (enum libusb_error).</summary>
    internal const int ErrorNotFound = -5;

    /// <summary>struct libusb_transfer up to the ISO packets, which bulk transfers have none of.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Transfer
    {
        internal nint Device;
        internal byte Flags;
        internal byte Endpoint;
        internal byte Type;
        internal uint Timeout;
        internal int Status;
        internal int Length;
        internal int ActualLength;
        internal delegate* unmanaged<Transfer*, void> Callback;
        internal void* UserData;
        internal byte* Buffer;
        internal int IsoPackets;
    }

    /// <summary>struct libusb_device_descriptor; numbers in the host's order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct DeviceDescriptor
    {
        internal byte Length;
        internal byte Type;
        internal ushort Usb;
        internal byte Class;
        internal byte SubClass;
        internal byte Protocol;
        internal byte MaxPacketSize0;
        internal ushort Vendor;
        internal ushort Product;
        internal ushort Release;
        internal byte ManufacturerText;
        internal byte ProductText;
        internal byte SerialText;
        internal byte Configurations;
    }

    /// <summary>struct timeval; its fields are C's long.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeValue(TimeSpan time)
    {
        internal CLong Seconds = new((int)Math.Min(time.TotalSeconds, int.MaxValue));
        internal CLong Microseconds = new((time.Milliseconds * 1000) + time.Microseconds);
    }

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_init")]
    internal static partial int Init(out nint context);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_exit")]
    internal static partial void Exit(nint context);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_get_device_list")]
    internal static partial nint GetDeviceList(nint context, out nint* list);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_free_device_list")]
    internal static partial void FreeDeviceList(nint* list, int unreference);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_get_device_descriptor")]
    internal static partial int GetDeviceDescriptor(nint device, out DeviceDescriptor descriptor);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_get_bus_number")]
    internal static partial byte GetBusNumber(nint device);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_get_port_numbers")]
    internal static partial int GetPortNumbers(nint device, byte* ports, int room);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_get_device_address")]
    internal static partial byte GetDeviceAddress(nint device);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_open")]
    internal static partial int Open(nint device, out nint handle);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_close")]
    internal static partial void Close(nint handle);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_set_auto_detach_kernel_driver")]
    internal static partial int SetAutoDetach(nint handle, int enable);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_claim_interface")]
    internal static partial int ClaimInterface(nint handle, int number);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_release_interface")]
    internal static partial int ReleaseInterface(nint handle, int number);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_control_transfer")]
    internal static partial int ControlTransfer(
        nint handle, byte type, byte request, ushort value, ushort index, byte* data, ushort length, uint milliseconds);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_bulk_transfer")]
    internal static partial int BulkTransfer(nint handle, byte endpoint, byte* data, int length, out int moved, uint milliseconds);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_alloc_transfer")]
    internal static partial Transfer* AllocTransfer(int isoPackets);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_free_transfer")]
    internal static partial void FreeTransfer(Transfer* transfer);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_submit_transfer")]
    internal static partial int SubmitTransfer(Transfer* transfer);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_cancel_transfer")]
    internal static partial int CancelTransfer(Transfer* transfer);

    [LibraryImport(NativeLibraries.Usb, EntryPoint = "libusb_handle_events_timeout_completed")]
    internal static partial int HandleEvents(nint context, in TimeValue time, int* completed);

    /// <summary>What an answer of a call means (enum libusb_error).</summary>
    internal static UsbStatus Status(int answer) => answer switch
    {
        >= 0 => UsbStatus.Done,
        -3 => UsbStatus.NotPermitted,
        -4 => UsbStatus.Gone,
        ErrorNotFound => UsbStatus.NotFound,
        -6 => UsbStatus.Busy,
        -7 => UsbStatus.TimedOut,
        -8 => UsbStatus.Overflow,
        -9 => UsbStatus.Stalled,
        -12 => UsbStatus.NotSupported,
        _ => UsbStatus.Failed,
    };

    /// <summary>What the status of a transfer means (enum libusb_transfer_status).</summary>
    internal static UsbStatus TransferStatus(int status) => status switch
    {
        0 => UsbStatus.Done,
        2 => UsbStatus.TimedOut,
        3 => UsbStatus.Cancelled,
        4 => UsbStatus.Stalled,
        5 => UsbStatus.Gone,
        6 => UsbStatus.Overflow,
        _ => UsbStatus.Failed,
    };

    internal static uint Milliseconds(TimeSpan time) => (uint)Math.Clamp(time.TotalMilliseconds, 1, int.MaxValue);
}
