namespace Unbrick.Net.Tftp;

/// <summary>Text as it travels in netascii (RFC 1350 s1, RFC 764): LF is CR LF, a CR that is no line end is CR NUL.</summary>
public static class Netascii
{
    private const byte Cr = 13;
    private const byte Lf = 10;

    /// <summary>Encodes the whole content, so that a CR at the end of a block needs no state.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> content)
    {
        int extra = content.Count(Cr) + content.Count(Lf);
        if (extra == 0)
            return content.ToArray();
        byte[] text = new byte[content.Length + extra];
        int at = 0;
        foreach (byte b in content)
        {
            switch (b)
            {
                case Lf:
                    text[at++] = Cr;
                    text[at++] = Lf;
                    break;
                case Cr:
                    text[at++] = Cr;
                    text[at++] = 0;
                    break;
                default:
                    text[at++] = b;
                    break;
            }
        }
        return text;
    }
}
