using Unbrick.Sim.Esp.Faults;
using Unbrick.Sim.Spi;

namespace Unbrick.Sim.Esp;

/// <summary>The flash as the chip's own SPI controller reaches it. Each command moves <see cref="Now"/> by the time that it takes.</summary>
/// <param name="chip">The flash.</param>
/// <param name="faults">Bad sectors, stuck bits.</param>
internal sealed class EspFlash(SimNor chip, EspFaults faults)
{
    private const int Sector = 0x1000, Block = 0x1_0000, Page = 0x100;
    private const long ByteTime = 400; // 20 MHz

    /// <summary>The flash.</summary>
    public SimNor Chip => chip;

    /// <summary>Bytes.</summary>
    public int Size => chip.Model.Size;

    /// <summary>Nanoseconds on the clock of the bench; set before a command, later after it.</summary>
    public long Now { get; set; }

    /// <summary>From when on there is no power; what is under way then stays half done.</summary>
    public long PowerEnds { get; set; } = long.MaxValue;

    /// <summary>Whether block protection is set, so that erases and programs do nothing and say nothing.</summary>
    public bool IsProtected => (chip.KeptStatus(1) & 0x1C) != 0;

    /// <summary>One chip-select.</summary>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Now >= PowerEnds)
        {
            read.Fill(0xFF);
            return;
        }
        byte opcode = write.IsEmpty ? (byte)0 : write[0];
        byte[]? kept = opcode is 0x20 or 0x52 or 0xD8 or 0xC7 or 0x60 && faults.BadSector is { } bad ? Cells(bad).ToArray() : null;
        chip.Transfer(write, read, Now, ByteTime);
        Now += (write.Length + read.Length) * ByteTime;
        kept?.CopyTo(Cells(faults.BadSector!.Value));
        if (opcode == 0x03 && faults.StuckBit is { } stuck && write.Length == 4)
        {
            int at = stuck - (write[1] << 16 | write[2] << 8 | write[3]);
            if (at >= 0 && at < read.Length)
                read[at] &= 0xFE;
        }
        if (chip.BusyUntil(Now) > PowerEnds)
        {
            chip.PowerOff(PowerEnds);
            Now = PowerEnds;
        }
    }

    /// <summary>Erases whole sectors, blocks of 64 KiB where they fit.</summary>
    /// <param name="from">In the first sector.</param>
    /// <param name="count">Sectors; what lies behind the end of the flash is left out.</param>
    public void Erase(int from, int count)
    {
        long at = from & -Sector, end = Math.Min(at + (long)count * Sector, Size);
        while (at < end)
        {
            bool block = at % Block == 0 && end - at >= Block;
            Enable();
            Transfer([block ? (byte)0xD8 : (byte)0x20, (byte)(at >> 16), (byte)(at >> 8), (byte)at], []);
            Wait();
            at += block ? Block : Sector;
        }
    }

    /// <summary>Programs, page by page; behind the end it goes on at the beginning.</summary>
    public void Program(int at, ReadOnlySpan<byte> data)
    {
        Span<byte> write = stackalloc byte[4 + Page];
        write[0] = 0x02;
        while (!data.IsEmpty)
        {
            at &= Size - 1;
            int length = Math.Min(data.Length, Page - at % Page);
            (write[1], write[2], write[3]) = ((byte)(at >> 16), (byte)(at >> 8), (byte)at);
            data[..length].CopyTo(write[4..]);
            Enable();
            Transfer(write[..(4 + length)], []);
            Wait();
            data = data[length..];
            at += length;
        }
    }

    /// <summary>Reads; behind the end it goes on at the beginning.</summary>
    public void Read(int at, Span<byte> into)
    {
        at &= Size - 1;
        Transfer([0x03, (byte)(at >> 16), (byte)(at >> 8), (byte)at], into);
    }

    /// <summary>Waits until it is done, as ROMs do: by asking again and again.</summary>
    public void Wait() => Now = Math.Min(Math.Max(Now, chip.BusyUntil(Now)), Math.Max(Now, PowerEnds));

    private void Enable() => Transfer([0x06], []);

    private Span<byte> Cells(int address) => chip.Content.Span.Slice((address & (Size - 1)) & -Sector, Sector);
}
