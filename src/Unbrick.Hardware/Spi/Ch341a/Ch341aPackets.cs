namespace Unbrick.Hardware.Spi.Ch341a;

/// <summary>
/// The packets of a CH341A, in 1a86:5512 mode. Each USB packet of at most 32 bytes is one command:
/// <code>
/// A8 d…     shift up to 31 bytes out, least significant bit first; answered by one packet with the bytes that were shifted in
/// AB s…     pins: 80+v sets outputs D5 to D0, 40+v their directions (1 = output), 20 ends; a step takes about 0.75 us
/// AA s…     settings: 60+s speed (of I2C; no source shows that it moves SCK), 00 ends
/// </code>
/// Pins: D0 CS0, D1 CS1, D2 CS2, D3 SCK, D4 OUT2, D5 MOSI. SPI wants the most significant bit first, so that each byte is mirrored.
/// Sources: the drivers of flashrom (<c>ch341a_spi.c</c>), IMSProg, SNANDer and Linux (<c>spi-ch341.c</c>).
/// </summary>
public static class Ch341aPackets
{
    /// <summary>Bytes of the longest packet.</summary>
    public const int Size = 32;

    /// <summary>Bytes that one packet shifts.</summary>
    public const int Shifted = Size - 1;

    private const byte Shift = 0xA8, End = 0x20;
    private const byte Filler = 0xFF;

    private static readonly byte[] s_mirror = MakeMirror();

    /// <summary>Settings for the start.</summary>
    public static ReadOnlySpan<byte> Settings => [0xAA, 0x61, 0x00];

    /// <summary>Takes the pins: all chip-selects high, SCK low, then D5 to D0 are outputs.</summary>
    public static ReadOnlySpan<byte> Drive => [0xAB, 0xB7, 0x7F, End];

    /// <summary>Lets go of all pins: chip-selects high, then none is an output.</summary>
    public static ReadOnlySpan<byte> Release => [0xAB, 0xB7, 0x40, End];

    /// <summary>CS0 high; the chip carries out what it was told.</summary>
    public static ReadOnlySpan<byte> Deselect => [0xAB, 0xB7, End];

    /// <summary>
    /// CS0 high for three steps, then low. Filled up to a whole packet, so that others can follow it in one transfer; the fill is more of the
    /// end mark.
    /// </summary>
    public static ReadOnlySpan<byte> Select =>
    [
        0xAB, 0xB7, 0xB7, 0xB7, 0xB6, End, End, End, End, End, End, End, End, End, End, End,
        End, End, End, End, End, End, End, End, End, End, End, End, End, End, End, End,
    ];

    /// <summary>Packets that shift so many bytes; as many come back.</summary>
    /// <param name="bytes">Bytes of one chip-select, both ways.</param>
    public static int Count(long bytes) => checked((int)((bytes + Shifted - 1) / Shifted));

    /// <summary>
    /// The next packets of a chip-select, up to a short one or the end of <paramref name="to"/>: what follows a short packet in one USB transfer
    /// would be taken for its rest.
    /// </summary>
    /// <param name="write">What the chip-select shifts out; while it shifts in, FF goes out.</param>
    /// <param name="total">Bytes that it shifts in both ways together.</param>
    /// <param name="done">How many of them were put into packets already; 0 starts with <see cref="Select"/>. Moved on.</param>
    /// <param name="to">Room for at least two packets.</param>
    /// <param name="answers">How many packets will come back.</param>
    /// <returns>Bytes of <paramref name="to"/> that make up the transfer.</returns>
    public static int Fill(ReadOnlySpan<byte> write, int total, ref int done, Span<byte> to, out int answers)
    {
        int length = 0;
        answers = 0;
        if (done == 0)
        {
            Select.CopyTo(to);
            length = Size;
        }
        while (done < total && to.Length - length >= Size)
        {
            int count = Math.Min(Shifted, total - done);
            Span<byte> packet = to.Slice(length, count + 1);
            packet[0] = Shift;
            int own = Math.Clamp(write.Length - done, 0, count);
            for (int i = 0; i < own; i++)
                packet[i + 1] = s_mirror[write[done + i]];
            packet[(own + 1)..].Fill(Filler);
            done += count;
            length += count + 1;
            answers++;
        }
        return length;
    }

    /// <summary>Takes out of an answer what belongs to the read part of its chip-select.</summary>
    /// <param name="answer">One packet that came back.</param>
    /// <param name="at">Number of its first byte in the chip-select.</param>
    /// <param name="written">Bytes that the chip-select writes before it reads.</param>
    /// <param name="read">Room for the whole read part.</param>
    public static void Take(ReadOnlySpan<byte> answer, int at, int written, Span<byte> read)
    {
        for (int i = Math.Max(0, written - at); i < answer.Length; i++)
            read[at + i - written] = s_mirror[answer[i]];
    }

    private static byte[] MakeMirror()
    {
        byte[] mirror = new byte[256];
        for (int value = 0; value < mirror.Length; value++)
        {
            for (int bit = 0; bit < 8; bit++)
                mirror[value] |= (byte)((value >> bit & 1) << (7 - bit));
        }
        return mirror;
    }
}
