using System.Buffers.Binary;

namespace Unbrick.Sim.Esp;

/// <summary>
/// The SPI controller behind its registers: user commands (USR, USR1, USR2, lengths, W0 to W15) and the ready-made ones of the older chips. A command
/// is over as soon as it was begun, but a write of the flash takes its time there.
/// </summary>
/// <param name="layout">Where its registers are.</param>
/// <param name="flash">What hangs on it.</param>
internal sealed class EspSpiController(EspSpiLayout layout, EspFlash flash)
{
    private const uint Words = 16, Room = 0x100;
    private readonly uint[] _registers = new uint[Room / 4];

    /// <summary>Whether the pins are connected to the flash; before, it reads FF.</summary>
    public bool IsAttached { get; set; }

    /// <summary>Whether an address is one of its registers.</summary>
    public bool Has(uint address) => address >= layout.Base && address < layout.Base + Room;

    /// <summary>A register.</summary>
    public uint Read(uint address) => _registers[(address - layout.Base) / 4];

    /// <summary>Sets a register; writing CMD begins a command.</summary>
    public void Write(uint address, uint value)
    {
        uint offset = (address - layout.Base) & ~3u;
        if (offset != 0)
        {
            this[offset] = value;
            return;
        }
        if ((value & 1u << 18) != 0)
            User();
        else
            Ready(value);
    }

    /// <summary>All registers as after a reset.</summary>
    public void Reset()
    {
        Array.Clear(_registers);
        IsAttached = false;
    }

    private uint this[uint offset]
    {
        get => _registers[offset / 4];
        set => _registers[offset / 4] = value;
    }

    private void User()
    {
        uint user = this[layout.User], user1 = this[layout.User + 4], user2 = this[layout.User + 8];
        bool in1 = layout.Mosi == 0;
        int mosi = (int)((in1 ? user1 >> 17 & 0x1FF : this[layout.Mosi] & 0x3FF) + 1) / 8;
        int miso = (int)((in1 ? user1 >> 8 & 0x1FF : this[layout.Miso] & 0x3FF) + 8) / 8;
        Span<byte> write = stackalloc byte[1 + 8 + 8 + (int)Words * 4];
        int length = 0;
        if ((user & 1u << 31) != 0)
            write[length++] = (byte)user2;
        if ((user & 1u << 30) != 0)
        {
            int bits = (int)(user1 >> 26) + 1;
            uint address = layout.AddressHigh ? this[4] : bits >= 32 ? this[4] : this[4] << (32 - bits);
            for (int i = 0; i < Math.Min(bits, 32) / 8; i++)
                write[length++] = (byte)(address >> (24 - 8 * i));
        }
        if ((user & 1u << 29) != 0)
            length += Math.Min((int)((user1 & 0xFF) + 1) / 8, 8);
        if ((user & 1u << 27) != 0)
        {
            Span<byte> data = stackalloc byte[(int)Words * 4];
            for (int i = 0; i < Words; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(data[(4 * i)..], this[layout.Data + 4 * (uint)i]);
            mosi = Math.Min(mosi, data.Length);
            data[..mosi].CopyTo(write[length..]);
            length += mosi;
        }
        Span<byte> read = stackalloc byte[(int)Words * 4];
        read.Clear();
        int wanted = (user & 1u << 28) != 0 ? Math.Min(miso, read.Length) : 0;
        if (IsAttached)
            flash.Transfer(write[..length], read[..wanted]);
        else
            read[..wanted].Fill(0xFF);
        for (int i = 0; i < (wanted + 3) / 4; i++)
            this[layout.Data + 4 * (uint)i] = BinaryPrimitives.ReadUInt32LittleEndian(read[(4 * i)..]);
    }

    /// <summary>Commands that the controller knows by itself; ESP8266 and ESP32 have them in these bits.</summary>
    private void Ready(uint command)
    {
        if (!IsAttached)
            return;
        uint address = this[4] & 0xFF_FFFF;
        Span<byte> read = stackalloc byte[4];
        read.Clear();
        if ((command & 1u << 30) != 0)
            flash.Transfer([0x06], []);
        if ((command & 1u << 29) != 0)
            flash.Transfer([0x04], []);
        if ((command & 1u << 28) != 0)
        {
            flash.Transfer([0x9F], read[..3]);
            this[layout.Data] = BinaryPrimitives.ReadUInt32LittleEndian(read);
        }
        if ((command & 1u << 27) != 0)
        {
            flash.Transfer([0x05], read[..1]);
            this[0x10] = read[0];
        }
        ReadOnlySpan<byte> at = [(byte)(address >> 16), (byte)(address >> 8), (byte)address];
        if ((command & 1u << 24) != 0)
            flash.Transfer([0x20, .. at], []);
        if ((command & 1u << 23) != 0)
            flash.Transfer([0xD8, .. at], []);
        if ((command & 1u << 22) != 0)
            flash.Transfer([0xC7], []);
    }
}
