namespace Unbrick.Sim.Spi.Nand;

/// <summary>One die of a simulated NAND: its features, its buffers, what it is busy with.</summary>
/// <param name="model">The facts.</param>
/// <param name="array">All cells.</param>
/// <param name="firstPage">The page of them that this die calls row 0.</param>
internal sealed class SimNandDie(SimNandModel model, SimNandArray array, int firstPage)
{
    private const byte Correction = 0x10, OneTime = 0x40, Buffered = 0x08, Continuous = 0x01, WriteEnabled = 0x02, EraseFailed = 0x04, ProgramFailed = 0x08;

    private readonly byte[][] _buffers = [.. Enumerable.Range(0, model.Planes).Select(_ => Blank(model.RawPage))];
    private byte _protection = model.Protection;
    private byte _configuration = model.Configuration;
    private int _status;
    private int _row;

    /// <summary>Nanoseconds.</summary>
    public long BusyUntil { get; private set; }

    private bool Streams => model.Stream switch
    {
        SimNandStream.BitClear => (_configuration & Buffered) == 0,
        SimNandStream.BitSet => (_configuration & Continuous) != 0,
        _ => false,
    };

    public void PowerOn()
    {
        (_protection, _configuration) = (model.Protection, model.Configuration);
        Reset(0);
    }

    /// <summary>What is under way ends; features stay.</summary>
    public void Reset(long until)
    {
        _status = 0;
        BusyUntil = until;
    }

    public byte Feature(byte address, long at) => address switch
    {
        0xA0 => _protection,
        0xB0 => _configuration,
        0xC0 => (byte)(at < BusyUntil ? 1 | (_status & WriteEnabled) : _status),
        _ => 0,
    };

    public void SetFeature(byte address, byte value)
    {
        if (address == 0xA0)
            _protection = value;
        else if (address == 0xB0)
            _configuration = value;
    }

    /// <summary>13: a page into the buffer of its plane.</summary>
    public void Load(int row, long end)
    {
        _row = row % (model.Pages / model.Dies);
        BusyUntil = end + (model.PageTime.Ticks * TimeSpan.NanosecondsPerTick);
        bool corrects = (_configuration & Correction) != 0;
        byte[] buffer = _buffers[Plane(_row)];
        if ((_configuration & OneTime) != 0)
        {
            buffer.AsSpan().Fill(0xFF);
            _status = 0;
            return;
        }
        _status = Code(array.Sense(firstPage + _row, buffer, corrects)) << 4;
    }

    /// <summary>03: the buffer from a column on, or, in continuous mode, the data of this page and all that follow.</summary>
    public void ReadBuffer(int column, Span<byte> read)
    {
        if (Streams)
        {
            Stream(read);
            return;
        }
        int plane = column / (model.Page * 2) % model.Planes, at = column % (model.Page * 2);
        ReadOnlySpan<byte> buffer = _buffers[plane];
        if (at < buffer.Length)
            buffer.Slice(at, Math.Min(read.Length, buffer.Length - at)).CopyTo(read);
    }

    /// <summary>06 and 04.</summary>
    public void Enable(bool writes) => _status = writes ? _status | WriteEnabled : _status & ~WriteEnabled;

    /// <summary>10 and D8: nothing is ever written here, and the status says so.</summary>
    public void Refuse(bool erases)
    {
        if ((_status & WriteEnabled) != 0)
            _status = erases ? EraseFailed : ProgramFailed;
    }

    private void Stream(Span<byte> read)
    {
        byte[] page = new byte[model.RawPage];
        for (int row = _row; !read.IsEmpty; row++)
        {
            array.Sense(firstPage + (row % (model.Pages / model.Dies)), page, (_configuration & Correction) != 0);
            int count = Math.Min(read.Length, model.Page);
            page.AsSpan(0, count).CopyTo(read);
            read = read[count..];
        }
    }

    private int Code(int? bits) => (model.Status, bits) switch
    {
        (_, 0) => 0,
        (SimNandStatus.GigaDeviceF, null) => 7,
        (_, null) => 2,
        (SimNandStatus.GigaDeviceE, int n) => n < model.Corrects ? 1 : 3,
        (SimNandStatus.GigaDeviceF, int n) => Math.Clamp(n - 2, 1, 6),
        (SimNandStatus.Micron, int n) => n <= 3 ? 1 : n <= 6 ? 3 : 5,
        _ => 1,
    };

    private int Plane(int row) => row / model.PagesPerBlock % model.Planes;

    private static byte[] Blank(int length)
    {
        byte[] blank = new byte[length];
        blank.AsSpan().Fill(0xFF);
        return blank;
    }
}
