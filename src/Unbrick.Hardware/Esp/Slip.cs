namespace Unbrick.Hardware.Esp;

/// <summary>
/// SLIP (RFC 1055) as the ROM loaders of the ESP chips use it: a frame lies between two <c>c0</c>; within it <c>c0</c> is sent as <c>db dc</c>
/// and <c>db</c> as <c>db dd</c>. Empty frames mean nothing.
/// </summary>
public static class Slip
{
    /// <summary>Ends a frame, and begins one.</summary>
    public const byte End = 0xC0;

    /// <summary>The next byte stands for another one.</summary>
    public const byte Escape = 0xDB;

    /// <summary>After <see cref="Escape"/>: <see cref="End"/>.</summary>
    public const byte EscapedEnd = 0xDC;

    /// <summary>After <see cref="Escape"/>: <see cref="Escape"/>.</summary>
    public const byte EscapedEscape = 0xDD;

    /// <summary>Bytes that a frame of that length takes at most.</summary>
    public static int Longest(int length) => checked((2 * length) + 2);

    /// <summary>Packs a frame; returns the bytes used.</summary>
    /// <param name="frame">What is sent.</param>
    /// <param name="into">At least <see cref="Longest"/> bytes.</param>
    public static int Encode(ReadOnlySpan<byte> frame, Span<byte> into)
    {
        int count = 0;
        into[count++] = End;
        foreach (byte b in frame)
        {
            if (b is End or Escape)
            {
                into[count++] = Escape;
                into[count++] = b == End ? EscapedEnd : EscapedEscape;
            }
            else
            {
                into[count++] = b;
            }
        }
        into[count++] = End;
        return count;
    }
}
