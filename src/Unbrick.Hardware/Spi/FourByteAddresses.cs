namespace Unbrick.Hardware.Spi;

/// <summary>How a chip over 16 MiB takes addresses of four bytes.</summary>
public enum FourByteAddresses
{
    /// <summary>Three bytes are enough.</summary>
    None,

    /// <summary>Commands of their own (13, 12, 21, DC): no mode is left behind.</summary>
    Commands,

    /// <summary>B7 and E9 switch.</summary>
    Mode,

    /// <summary>B7 and E9 after WREN.</summary>
    ModeAfterWriteEnable,

    /// <summary>The extended address register has the upper byte (C5, C8).</summary>
    Register,
}
