using System.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Logs that PowerShell and Notepad saved as UTF-16 with a byte order mark (RFC 2781), made to UTF-8; all else goes through as it is. A mark counts
/// only when a plain letter follows it, because a line at a wrong rate may begin with these bytes, too.
/// </summary>
internal sealed class WideText
{
    private const int Needed = 4;
    private readonly byte[] _head = new byte[Needed];
    private int _used;
    private Decoder? _decoder;
    private bool _known;

    /// <summary>The same text in UTF-8; the first three bytes are kept back until it is known what they are.</summary>
    public ReadOnlySpan<byte> Narrow(ReadOnlySpan<byte> bytes)
    {
        if (_known)
            return _decoder is null ? bytes : Decoded(bytes);
        if (_used == 0 && bytes.Length > 0 && bytes[0] is not (0xFE or 0xFF))
        {
            _known = true;
            return bytes;
        }
        int more = Math.Min(Needed - _used, bytes.Length);
        bytes[..more].CopyTo(_head.AsSpan(_used));
        _used += more;
        return _used < Needed ? [] : Begin(bytes[more..]);
    }

    /// <summary>What was kept back when the log ends.</summary>
    public ReadOnlySpan<byte> Rest() => _known ? [] : Begin([]);

    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> bytes)
    {
        _known = true;
        byte[] all = [.. _head.AsSpan(0, _used), .. bytes];
        _decoder = _used < Needed ? null : _head switch
        {
            [0xFF, 0xFE, > 0, 0] => Encoding.Unicode.GetDecoder(),
            [0xFE, 0xFF, 0, > 0] => Encoding.BigEndianUnicode.GetDecoder(),
            _ => null,
        };
        return _decoder is null ? all : Decoded(all.AsSpan(2));
    }

    private byte[] Decoded(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[bytes.Length + 1];
        int length = _decoder!.GetChars(bytes, text, flush: false);
        return Encoding.UTF8.GetBytes(text, 0, length);
    }
}
