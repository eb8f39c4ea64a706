namespace Unbrick.Net.Tftp;

/// <summary>Turns netascii back into bytes, block by block: a CR may be the last byte of one block and its LF or NUL the first of the next.</summary>
public sealed class NetasciiDecoder
{
    private const byte Cr = 13;
    private const byte Lf = 10;

    private byte[] _decoded = new byte[TftpWire.DefaultBlockSize];
    private bool _afterCr;

    /// <summary>Decodes one block; the result is good until the next call.</summary>
    public ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> block)
    {
        if (_decoded.Length <= block.Length)
            _decoded = new byte[block.Length + 1]; // a CR kept from the block before may come on top
        int at = 0;
        foreach (byte b in block)
        {
            if (_afterCr)
            {
                // CR LF is LF, CR NUL is CR; a CR before anything else is not in the RFC and taken as the CR it is.
                _afterCr = false;
                if (b != Lf)
                    _decoded[at++] = Cr;
                if (b == 0)
                    continue;
            }
            if (b == Cr)
                _afterCr = true;
            else
                _decoded[at++] = b;
        }
        return _decoded.AsSpan(0, at);
    }
}
