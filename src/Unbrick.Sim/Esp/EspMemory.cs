using System.Buffers.Binary;

namespace Unbrick.Sim.Esp;

/// <summary>What READ_REG and WRITE_REG reach: words of RAM and registers, the fuses with the MAC, the SPI controller.</summary>
/// <param name="model">The chip.</param>
/// <param name="mac">Six bytes.</param>
/// <param name="crystal">Hertz.</param>
/// <param name="spi">The SPI controller.</param>
internal sealed class EspMemory(EspModel model, byte[] mac, int crystal, EspSpiController spi)
{
    /// <summary>More words than any of the chips has of RAM that loaders write to.</summary>
    private const int MostWords = 0x4_0000;

    private readonly Dictionary<uint, uint> _words = [];

    /// <summary>Rate of the chip's UART.</summary>
    public int Baud { get; set; } = 115_200;

    /// <summary>Whether anything answers at an address.</summary>
    public bool IsMapped(uint address) => model.Mapped.Any(range => address >= range.From && address <= range.To);

    /// <summary>Reads a word.</summary>
    public uint Read(uint address)
    {
        if (spi.Has(address))
            return spi.Read(address);
        if (address == 0x4000_1000)
            return model.Magic;
        if (address == model.UartDivider)
            return (uint)((model.Is8266 ? 2L : 1L) * crystal / Baud);
        if ((model.Is8266 ? Fuse8266(address) : Fuse(address)) is { } fuse)
            return fuse;
        return _words.TryGetValue(address, out uint word) ? word : model.Words.GetValueOrDefault(address);
    }

    /// <summary>Writes a word.</summary>
    public void Write(uint address, uint value)
    {
        if (spi.Has(address))
            spi.Write(address, value);
        else if (_words.Count < MostWords || _words.ContainsKey(address))
            _words[address] = value;
    }

    /// <summary>Writes bytes, as MEM_DATA does; the last word is filled up with zeros.</summary>
    public void Load(uint address, ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[4];
        for (int at = 0; at < bytes.Length; at += 4)
        {
            word.Clear();
            bytes.Slice(at, Math.Min(4, bytes.Length - at)).CopyTo(word);
            Write(address + (uint)at, BinaryPrimitives.ReadUInt32LittleEndian(word));
        }
    }

    /// <summary>RAM and registers as after a reset.</summary>
    public void Reset() => _words.Clear();

    private uint? Fuse8266(uint address) => address switch
    {
        0x3FF0_0050 => (uint)mac[5] << 24,
        0x3FF0_0054 => 0x0200_0000u | (uint)mac[3] << 8 | mac[4],
        0x3FF0_005C => (uint)mac[0] << 16 | (uint)mac[1] << 8 | mac[2],
        _ => null,
    };

    private uint? Fuse(uint address) => address == model.MacAddress ? BinaryPrimitives.ReadUInt32BigEndian(mac.AsSpan(2))
        : address == model.MacAddress + 4 ? (uint)mac[0] << 8 | mac[1]
        : null;
}
