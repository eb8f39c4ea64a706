namespace Unbrick.Sim.Spi.Nand;

/// <summary>
/// A SPI NAND as it looks through its wires, as far as reading goes: 13 brings a page into a buffer and the chip is busy over it, 0F tells its status
/// and what its own correction found, 03 and 0B read the buffer (6B: one of its four lines). While busy it answers for its features and to a
/// reset, and drops everything else. Nothing is ever written: programs and erases end with the failure that its status has for them.
/// </summary>
public sealed class SimNand : ISimSpiChip
{
    private const int ResetNanoseconds = 5_000;

    private readonly SimNandDie[] _dies;
    private bool _powered = true;
    private int _die;

    /// <summary>An erased chip.</summary>
    /// <param name="model">What it is.</param>
    /// <param name="seed">Which bits are wrong in a page that has some.</param>
    public SimNand(SimNandModel model, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Array = new(model, seed);
        _dies = [.. Enumerable.Range(0, model.Dies).Select(die => new SimNandDie(model, Array, die * (model.Pages / model.Dies)))];
    }

    /// <summary>What it is.</summary>
    public SimNandModel Model { get; }

    /// <summary>Its cells, as no programmer sees them.</summary>
    public SimNandArray Array { get; }

    /// <inheritdoc/>
    public string Name => Model.Name;

    /// <inheritdoc/>
    public long Size => Model.Size;

    /// <summary>Chip-selects.</summary>
    public long Selects { get; private set; }

    /// <summary>Pages that were brought into a buffer.</summary>
    public long PageReads { get; private set; }

    /// <summary>Commands that met a busy chip and were dropped.</summary>
    public long IgnoredBusy { get; private set; }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read, long at, long byteTime)
    {
        read.Fill(0xFF);
        if (!_powered || write.IsEmpty)
            return;
        Selects++;
        SimNandDie die = _dies[_die];
        long end = at + ((write.Length + read.Length) * byteTime);
        if (write is [0x0F, byte feature])
        {
            for (int i = 0; i < read.Length; i++)
                read[i] = die.Feature(feature, at + ((write.Length + i) * byteTime));
        }
        else if (write is [0xFF] && read.IsEmpty)
        {
            foreach (SimNandDie each in _dies)
                each.Reset(end + ResetNanoseconds);
        }
        else if (at < die.BusyUntil)
        {
            IgnoredBusy++;
        }
        else if (read.IsEmpty)
        {
            Act(die, write, end);
        }
        else
        {
            Answer(die, write, read);
        }
    }

    /// <inheritdoc/>
    public void PowerOff(long at) => _powered = false;

    /// <inheritdoc/>
    public void PowerOn()
    {
        _powered = true;
        _die = 0;
        foreach (SimNandDie die in _dies)
            die.PowerOn();
    }

    /// <inheritdoc/>
    public long BusyUntil(long at) => Math.Max(at, _dies.Max(die => die.BusyUntil));

    private void Act(SimNandDie die, ReadOnlySpan<byte> write, long end)
    {
        switch (write)
        {
            case [0x1F, byte feature, byte value]:
                die.SetFeature(feature, value);
                break;
            case [0xC2, byte number] when number < _dies.Length && _dies.Length > 1:
                _die = number;
                break;
            case [0x13, byte high, byte middle, byte low]:
                PageReads++;
                die.Load((high << 16) | (middle << 8) | low, end);
                break;
            case [0x06 or 0x04]:
                die.Enable(write[0] == 0x06);
                break;
            case [0x10 or 0xD8, _, _, _]:
                die.Refuse(write[0] == 0xD8);
                break;
        }
    }

    private void Answer(SimNandDie die, ReadOnlySpan<byte> write, Span<byte> read)
    {
        switch (write[0])
        {
            case 0x9F:
                TellId(write, read);
                break;
            case 0x03 or 0x0B when write.Length == 4:
                die.ReadBuffer(Column(write), read);
                break;
            case 0x6B when write.Length == 4:
                ReadOneLine(die, Column(write), read);
                break;
        }
    }

    /// <summary>Parts that tell their id at once take the dummy byte before the column, all others behind it.</summary>
    private int Column(ReadOnlySpan<byte> write) =>
        Model.IdPlace is SimNandId.Plain ? (write[2] << 8) | write[3] : (write[1] << 8) | write[2];

    private void TellId(ReadOnlySpan<byte> write, Span<byte> read)
    {
        int before = Model.IdPlace is SimNandId.Plain ? 0 : 1, first = Model.IdPlace is SimNandId.Address && write is [_, 0x01, ..] ? 1 : 0;
        for (int i = 0; i < read.Length; i++)
        {
            int at = write.Length - 1 + i - before;
            if (at >= 0)
                read[i] = Model.Id[(at + first) % Model.Id.Length];
        }
    }

    /// <summary>Four lines bring half a byte with each clock; the one that a single-line programmer sees has bits 5 and 1.</summary>
    private static void ReadOneLine(SimNandDie die, int column, Span<byte> read)
    {
        byte[] all = new byte[read.Length * 4];
        all.AsSpan().Fill(0xFF);
        die.ReadBuffer(column, all);
        for (int i = 0; i < read.Length; i++)
        {
            int seen = 0;
            for (int k = 0; k < 4; k++)
                seen = (seen << 2) | (((all[(i * 4) + k] >> 5) & 1) << 1) | ((all[(i * 4) + k] >> 1) & 1);
            read[i] = (byte)seen;
        }
    }
}
