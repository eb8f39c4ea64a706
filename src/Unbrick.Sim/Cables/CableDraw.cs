namespace Unbrick.Sim.Cables;

/// <summary>
/// Chance without a running state: every draw is a hash of seed, direction, frame number and fault. So a frame's fate depends on nothing
/// but its place in the traffic, and asking for duplicates does not change which frames are lost.
/// </summary>
internal static class CableDraw
{
    /// <summary>A number from 0 up to, not including, 1.</summary>
    public static double Unit(ulong seed, int lane, ulong frame, CableFault fault)
    {
        ulong x = Mix(seed + 0x9e37_79b9_7f4a_7c15);
        x = Mix(x ^ ((ulong)lane << 8 | (ulong)fault));
        x = Mix(x + frame * 0x9e37_79b9_7f4a_7c15);
        return (x >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58_476d_1ce4_e5b9;
        x = (x ^ (x >> 27)) * 0x94d0_49bb_1331_11eb;
        return x ^ (x >> 31);
    }
}

/// <summary>What can happen to a frame; each has draws of its own.</summary>
internal enum CableFault
{
    Loss,
    Duplication,
    Reordering,
}
