namespace Unbrick.Formats.Vendors;

/// <summary>
/// Checksum of Netgear .chk files (firmware-utils src/mkchkimg.c): the sum of the bytes and the sum of those sums, both folded to 16 bits.
/// Kept unfolded, so that the sum of a whole comes from those of its parts.
/// </summary>
internal readonly record struct NetgearSum(uint Bytes, uint Sums)
{
    /// <summary>As it stands in the header.</summary>
    public uint Value => Fold(Sums) << 16 | Fold(Bytes);

    public static NetgearSum Of(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0, sums = 0;
        foreach (byte b in bytes)
        {
            sum += b;
            sums += sum;
        }
        return new(sum, sums);
    }

    /// <summary>The sum of these bytes followed by others.</summary>
    public NetgearSum Then(NetgearSum next, int nextLength) => new(Bytes + next.Bytes, Sums + next.Sums + ((uint)nextLength * Bytes));

    private static uint Fold(uint value)
    {
        uint once = (value & 0xFFFF) + (value >> 16);
        return (once + (once >> 16)) & 0xFFFF;
    }
}
