using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Tests.Hardware.Spi.Chips;

/// <summary>
/// A SPI NAND as far as reading goes: pages whose bytes are made of their number, one buffer for each plane, dies, busy times. Time passes by a
/// microsecond a byte and not otherwise.
/// </summary>
internal sealed class FakeNand(SpiNandChip chip, int maxRead = 4096, bool isQueued = false) : TimeProvider, ISpiMaster
{
    private readonly byte[][] _buffers = [[], []];
    private readonly byte[] _configurations = new byte[4];
    private long _now;
    private long _ready;
    private int _die;

    public SpiNandChip Chip { get; } = chip;

    public SpiMasterInfo Info { get; } = new("fake", 64, maxRead, 1e6) { IsQueued = isQueued };

    /// <summary>First spare byte of a page where it is not FF.</summary>
    public Dictionary<int, byte> Marks { get; } = [];

    public int EccStatus { get; set; }

    public byte? Stuck { get; init; }

    /// <summary>Microseconds from 13 to the page.</summary>
    public int PageTime { get; init; } = 700;

    public byte Configuration => _configurations[_die];

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _now;

    public byte[] Raw(int page)
    {
        byte[] raw = new byte[Chip.Page + Chip.Oob];
        new Random(page).NextBytes(raw);
        raw[Chip.Page] = Marks.GetValueOrDefault(page, (byte)0xFF);
        return raw;
    }

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        _now += write.Length + read.Length;
        Assert.InRange(read.Length, 0, maxRead);
        if (Stuck is byte line)
        {
            read.Fill(line);
            return;
        }
        bool isBusy = _now < _ready;
        if (isBusy && isQueued && write[0] is not 0x0F)
            return; // a queue cannot wait
        Assert.True(!isBusy || write[0] is 0x0F, $"{write[0]:x2} while busy");
        switch (write)
        {
            case [0xFF]:
                _ready = _now + 500;
                break;
            case [0x0F, 0xC0]:
                read[0] = (byte)((isBusy ? 1 : 0) | (EccStatus << 4));
                break;
            case [0x0F, 0xB0]:
                read[0] = Configuration;
                break;
            case [0x1F, 0xB0, byte value]:
                _configurations[_die] = value;
                break;
            case [0xC2, byte die]:
                Assert.Equal(SpiNandDieSelect.Command, Chip.DieSelect);
                _die = die;
                break;
            case [0x1F, 0xD0, byte dies]:
                Assert.Equal(SpiNandDieSelect.Feature, Chip.DieSelect);
                _die = dies >> 6;
                break;
            case [0x13, byte high, byte middle, byte low]:
                Load((high << 16) | (middle << 8) | low);
                break;
            case [0x03, byte first, byte second, byte third]:
                ReadBuffer(Chip.IdMethod is SpiNandIdMethod.Plain ? (second << 8) | third : (first << 8) | second, read);
                break;
            default:
                Assert.Fail(Convert.ToHexString(write));
                break;
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Load(int row)
    {
        int perDie = Chip.DieSelect is SpiNandDieSelect.None ? Chip.Pages : Chip.Pages / Chip.Dies;
        Assert.InRange(row, 0, perDie - 1);
        _buffers[Plane(row)] = Raw((_die * perDie) + row);
        _buffers[1 - Plane(row)] = new byte[Chip.Page + Chip.Oob];
        _ready = _now + PageTime;
    }

    private void ReadBuffer(int at, Span<byte> read)
    {
        int plane = at / (Chip.Page * 2);
        Assert.InRange(plane, 0, Chip.Planes - 1);
        Assert.True(!Chip.Id.StartsWith("ef", StringComparison.Ordinal) || (Configuration & 0x08) != 0, "not in buffer mode");
        _buffers[plane].AsSpan(at % (Chip.Page * 2), read.Length).CopyTo(read);
    }

    private int Plane(int row) => Chip.Planes > 1 ? row / Chip.PagesPerBlock % 2 : 0;
}
