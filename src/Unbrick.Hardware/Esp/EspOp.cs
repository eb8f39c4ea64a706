namespace Unbrick.Hardware.Esp;

/// <summary>Commands of the ROM loaders (Espressif, "Serial protocol").</summary>
public enum EspOp : byte
{
    /// <summary>Erase, and begin to write at an offset.</summary>
    FlashBegin = 0x02,

    /// <summary>A block; must carry the next number.</summary>
    FlashData = 0x03,

    /// <summary>Leaves the loader, whatever its argument says.</summary>
    FlashEnd = 0x04,

    /// <summary>Begins a download to memory.</summary>
    MemBegin = 0x05,

    /// <summary>Ends it, and runs what was loaded.</summary>
    MemEnd = 0x06,

    /// <summary>A block of it.</summary>
    MemData = 0x07,

    /// <summary>Finds the rate; is answered eight times.</summary>
    Sync = 0x08,

    /// <summary>Writes registers: address, value, mask, microseconds to wait; several rows are taken.</summary>
    WriteReg = 0x09,

    /// <summary>Reads a register.</summary>
    ReadReg = 0x0A,

    /// <summary>Tells the ROM of the ESP32 and later the size of the flash chip.</summary>
    SpiSetParams = 0x0B,

    /// <summary>Connects the flash chip (ESP32 and later).</summary>
    SpiAttach = 0x0D,

    /// <summary>Reads up to 64 bytes of flash (ESP32 and later).</summary>
    ReadFlashSlow = 0x0E,

    /// <summary>Changes the rate (ESP32 and later).</summary>
    ChangeBaud = 0x0F,

    /// <summary>As <see cref="FlashBegin"/>, for a zlib stream.</summary>
    DeflBegin = 0x10,

    /// <summary>A block of the stream.</summary>
    DeflData = 0x11,

    /// <summary>Ends it.</summary>
    DeflEnd = 0x12,

    /// <summary>MD5 of a range of flash (ESP32 and later).</summary>
    FlashMd5 = 0x13,

    /// <summary>Chip number, flash encryption, secure boot (ESP32-S2 and later).</summary>
    SecurityInfo = 0x14,
}
