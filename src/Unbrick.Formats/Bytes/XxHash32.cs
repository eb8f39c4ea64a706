using System.Numerics;

namespace Unbrick.Formats.Bytes;

/// <summary>XXH32 with seed 0 (xxhash_spec.md by Y. Collet), in pieces: the check of lz4 frames.</summary>
public sealed class XxHash32() : StripedHash(Stripe)
{
    private const uint Prime1 = 0x9E3779B1, Prime2 = 0x85EBCA77, Prime3 = 0xC2B2AE3D, Prime4 = 0x27D4EB2F, Prime5 = 0x165667B1;
    private const int Stripe = 16;

    private uint _a = unchecked(Prime1 + Prime2), _b = Prime2, _c, _d = unchecked(0 - Prime1);

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        XxHash32 hash = new();
        hash.Append(bytes);
        return hash.Value();
    }

    public uint Value()
    {
        uint hash = Length < Stripe
            ? Prime5
            : BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
        hash += (uint)Length;
        ReadOnlySpan<byte> rest = Rest;
        for (; rest.Length >= 4; rest = rest[4..])
            hash = BitOperations.RotateLeft(hash + (rest.Le32(0) * Prime3), 17) * Prime4;
        foreach (byte b in rest)
            hash = BitOperations.RotateLeft(hash + (b * Prime5), 11) * Prime1;
        hash = (hash ^ hash >> 15) * Prime2;
        hash = (hash ^ hash >> 13) * Prime3;
        return hash ^ hash >> 16;
    }

    private protected override void Take(ReadOnlySpan<byte> stripes)
    {
        uint a = _a, b = _b, c = _c, d = _d;
        for (; stripes.Length >= Stripe; stripes = stripes[Stripe..])
        {
            a = Round(a, stripes.Le32(0));
            b = Round(b, stripes.Le32(4));
            c = Round(c, stripes.Le32(8));
            d = Round(d, stripes.Le32(12));
        }
        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private static uint Round(uint lane, uint value) => BitOperations.RotateLeft(lane + (value * Prime2), 13) * Prime1;
}
