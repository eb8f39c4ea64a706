using System.Buffers;
using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Spi.Ch341a;

/// <summary>
/// The CH341A as a programmer. Chip-selects that are queued follow each other without a round trip, so that a page can be programmed, waited for by
/// reading the status on and on, and followed by the next one at the speed of the line. SCK is fixed, at about 1.5 MHz.
/// </summary>
public sealed class Ch341aMaster : ISpiMaster
{
    /// <summary>What its outputs have on the usual black boards, whatever their jumper says: they feed the chip with 5 V.</summary>
    public const int Millivolts = 5000;

    private const int Most = 64 << 20;

    /// <summary>
    /// The limit of the clock. A device that handles one packet after the other makes 138,000 of it (31 bytes in 224 us); but a wait that is made
    /// too short costs the pages behind it, one that is too long a quarter of a millisecond.
    /// </summary>
    private const double Rate = 1.5e6 / 8;

    private readonly IUsbDevice _device;
    private readonly Ch341aPipe _pipe;
    private bool _isBusy;
    private bool _isDisposed;

    private Ch341aMaster(IUsbDevice device, TimeProvider time)
    {
        _device = device;
        _pipe = new(device, time);
        Info = new($"CH341A, USB bus {device.Info.Place.Bus} port {device.Info.Place.Ports}", Most, Most, Rate)
        {
            IsQueued = true,
            OutputMillivolts = Millivolts,
        };
    }

    /// <inheritdoc/>
    public SpiMasterInfo Info { get; }

    /// <summary>Takes an open device: claims it, clears what an earlier run left, and drives its pins with chip-select high.</summary>
    /// <param name="device">1a86:5512; belongs to the master from now on.</param>
    /// <param name="time">For limits.</param>
    public static Ch341aMaster Open(IUsbDevice device, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(device);
        Ch341aMaster master = new(device, time);
        UsbStatus status = device.Claim(0);
        if (status == UsbStatus.Done)
            status = master._pipe.Reset();
        if (status == UsbStatus.Done)
            return master;
        master._pipe.Dispose();
        device.Dispose();
        throw Ch341aFinder.Problem(status, device.Info);
    }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        Check(write.Length, read.Length);
        byte[] both = ArrayPool<byte>.Shared.Rent(write.Length + read.Length);
        try
        {
            write.CopyTo(both);
            SpiTransfer transfer = new(both.AsMemory(0, write.Length), both.AsMemory(write.Length, read.Length));
            Queue([transfer], _ => true);
            transfer.Read.Span.CopyTo(read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(both);
        }
    }

    /// <inheritdoc/>
    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isBusy)
            throw new InvalidOperationException("a queue is running");
        _isBusy = true;
        try
        {
            using IEnumerator<SpiTransfer> source = transfers.GetEnumerator();
            return new Ch341aRun(_pipe, source, told).Run();
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <summary>Lets go of the pins and closes the device.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            _pipe.SendNow(Ch341aPackets.Release);
        }
        catch (ProgrammerException)
        {
            // Pulled out, or it hangs: there is nobody to let go of anything.
        }
        _pipe.Dispose();
        _device.Dispose();
    }

    internal static void Check(int write, int read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(write, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(write, Most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(read, Most);
    }
}
