using System.Numerics;

namespace Unbrick.Formats.Bytes;

/// <summary>XXH64 with seed 0 (xxhash_spec.md by Y. Collet), in pieces: the check of zstd frames.</summary>
public sealed class XxHash64() : StripedHash(Stripe)
{
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63, Prime5 = 0x27D4EB2F165667C5;
    private const int Stripe = 32;

    private ulong _a = unchecked(Prime1 + Prime2), _b = Prime2, _c, _d = unchecked(0 - Prime1);

    public static ulong Compute(ReadOnlySpan<byte> bytes)
    {
        XxHash64 hash = new();
        hash.Append(bytes);
        return hash.Value();
    }

    public ulong Value()
    {
        ulong hash = Prime5;
        if (Length >= Stripe)
        {
            hash = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7)
                + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
            foreach (ulong lane in (ReadOnlySpan<ulong>)[_a, _b, _c, _d])
                hash = ((hash ^ Round(0, lane)) * Prime1) + Prime4;
        }
        hash += Length;
        ReadOnlySpan<byte> rest = Rest;
        for (; rest.Length >= 8; rest = rest[8..])
            hash = (BitOperations.RotateLeft(hash ^ Round(0, rest.Le64(0)), 27) * Prime1) + Prime4;
        if (rest.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (rest.Le32(0) * Prime1), 23) * Prime2) + Prime3;
            rest = rest[4..];
        }
        foreach (byte b in rest)
            hash = BitOperations.RotateLeft(hash ^ (b * Prime5), 11) * Prime1;
        hash = (hash ^ hash >> 33) * Prime2;
        hash = (hash ^ hash >> 29) * Prime3;
        return hash ^ hash >> 32;
    }

    private protected override void Take(ReadOnlySpan<byte> stripes)
    {
        ulong a = _a, b = _b, c = _c, d = _d;
        for (; stripes.Length >= Stripe; stripes = stripes[Stripe..])
        {
            a = Round(a, stripes.Le64(0));
            b = Round(b, stripes.Le64(8));
            c = Round(c, stripes.Le64(16));
            d = Round(d, stripes.Le64(24));
        }
        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private static ulong Round(ulong lane, ulong value) => BitOperations.RotateLeft(lane + (value * Prime2), 31) * Prime1;
}
