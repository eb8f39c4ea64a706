using System.Globalization;
using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Spi.Spidev;

/// <summary>
/// A chip at an SPI bus of this computer, through Linux's spidev (linux/spi/spidev.h). Several chip-selects go to the kernel in one message, so that
/// one page costs one call.
/// </summary>
public sealed unsafe class SpidevMaster : ISpiMaster
{
    private const string LimitFile = "/sys/module/spidev/parameters/bufsiz";
    private const int DefaultLimit = 4096, LeastLimit = 512, MostLimit = 1 << 20;

    private const nuint WriteMode = 0x4001_6B01, WriteLsbFirst = 0x4001_6B02, WriteBits = 0x4001_6B03, WriteSpeed = 0x4004_6B04, ReadSpeed = 0x8004_6B04;
    private const nuint Message = 0x4000_6B00;

    private readonly string _path;
    private readonly SpidevBatch _batch;
    private int _descriptor;

    private SpidevMaster(int descriptor, string path, int limit, int hertz)
    {
        _descriptor = descriptor;
        _path = path;
        _batch = new(limit);
        Info = new($"spidev {path}", limit, limit, hertz / 8.0) { IsQueued = true, ClockHz = hertz };
    }

    /// <inheritdoc/>
    public SpiMasterInfo Info { get; }

    /// <summary>Opens the device: mode 0, words of 8 bits, most significant bit first.</summary>
    /// <param name="path">The device: <c>/dev/spidev0.0</c>.</param>
    /// <param name="hertz">Clock; the controller takes the next one that it can make.</param>
    public static SpidevMaster Open(string path, int hertz)
    {
        if (!OperatingSystem.IsLinux())
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{path}: spidev is a part of Linux");
        NativeLibraries.Ready();
        int descriptor = Posix.Open(path, Posix.ReadWrite | Posix.CloseOnExec);
        if (descriptor < 0)
            throw Fault(path, "open");
        byte mode = 0, bits = 8, lsbFirst = 0;
        int speed = hertz;
        if (Posix.Control(descriptor, WriteMode, &mode) < 0 || Posix.Control(descriptor, WriteLsbFirst, &lsbFirst) < 0
            || Posix.Control(descriptor, WriteBits, &bits) < 0 || Posix.Control(descriptor, WriteSpeed, &speed) < 0)
        {
            ProgrammerException fault = Fault(path, $"set up mode 0 at {hertz} Hz");
            _ = Posix.Close(descriptor);
            throw fault;
        }
        if (Posix.Control(descriptor, ReadSpeed, &speed) < 0 || speed <= 0)
            speed = hertz;
        return new(descriptor, path, Limit(LimitFile), speed);
    }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        SpiTransfer transfer = new(write.ToArray(), new byte[read.Length]);
        Queue([transfer], _ => true);
        transfer.Read.Span.CopyTo(read);
    }

    /// <inheritdoc/>
    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        using IEnumerator<SpiTransfer> source = transfers.GetEnumerator();
        bool isThere = source.MoveNext();
        int count = 0;
        while (isThere)
        {
            _batch.Clear();
            do
            {
                Check(source.Current);
            }
            while (_batch.TryAdd(source.Current) && (isThere = source.MoveNext()));
            Send();
            foreach (SpiTransfer transfer in _batch.Transfers)
            {
                count++;
                if (!told(transfer))
                    return count;
            }
        }
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
            _ = Posix.Close(_descriptor);
        _descriptor = -1;
    }

    /// <summary>Bytes of one message in each direction, as the kernel's module was loaded.</summary>
    internal static int Limit(string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int limit)
                ? Math.Clamp(limit, LeastLimit, MostLimit)
                : DefaultLimit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DefaultLimit; // built into the kernel, or another kernel: its own default
        }
    }

    private void Send()
    {
        fixed (byte* entries = _batch.Entries)
        {
            if (Posix.Control(_descriptor, Message | (nuint)_batch.Entries.Length << 16, entries) < 0)
                throw Fault(_path, "send a message");
        }
        _batch.Share();
    }

    private void Check(SpiTransfer transfer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(transfer.Write.Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(transfer.Write.Length, Info.MaxWrite);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(transfer.Read.Length, Info.MaxRead);
    }

    private static ProgrammerException Fault(string path, string what)
    {
        (int error, string text) = Posix.LastError();
        bool isOpening = what == "open";
        ProgrammerFault fault = error switch
        {
            Posix.NoEntry => ProgrammerFault.NotFound,
            Posix.NoDevice or Posix.NoSuchAddress => isOpening ? ProgrammerFault.NotFound : ProgrammerFault.Gone,
            Posix.ShutDown => ProgrammerFault.Gone,
            Posix.AccessDenied or Posix.NotPermitted => ProgrammerFault.NotPermitted,
            Posix.IsBusy => ProgrammerFault.Busy,
            Posix.IoError or Posix.TimedOut => ProgrammerFault.TimedOut,
            _ => ProgrammerFault.NotSupported,
        };
        return new(fault, $"{path}: {what}: {text}");
    }
}
