namespace Unbrick.Net.Dhcp;

/// <summary>Steps over the options of one field; each step moves on by at least one byte, so it ends on any input.</summary>
internal ref struct DhcpOptionWalker(ReadOnlySpan<byte> field)
{
    private ReadOnlySpan<byte> _rest = field;

    public byte Code { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool IsCutShort { get; private set; }

    public bool Next()
    {
        while (_rest is [DhcpOption.Pad, ..])
            _rest = _rest[1..];
        if (_rest is [] or [DhcpOption.End, ..])
            return false;
        if (_rest.Length < 2 || _rest.Length < 2 + _rest[1])
        {
            IsCutShort = true;
            _rest = default;
            return false;
        }
        Code = _rest[0];
        Value = _rest.Slice(2, _rest[1]);
        _rest = _rest[(2 + Value.Length)..];
        return true;
    }

    public void ToEnd()
    {
        while (Next())
            continue;
    }
}
