namespace Unbrick.Hardware.Spi.Flash;

/// <summary>First bytes of the commands of serial NOR flash (JESD216, the makers' data sheets).</summary>
internal static class NorOpcode
{
    public const byte WriteStatus1 = 0x01;
    public const byte Program = 0x02;
    public const byte Read = 0x03;
    public const byte WriteDisable = 0x04;
    public const byte ReadStatus1 = 0x05;
    public const byte WriteEnable = 0x06;
    public const byte Program4 = 0x12;
    public const byte Read4 = 0x13;
    public const byte ReadStatus3 = 0x15;
    public const byte WriteStatus3 = 0x11;
    public const byte WriteStatus2 = 0x31;
    public const byte ReadStatus2 = 0x35;
    public const byte ReadSecurity = 0x48;
    public const byte ReadUniqueId = 0x4B;
    public const byte VolatileWriteEnable = 0x50;
    public const byte ReadSfdp = 0x5A;
    public const byte EnableReset = 0x66;
    public const byte OpenBlockLocks = 0x98;
    public const byte Reset = 0x99;
    public const byte ReadId = 0x9F;
    public const byte WakeUp = 0xAB;
    public const byte EnterFourBytes = 0xB7;
    public const byte WriteExtendedAddress = 0xC5;
    public const byte ReadExtendedAddress = 0xC8;
    public const byte LeaveFourBytes = 0xE9;
    public const byte LeaveContinuousRead = 0xFF;

    /// <summary>The command with an address of four bytes that does what the one with three does; the same where it takes four already.</summary>
    public static byte EraseWithFour(byte opcode) => opcode switch { 0x20 => 0x21, 0x52 => 0x5C, 0xD8 => 0xDC, _ => opcode };

    /// <summary>The command takes an address of four bytes whatever mode the chip is in.</summary>
    public static bool TakesFour(byte opcode) => opcode is 0x21 or 0x5C or 0xDC;
}
