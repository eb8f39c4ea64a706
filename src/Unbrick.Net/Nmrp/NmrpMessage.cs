using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Net.Nmrp;

/// <summary>One NMRP message as it stands behind an Ethernet header; all numbers are big-endian.</summary>
/// <remarks>
/// <code>
/// header   reserved u16 = 0 | code u8 | id u8 = 0 | length u16, header and options
/// option   type u16 | length u16, these four bytes and the value | value
/// </code>
/// Frames of less than 60 bytes arrive padded: what stands behind <c>length</c> is no option. Devices compare the lengths strictly and drop
/// what does not come out even (Netgear's U-Boot, net/nmrp.c: <c>Nmrp_Parse_Opts</c>); here options are read as far as they go, as nmrpflash
/// does, because nobody's requests need one.
/// </remarks>
public readonly ref struct NmrpMessage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 6;

    /// <summary>Bytes of an option before its value.</summary>
    public const int OptionHeaderSize = 4;

    /// <summary>Longest file name that a TFTP request has room for beside its options.</summary>
    private const int LongestName = 255;

    private readonly ReadOnlySpan<byte> _options;

    private NmrpMessage(NmrpCode code, ReadOnlySpan<byte> options)
    {
        Code = code;
        _options = options;
    }

    /// <summary>What it says; may be a number without a name.</summary>
    public NmrpCode Code { get; }

    /// <summary>Reads a message; false for what is shorter than it says, or than a header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out NmrpMessage message)
    {
        message = default;
        if (payload.Length < HeaderSize)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        if (length < HeaderSize || length > payload.Length)
            return false;
        message = new NmrpMessage((NmrpCode)payload[2], payload[HeaderSize..length]);
        return true;
    }

    /// <summary>Finds the first option of a type; false when it is not there before the end or before something that is no option.</summary>
    public bool TryGet(NmrpOption wanted, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = _options;
        while (rest.Length >= OptionHeaderSize)
        {
            int size = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (size < OptionHeaderSize || size > rest.Length)
                break;
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == (ushort)wanted)
            {
                value = rest[OptionHeaderSize..size];
                return true;
            }
            rest = rest[size..];
        }
        value = default;
        return false;
    }

    /// <summary>
    /// The name in an upload request, up to its first NUL; null when there is none that can be put into a TFTP request (RFC 1350: printable
    /// ASCII).
    /// </summary>
    public string? FileName()
    {
        if (!TryGet(NmrpOption.FileName, out ReadOnlySpan<byte> value))
            return null;
        int end = value.IndexOf((byte)0);
        if (end >= 0)
            value = value[..end];
        return value.Length is 0 or > LongestName || value.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(value);
    }
}
