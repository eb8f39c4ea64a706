namespace Unbrick.Hardware.Esp;

/// <summary>
/// Cuts what arrives into the pieces between two <c>c0</c>. Every piece comes out, whether it is a frame or the text of a boot: a lost <c>c0</c> must
/// not make the next frame text. Pieces that are too long, or hold an escape that there is none, come out as they were received.
/// </summary>
/// <param name="longest">Bytes of the longest piece; a longer one comes out in parts.</param>
public sealed class SlipReader(int longest)
{
    private readonly byte[] _raw = new byte[longest];
    private readonly byte[] _plain = new byte[longest];
    private int _rawCount, _plainCount;
    private bool _escaped, _broken;

    /// <summary>Takes a byte; true when a piece has ended.</summary>
    /// <param name="value">As received.</param>
    /// <param name="piece">The piece: valid until the next call.</param>
    /// <param name="whole">It lies before a <c>c0</c> and its escapes are right; otherwise <paramref name="piece"/> is what was received.</param>
    public bool Add(byte value, out ReadOnlySpan<byte> piece, out bool whole)
    {
        piece = default;
        whole = false;
        if (value == Slip.End)
        {
            if (_rawCount == 0)
                return false;
            whole = !_broken && !_escaped;
            piece = whole ? _plain.AsSpan(0, _plainCount) : _raw.AsSpan(0, _rawCount);
            Clear();
            return true;
        }
        _raw[_rawCount++] = value;
        if (_escaped)
        {
            _escaped = false;
            if (value is Slip.EscapedEnd or Slip.EscapedEscape)
                _plain[_plainCount++] = value == Slip.EscapedEnd ? Slip.End : Slip.Escape;
            else
                _broken = true;
        }
        else if (value == Slip.Escape)
        {
            _escaped = true;
        }
        else
        {
            _plain[_plainCount++] = value;
        }
        if (_rawCount < longest)
            return false;
        piece = _raw.AsSpan(0, _rawCount);
        Clear();
        return true;
    }

    /// <summary>What has arrived of a piece that has not ended: the text of a boot has no <c>c0</c> behind it.</summary>
    public ReadOnlySpan<byte> Take()
    {
        ReadOnlySpan<byte> rest = _raw.AsSpan(0, _rawCount);
        Clear();
        return rest;
    }

    private void Clear()
    {
        (_rawCount, _plainCount) = (0, 0);
        (_escaped, _broken) = (false, false);
    }
}
