namespace Unbrick.Hardware.Spi;

/// <summary>How a chip is programmed.</summary>
public enum ProgramMethod
{
    /// <summary>02 with up to a page.</summary>
    Page,

    /// <summary>02 with one byte; some have AAI (AD, AF) beside it.</summary>
    Byte,

    /// <summary>DataFlash: buffers, pages of 264 and the like, addresses of its own. Not read or written here.</summary>
    DataFlash,

    /// <summary>Serial EEPROM with two address bytes. Not read or written here.</summary>
    Eeprom,

    /// <summary>It is ROM, or writing it is known not to work.</summary>
    None,
}
