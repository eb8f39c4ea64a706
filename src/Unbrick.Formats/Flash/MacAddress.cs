using System.Globalization;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>
/// A MAC address as a number, so that the addresses of one unit, which lie close together, can be counted and compared.
/// </summary>
/// <param name="Value">The six bytes, the first one highest.</param>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    public const int Size = 6;

    private const ulong Multicast = 1UL << 40, Local = 1UL << 41, All = (1UL << 48) - 1, SerialBits = (1UL << 24) - 1;

    /// <summary>For a group of receivers: no network card may have such an address of its own.</summary>
    public bool IsMulticast => (Value & Multicast) != 0;

    /// <summary>Made up by software, not given out by a vendor.</summary>
    public bool IsLocal => (Value & Local) != 0;

    public bool IsZero => Value == 0;

    /// <summary>All ones: broadcast, and what erased flash reads as.</summary>
    public bool IsBroadcast => Value == All;

    /// <summary>Nobody wrote an address there.</summary>
    public bool IsBlank => IsZero || IsBroadcast;

    /// <summary>Reads six bytes; the caller has checked the length.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) => new((ulong)bytes.Be16(0) << 32 | bytes.Be32(2));

    public void Write(Span<byte> bytes)
    {
        for (int i = 0; i < Size; i++)
            bytes[i] = (byte)(Value >> (40 - (8 * i)));
    }

    /// <summary>
    /// As people and tools write it: <c>64:70:02:ab:cd:ef</c>, <c>64-70-02-AB-CD-EF</c>, <c>6470.02ab.cdef</c>, <c>647002ABCDEF</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;
        text = text.Trim();
        char separator = text.Contains(':') ? ':' : text.Contains('-') ? '-' : text.Contains('.') ? '.' : '\0';
        (int groups, int digits) = separator switch { '\0' => (1, 12), '.' => (3, 4), _ => (6, 2) };
        ulong value = 0;
        for (int group = 0; group < groups; group++)
        {
            int end = group == groups - 1 ? text.Length : text.IndexOf(separator);
            if (end != digits || !ulong.TryParse(text[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong part))
                return false;
            value = value << (digits * 4) | part;
            text = group == groups - 1 ? [] : text[(end + 1)..];
        }
        mac = new MacAddress(value);
        return true;
    }

    /// <summary>The address <paramref name="steps"/> further on. The vendor's three bytes stay, as in OpenWrt's macaddr_add.</summary>
    public MacAddress Next(int steps = 1) => new((Value & ~SerialBits) | (ulong)((long)(Value & SerialBits) + steps) & SerialBits);

    /// <summary>The same vendor prefix. The bits for multicast and local do not count: vendors set the latter for a second radio.</summary>
    public bool SamePrefix(MacAddress other) => (((Value ^ other.Value) >> 24) & ~((Multicast | Local) >> 24)) == 0;

    /// <summary>How many addresses lie between two of the same prefix.</summary>
    public int StepsFrom(MacAddress other) => Math.Abs((int)(Value & SerialBits) - (int)(other.Value & SerialBits));

    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return ByteSpans.MacText(bytes);
    }
}
