using System.Runtime.InteropServices;
using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Usb;

/// <summary>
/// A transfer of libusb. Its end is one byte in front of the buffer, set by a callback that knows nothing else: there is no managed object for the
/// library to hold on to.
/// </summary>
internal sealed unsafe class LibUsbTransfer : IUsbTransfer
{
    private const int FlagSize = 16; // one byte is used; the buffer behind it stays aligned

    private readonly LibUsbCalls.Transfer* _transfer;
    private readonly byte* _ended;
    private readonly int _capacity;
    private bool _isSubmitted;
    private bool _isDisposed;
    private UsbStatus _status = UsbStatus.Cancelled;

    public LibUsbTransfer(nint handle, byte endpoint, int capacity)
    {
        _capacity = capacity;
        _ended = (byte*)NativeMemory.AllocZeroed((nuint)(FlagSize + capacity));
        _transfer = LibUsbCalls.AllocTransfer(0);
        if (_transfer is null)
        {
            NativeMemory.Free(_ended);
            throw new InsufficientMemoryException("libusb gave no transfer");
        }
        _transfer->Device = handle;
        _transfer->Endpoint = endpoint;
        _transfer->Type = LibUsbCalls.TypeBulk;
        _transfer->Callback = &OnEnd;
        _transfer->UserData = _ended;
        _transfer->Buffer = _ended + FlagSize;
    }

    public Span<byte> Buffer => new(_ended + FlagSize, _capacity);

    public bool IsPending => _isSubmitted && Volatile.Read(ref *_ended) == 0;

    public UsbStatus Status => IsPending || !_isSubmitted ? _status : LibUsbCalls.TransferStatus(_transfer->Status);

    public int Moved => IsPending || !_isSubmitted ? 0 : Math.Clamp(_transfer->ActualLength, 0, _transfer->Length);

    public UsbStatus Submit(int length, TimeSpan limit)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_capacity, nameof(length));
        if (IsPending)
            return UsbStatus.Busy;
        _transfer->Length = length;
        _transfer->Timeout = LibUsbCalls.Milliseconds(limit);
        Volatile.Write(ref *_ended, 0);
        _status = LibUsbCalls.Status(LibUsbCalls.SubmitTransfer(_transfer));
        _isSubmitted = _status == UsbStatus.Done;
        return _status;
    }

    public void Cancel()
    {
        if (IsPending)
            _ = LibUsbCalls.CancelTransfer(_transfer);
    }

    /// <summary>One that is still on its way is left to the system, which may yet write into it: freeing it would be worse.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (IsPending)
            return;
        (_isSubmitted, _status) = (false, UsbStatus.Cancelled);
        LibUsbCalls.FreeTransfer(_transfer);
        NativeMemory.Free(_ended);
    }

    [UnmanagedCallersOnly]
    private static void OnEnd(LibUsbCalls.Transfer* transfer) => Volatile.Write(ref *(byte*)transfer->UserData, 1);
}
