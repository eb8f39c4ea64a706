using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Usb;

/// <summary>A device that libusb opened.</summary>
internal sealed unsafe class LibUsbDevice(nint context, nint handle, UsbDeviceInfo info) : IUsbDevice
{
    private readonly List<int> _claimed = [];
    private nint _handle = handle;

    public UsbDeviceInfo Info { get; } = info;

    public UsbStatus Claim(int number)
    {
        _ = LibUsbCalls.SetAutoDetach(_handle, 1); // where there are no kernel drivers it says that it cannot
        UsbStatus status = LibUsbCalls.Status(LibUsbCalls.ClaimInterface(_handle, number));
        if (status == UsbStatus.Done)
            _claimed.Add(number);
        return status;
    }

    public UsbStatus Control(byte type, byte request, ushort value, ushort index, Span<byte> data, TimeSpan limit, out int moved)
    {
        fixed (byte* bytes = data)
        {
            int answer = LibUsbCalls.ControlTransfer(
                _handle, type, request, value, index, bytes, (ushort)data.Length, LibUsbCalls.Milliseconds(limit));
            moved = Math.Clamp(answer, 0, data.Length);
            return LibUsbCalls.Status(answer);
        }
    }

    public UsbStatus Bulk(byte endpoint, Span<byte> data, TimeSpan limit, out int moved)
    {
        fixed (byte* bytes = data)
        {
            int answer = LibUsbCalls.BulkTransfer(_handle, endpoint, bytes, data.Length, out moved, LibUsbCalls.Milliseconds(limit));
            moved = Math.Clamp(moved, 0, data.Length);
            return LibUsbCalls.Status(answer);
        }
    }

    public IUsbTransfer Allocate(byte endpoint, int capacity) => new LibUsbTransfer(_handle, endpoint, capacity);

    public void HandleEvents(TimeSpan atMost) => _ = LibUsbCalls.HandleEvents(context, new LibUsbCalls.TimeValue(atMost), null);

    public void Dispose()
    {
        if (_handle == 0)
            return;
        foreach (int number in _claimed)
            _ = LibUsbCalls.ReleaseInterface(_handle, number);
        LibUsbCalls.Close(_handle);
        _handle = 0;
    }
}
