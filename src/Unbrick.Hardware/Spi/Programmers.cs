using Unbrick.Hardware.Spi.Ch341a;
using Unbrick.Hardware.Spi.Serprog;
using Unbrick.Hardware.Spi.Spidev;
using Unbrick.Hardware.Usb;

namespace Unbrick.Hardware.Spi;

/// <summary>Opens the programmer that a <see cref="ProgrammerUri"/> names.</summary>
public static class Programmers
{
    /// <summary>Opens it; its pins are driven from then on.</summary>
    /// <param name="uri">Which one.</param>
    /// <param name="time">For limits.</param>
    /// <exception cref="ProgrammerException">Says why it cannot be used.</exception>
    public static ISpiMaster Open(ProgrammerUri uri, TimeProvider time) => uri switch
    {
        Ch341aUri usb => OpenCh341a(usb, time),
        SerprogTcpUri tcp => SerprogMaster.Open(SerprogLink.Connect(tcp.Host, tcp.Port), tcp.ToString(), time),
        SerprogSerialUri serial => SerprogMaster.Open(SerprogLink.Open(serial.Path, serial.Baud, time), serial.ToString(), time),
        SpidevUri spidev => SpidevMaster.Open(spidev.Path, spidev.Hertz),
        _ => throw new ProgrammerException(ProgrammerFault.NotSupported, $"{uri} is no programmer at hand"),
    };

    private static OwningMaster OpenCh341a(Ch341aUri uri, TimeProvider time)
    {
        UsbStatus status = LibUsb.TryCreate(out LibUsb? bus);
        if (bus is null)
        {
            throw status == UsbStatus.NotFound
                ? new ProgrammerException(ProgrammerFault.LibraryMissing, $"{LibUsb.FileName} is not on this computer")
                : new ProgrammerException(ProgrammerFault.NotSupported, $"{LibUsb.FileName} does not start: {status}");
        }
        try
        {
            return new OwningMaster(Ch341aFinder.Open(bus, uri.Place, time), bus);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>Ends the bus after the programmer that sits at it.</summary>
    private sealed class OwningMaster(Ch341aMaster master, LibUsb bus) : ISpiMaster
    {
        public SpiMasterInfo Info => master.Info;

        public void Transfer(ReadOnlySpan<byte> write, Span<byte> read) => master.Transfer(write, read);

        public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told) => master.Queue(transfers, told);

        public void Dispose()
        {
            master.Dispose();
            bus.Dispose();
        }
    }
}
