using System.Buffers.Binary;

namespace Unbrick.Hardware.Esp;

/// <summary>
/// An answer of a ROM loader: <c>01 op length value data status</c>. The reason counts only when the status is not 0: on success it is what the last
/// failure left there.
/// </summary>
/// <param name="Op">What it answers; for a command that the ROM does not have, the one before.</param>
/// <param name="Value">Of <see cref="EspOp.ReadReg"/>; of all others the last one read.</param>
/// <param name="Data">Between the value and the status, status included: how long that is depends on the chip.</param>
public sealed record EspAnswer(EspOp Op, uint Value, ReadOnlyMemory<byte> Data)
{
    /// <summary>Reasons of a failure.</summary>
    public const byte BadMessage = 5, Failed = 6, BadChecksum = 7, WriteError = 8;

    /// <summary>What lies before <see cref="Data"/>.</summary>
    public const int HeaderSize = 8;

    private const byte Direction = 1;

    /// <summary>Bytes of the status: 2 on the ESP8266, 4 on all later ROMs.</summary>
    public required int StatusBytes { get; init; }

    /// <summary>Did it go well?</summary>
    public bool Ok => StatusByte == 0;

    /// <summary>Why not; meaningless when it went well.</summary>
    public byte Reason => Data.Length >= StatusBytes ? Data.Span[Data.Length - StatusBytes + 1] : (byte)0;

    /// <summary>What was asked for.</summary>
    public ReadOnlyMemory<byte> Payload => Data[..Math.Max(0, Data.Length - StatusBytes)];

    private byte StatusByte => Data.Length >= StatusBytes ? Data.Span[Data.Length - StatusBytes] : (byte)0xFF;

    /// <summary>Reads a frame; null when it is no answer, or not a whole one.</summary>
    /// <param name="frame">Without <c>c0</c> and escapes.</param>
    /// <param name="statusBytes">0 when it is not known yet: only the answer to <see cref="EspOp.Sync"/>, which has nothing else, is understood then.</param>
    public static EspAnswer? Read(ReadOnlySpan<byte> frame, int statusBytes)
    {
        if (frame.Length < HeaderSize + 2 || frame[0] != Direction)
            return null;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]);
        if (length != frame.Length - HeaderSize || length < statusBytes)
            return null;
        if (statusBytes == 0)
        {
            if ((EspOp)frame[1] != EspOp.Sync || length is not (2 or 4))
                return null;
            statusBytes = length;
        }
        return new((EspOp)frame[1], BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]), frame[HeaderSize..].ToArray()) { StatusBytes = statusBytes };
    }
}
