namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Ways to four address bytes as SFDP tells them (JESD216B, dword 16, bits 24 to 30; ways back: bits 14 to 17).</summary>
[Flags]
public enum SfdpFourByte
{
    /// <summary>None is told.</summary>
    None,

    /// <summary>B7 enters, E9 leaves.</summary>
    Command = 1,

    /// <summary>The same after WREN.</summary>
    CommandAfterWriteEnable = 2,

    /// <summary>C5 writes the upper byte, C8 reads it.</summary>
    ExtendedAddressRegister = 4,

    /// <summary>17 writes bank and mode, 16 reads them.</summary>
    BankRegister = 8,

    /// <summary>A register that stays.</summary>
    ConfigurationRegister = 16,

    /// <summary>Commands that take four bytes in any mode.</summary>
    OwnCommands = 32,

    /// <summary>It takes four bytes and never three.</summary>
    Always = 64,
}
