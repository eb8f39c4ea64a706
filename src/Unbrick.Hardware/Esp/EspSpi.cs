using System.Buffers.Binary;

namespace Unbrick.Hardware.Esp;

/// <summary>
/// The flash chip through the registers of its controller, which needs no program on the chip: identity, status, exact erase, and reading by 64 bytes,
/// which is all there is on the ESP8266. Register commands carry no checksum: what is read twice and agrees is believed, and before something is erased
/// the registers are read back.
/// </summary>
/// <param name="rom">The loader.</param>
/// <param name="chip">Where the registers are.</param>
public sealed class EspSpi(EspRom rom, EspChip chip)
{
    /// <summary>Bytes read by one transfer.</summary>
    public const int Piece = 64;

    private const uint HasCommand = 1u << 31, HasAddress = 1u << 30, HasInput = 1u << 28, Go = 1u << 18, OpcodeBits = 7u << 28;
    private const byte ReadData = 0x03, WriteEnable = 0x06, ReadStatus = 0x05, ReadId = 0x9F;

    /// <summary>Erases a sector of 4 KiB.</summary>
    public const byte SectorErase = 0x20;

    /// <summary>Erases a block of 64 KiB.</summary>
    public const byte BlockErase = 0xD8;

    /// <summary>Erases all.</summary>
    public const byte ChipErase = 0xC7;

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Finds out whether one command may write several registers: it saves half of the bytes. Uses two words of data of the controller.</summary>
    public bool TryWriteSeveral()
    {
        uint first = chip.Spi.Base.Value + chip.Spi.W0.Value, second = first + 4;
        rom.WritesSeveral = false;
        if (!rom.WriteRegisters((first, 0u)) || !rom.WriteRegisters((second, 0u)))
            return false;
        rom.WritesSeveral = true;
        rom.WritesSeveral = rom.WriteRegisters((first, 0x1234_5678u), (second, 0x9ABC_DEF1u)) && rom.ReadRegister(second) == 0x9ABC_DEF1;
        return rom.WritesSeveral;
    }

    /// <summary>Answer to 9F: maker in the lowest byte; null when the loader does not answer.</summary>
    public uint? Id() => Ask(ReadId, 24) & 0xFF_FFFF;

    /// <summary>Answer to 05; null when the loader does not answer.</summary>
    public byte? Status() => (byte?)(Ask(ReadStatus, 8) & 0xFF);

    /// <summary>Reads up to 64 bytes; false when something was lost on the way.</summary>
    /// <param name="address">In flash, a multiple of 4.</param>
    /// <param name="into">Gets them.</param>
    public bool Read(uint address, Span<byte> into)
    {
        if (rom.Reader != this)
        {
            if (!rom.WriteRegisters((At(chip.Spi.Usr), HasCommand | HasAddress | HasInput), (At(chip.Spi.Usr1), Lengths(address: 24, input: Piece * 8)), (At(chip.Spi.Usr2), OpcodeBits | ReadData)))
                return false;
            rom.Reader = this;
        }
        if (!rom.WriteRegisters((At(4), address << 8), (At(0), Go)))
            return Lost();
        Span<uint> words = stackalloc uint[Piece / 4];
        words = words[..((into.Length + 3) / 4)];
        if (!rom.ReadRegisters(At(chip.Spi.W0), words))
            return Lost();
        Span<byte> bytes = stackalloc byte[Piece];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * 4)..], words[i]);
        bytes[..into.Length].CopyTo(into);
        return true;
    }

    /// <summary>The next read sets the controller up again: something else may have used it.</summary>
    public void Forget() => rom.Reader = null;

    /// <summary>Erases and waits; false when something was lost on the way, and it is not known whether it was erased.</summary>
    /// <param name="opcode"><see cref="SectorErase"/>, <see cref="BlockErase"/> or <see cref="ChipErase"/>.</param>
    /// <param name="address">Of the first byte.</param>
    /// <param name="most">What it may take.</param>
    /// <param name="tick">Called while waiting.</param>
    public bool Erase(byte opcode, uint address, TimeSpan most, Action? tick = null)
    {
        rom.Reader = null;
        // Until the last of these commands the controller does nothing; a flipped bit in one of them must not erase anything else.
        if (!rom.WriteRegisters((At(chip.Spi.Usr), HasCommand), (At(chip.Spi.Usr2), OpcodeBits | WriteEnable), (At(0), Go)))
            return false;
        uint parts = opcode == ChipErase ? HasCommand : HasCommand | HasAddress;
        if (!rom.WriteRegisters((At(chip.Spi.Usr), parts), (At(chip.Spi.Usr1), Lengths(24, 8)), (At(chip.Spi.Usr2), OpcodeBits | opcode), (At(4), address << 8)))
            return false;
        if (rom.ReadRegister(At(4)) != address << 8 || rom.ReadRegister(At(chip.Spi.Usr2)) != (OpcodeBits | opcode) || rom.ReadRegister(At(chip.Spi.Usr)) != parts)
            return false;
        if (!rom.WriteRegisters((At(0), Go)))
            return false;
        long started = rom.Link.Time.GetTimestamp();
        while (true)
        {
            byte? status = Status();
            if (status is null)
                return false;
            if ((status & 1) == 0)
                return true;
            if (rom.Link.Time.GetElapsedTime(started) > most)
                throw new EspException(EspFailure.EraseEndless, $"the flash chip is still busy {most.TotalSeconds:0} s after the erase command", address);
            rom.Link.Pause(s_betweenLooks);
            tick?.Invoke();
        }
    }

    private bool Lost()
    {
        rom.Reader = null;
        return false;
    }

    /// <summary>A command that has an answer of up to 32 bits, and no address.</summary>
    private uint? Ask(byte opcode, int bits)
    {
        rom.Reader = null;
        (uint, uint) parts = (At(chip.Spi.Usr), HasCommand | HasInput), code = (At(chip.Spi.Usr2), OpcodeBits | opcode), clear = (At(chip.Spi.W0), 0), go = (At(0), Go);
        bool sent = chip.Spi.Miso is EspNumber length
            ? rom.WriteRegisters(parts, (At(length), (uint)(bits - 1)), code, clear, go)
            : rom.WriteRegisters(parts, (At(chip.Spi.Usr1), Lengths(8, bits)), code, clear, go);
        return sent ? rom.ReadRegister(At(chip.Spi.W0)) : null;
    }

    private uint At(EspNumber offset) => chip.Spi.Base.Value + offset.Value;

    private uint At(uint offset) => chip.Spi.Base.Value + offset;

    /// <summary>As the ESP8266 has them in one register; later chips have only the length of the address there.</summary>
    private static uint Lengths(int address, int input) => ((uint)(address - 1) << 26) | ((uint)(input - 1) << 8);
}
