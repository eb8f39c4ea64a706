namespace Unbrick.Formats.Compression;

/// <summary>Undoes the delta filter (xz-file-format.txt 5.3.3): each byte is the difference to the one some bytes before.</summary>
internal sealed class DeltaFilter(int distance, IPlainSink next) : IPlainSink
{
    private readonly byte[] _last = new byte[distance];
    private readonly byte[] _piece = new byte[4096];
    private int _at;

    public void Take(ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            int count = Math.Min(plain.Length, _piece.Length);
            for (int i = 0; i < count; i++)
            {
                _piece[i] = _last[_at] = (byte)(plain[i] + _last[_at]);
                _at = _at + 1 == distance ? 0 : _at + 1;
            }
            next.Take(_piece.AsSpan(0, count));
            plain = plain[count..];
        }
    }
}
