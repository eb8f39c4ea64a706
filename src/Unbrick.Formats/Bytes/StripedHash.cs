namespace Unbrick.Formats.Bytes;

/// <summary>What the two sizes of xxHash have in common: bytes come in pieces, and are mixed in whole stripes.</summary>
/// <param name="stripe">Bytes of a stripe, a power of two.</param>
public abstract class StripedHash(int stripe)
{
    private readonly byte[] _rest = new byte[stripe];
    private int _restCount;

    /// <summary>Bytes so far.</summary>
    private protected ulong Length { get; private set; }

    /// <summary>The bytes behind the last whole stripe.</summary>
    private protected ReadOnlySpan<byte> Rest => _rest.AsSpan(0, _restCount);

    /// <summary>Takes the next bytes, however many.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += (ulong)bytes.Length;
        if (_restCount > 0)
        {
            int count = Math.Min(bytes.Length, stripe - _restCount);
            bytes[..count].CopyTo(_rest.AsSpan(_restCount));
            _restCount += count;
            bytes = bytes[count..];
            if (_restCount < stripe)
                return;
            Take(_rest);
            _restCount = 0;
        }
        int whole = bytes.Length & ~(stripe - 1);
        Take(bytes[..whole]);
        bytes[whole..].CopyTo(_rest);
        _restCount = bytes.Length - whole;
    }

    /// <summary>Mixes whole stripes, any number of them.</summary>
    private protected abstract void Take(ReadOnlySpan<byte> stripes);
}
