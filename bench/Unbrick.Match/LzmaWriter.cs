using System.Buffers.Binary;

namespace Unbrick.Match;

/// <summary>
/// Packs bytes as an LZMA stream of literals alone, with the parameters of OpenWrt's kernels (<c>lzma e -lc1 -lp2 -pb2</c>, openwrt
/// include/image-commands.mk). It makes nothing much smaller; a reader has the same work as with any stream.
/// </summary>
internal sealed class LzmaWriter
{
    private const int LiteralContext = 1, LiteralPosition = 2, Position = 2;

    private readonly List<byte> _out = [];
    private readonly ushort[] _isMatch = Even(1 << Position);
    private readonly ushort[] _literals = Even(0x300 << (LiteralContext + LiteralPosition));
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _cache;
    private long _pending = 1;

    public static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        LzmaWriter writer = new();
        Span<byte> head = stackalloc byte[13];
        head[0] = (Position * 5 + LiteralPosition) * 9 + LiteralContext;
        BinaryPrimitives.WriteUInt32LittleEndian(head[1..], 1 << 23);
        BinaryPrimitives.WriteInt64LittleEndian(head[5..], plain.Length);
        writer._out.AddRange(head);
        for (int at = 0; at < plain.Length; at++)
            writer.Literal(at, at > 0 ? plain[at - 1] : (byte)0, plain[at]);
        for (int i = 0; i < 5; i++)
            writer.Shift();
        return writer._out.ToArray();
    }

    private void Literal(int at, byte before, byte value)
    {
        Bit(ref _isMatch[at & ((1 << Position) - 1)], 0);
        int context = ((at & ((1 << LiteralPosition) - 1)) << LiteralContext) + (before >> (8 - LiteralContext));
        int node = 1;
        for (int bit = 7; bit >= 0; bit--)
        {
            int next = (value >> bit) & 1;
            Bit(ref _literals[0x300 * context + node], next);
            node = node << 1 | next;
        }
    }

    private void Bit(ref ushort probability, int bit)
    {
        uint bound = (_range >> 11) * probability;
        if (bit == 0)
        {
            _range = bound;
            probability += (ushort)((2048 - probability) >> 5);
        }
        else
        {
            _low += bound;
            _range -= bound;
            probability -= (ushort)(probability >> 5);
        }
        while (_range < 1 << 24)
        {
            _range <<= 8;
            Shift();
        }
    }

    private void Shift()
    {
        if (_low is < 0xFF00_0000 or > uint.MaxValue)
        {
            byte carry = (byte)(_low >> 32);
            for (byte next = _cache; _pending > 0; _pending--, next = 0xFF)
                _out.Add((byte)(next + carry));
            _cache = (byte)(_low >> 24);
        }
        _pending++;
        _low = (_low & 0x00FF_FFFF) << 8;
    }

    private static ushort[] Even(int count)
    {
        ushort[] probabilities = new ushort[count];
        Array.Fill(probabilities, (ushort)1024);
        return probabilities;
    }
}
