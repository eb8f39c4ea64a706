namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>
/// The bytes of serprog, version 1 (flashrom's <c>serprog-protocol.txt</c>). A command is one byte and its parameters, an answer is
/// <see cref="Ack"/> and its data, or <see cref="Nak"/>. Numbers are little endian, lengths of 24 bits.
/// </summary>
public static class SerprogCommand
{
    /// <summary>Yes; data follow where the command has any.</summary>
    public const byte Ack = 0x06;

    /// <summary>No, or not known.</summary>
    public const byte Nak = 0x15;

    /// <summary>Nothing.</summary>
    public const byte Nop = 0x00;

    /// <summary>Answer u16: <see cref="Version"/>.</summary>
    public const byte QueryInterface = 0x01;

    /// <summary>Answer 32 bytes: bit n of them stands for command n.</summary>
    public const byte QueryCommandMap = 0x02;

    /// <summary>Answer 16 bytes of text, filled up with 00.</summary>
    public const byte QueryName = 0x03;

    /// <summary>Answer u16: bytes of the buffer for commands; FFFF where flow control is sure.</summary>
    public const byte QuerySerialBuffer = 0x04;

    /// <summary>Answer u8: <see cref="SpiBus"/> and others.</summary>
    public const byte QueryBus = 0x05;

    /// <summary>Answer u16: bytes of the operation buffer.</summary>
    public const byte QueryOperationBuffer = 0x07;

    /// <summary>Answer u24: most bytes that an operation writes; 0 is 2^24.</summary>
    public const byte QueryWriteLength = 0x08;

    /// <summary>Empties the operation buffer.</summary>
    public const byte OperationInit = 0x0B;

    /// <summary>u32: microseconds to wait, put into the operation buffer.</summary>
    public const byte OperationDelay = 0x0E;

    /// <summary>Carries out the operation buffer.</summary>
    public const byte OperationExecute = 0x0F;

    /// <summary>Answered by <see cref="Nak"/> and <see cref="Ack"/>, as nothing else is.</summary>
    public const byte SyncNop = 0x10;

    /// <summary>Answer u24: most bytes that an operation reads; 0 is 2^24.</summary>
    public const byte QueryReadLength = 0x11;

    /// <summary>u8: the bus to use from now on.</summary>
    public const byte SetBus = 0x12;

    /// <summary>u24 bytes to send, u24 to receive, those to send; answer: those received. One chip-select.</summary>
    public const byte SpiOperation = 0x13;

    /// <summary>u32 hertz, not 0; answer u32: what was really set.</summary>
    public const byte SetSpiClock = 0x14;

    /// <summary>u8: 0 lets go of the pins, all else drives them.</summary>
    public const byte SetPins = 0x15;

    /// <summary>u8: which chip-select, in later firmwares.</summary>
    public const byte SetChipSelect = 0x16;

    /// <summary>What <see cref="QueryInterface"/> answers.</summary>
    public const ushort Version = 1;

    /// <summary>SPI in the answer to <see cref="QueryBus"/>.</summary>
    public const byte SpiBus = 0x08;

    /// <summary>Bytes of the answer to <see cref="QueryCommandMap"/>.</summary>
    public const int MapSize = 32;

    /// <summary>Bytes of the answer to <see cref="QueryName"/>.</summary>
    public const int NameSize = 16;

    /// <summary>Bytes of a <see cref="SpiOperation"/> before those that it sends.</summary>
    public const int OperationHeader = 7;
}
