using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// A tag is a number of 32 bits in the processor's order (openwrt/openwrt drivers/platform/mikrotik/routerboot.c): the lower half its id, the
// upper half the bytes of its content, which follows and is filled to a multiple of 4. A tag of zero ends the list.

/// <summary>The tags of one configuration of RouterBOOT, with their places.</summary>
/// <param name="BigEndian">Order of the numbers.</param>
/// <param name="Places">Place and length of the content by the id of the tag; the first one of an id counts.</param>
/// <param name="End">Behind the tag that ends the list, or behind what could be read.</param>
/// <param name="Ended">The list has an end.</param>
internal sealed record RouterBootTags(bool BigEndian, Dictionary<int, RouterBootTag> Places, int End, bool Ended)
{
    private const int LargestId = 0x30, MostTags = 64;

    /// <summary>As many as there are; stops at what no tag can be.</summary>
    public static RouterBootTags Read(ReadOnlySpan<byte> bytes, int from, bool bigEndian)
    {
        Dictionary<int, RouterBootTag> places = [];
        int at = from;
        for (int i = 0; i < MostTags && at + 4 <= bytes.Length; i++)
        {
            uint node = Number(bytes, at, bigEndian);
            if (node == 0)
                return new(bigEndian, places, at + 4, true);
            (int id, int length) = ((int)(node & 0xFFFF), (int)(node >> 16));
            if (id is 0 or > LargestId || at + 4 + (long)length > bytes.Length)
                break;
            places.TryAdd(id, new RouterBootTag(at + 4, length));
            at += 4 + (length + 3 & ~3);
        }
        return new(bigEndian, places, Math.Min(at, bytes.Length), false);
    }

    /// <summary>The content of a tag; nothing when it is not there.</summary>
    public ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, int id) =>
        Places.TryGetValue(id, out RouterBootTag? place) ? bytes.Slice(place.At, place.Length) : [];

    /// <summary>A number of 32 bits; null when the tag is not there or has another length.</summary>
    public uint? Number(ReadOnlySpan<byte> bytes, int id) =>
        Places.TryGetValue(id, out RouterBootTag? place) && place.Length == 4 ? Number(bytes, place.At, BigEndian) : null;

    private static uint Number(ReadOnlySpan<byte> bytes, int at, bool bigEndian) => bigEndian ? bytes.Be32(at) : bytes.Le32(at);
}

/// <summary>Where the content of a tag is.</summary>
internal sealed record RouterBootTag(int At, int Length);
