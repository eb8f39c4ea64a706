using System.Buffers.Binary;
using System.Net;

namespace Unbrick.Net;

/// <summary>IPv4 addresses as numbers, for pools and networks.</summary>
public static class Ipv4
{
    /// <summary>The address as a number in host order: 192.168.0.1 is 0xc0a80001.</summary>
    public static uint ToNumber(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[4];
        return address.MapToIPv4().TryWriteBytes(bytes, out int written) && written == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException($"{address} is no IPv4 address", nameof(address));
    }

    /// <summary>The inverse of <see cref="ToNumber"/>.</summary>
    public static IPAddress FromNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>The mask of a prefix: 24 is 255.255.255.0.</summary>
    public static uint Mask(int prefixLength) => prefixLength <= 0 ? 0 : uint.MaxValue << (32 - prefixLength);

    /// <summary>Reads dotted decimal with four parts; unlike <see cref="IPAddress.TryParse(string, out IPAddress)"/> neither "10.1" nor octal.</summary>
    public static bool TryParse(string? text, out IPAddress address)
    {
        address = IPAddress.None;
        string[] parts = (text ?? "").Split('.');
        if (parts.Length != 4)
            return false;
        uint number = 0;
        foreach (string part in parts)
        {
            if (part.Length is 0 or > 3 || !byte.TryParse(part, System.Globalization.NumberStyles.None, null, out byte value))
                return false;
            number = number << 8 | value;
        }
        address = FromNumber(number);
        return true;
    }
}
