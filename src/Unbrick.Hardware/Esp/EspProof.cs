namespace Unbrick.Hardware.Esp;

/// <summary>How much of what was written is read back.</summary>
public enum EspProof
{
    /// <summary>All of it: by MD5 where the ROM has it; on the ESP8266 all bytes where that is quick or the line was disturbed, else samples.</summary>
    Auto,

    /// <summary>Some bytes of every sector, at places that nobody knows before.</summary>
    Sample,

    /// <summary>All bytes, however long it takes.</summary>
    Full,
}
