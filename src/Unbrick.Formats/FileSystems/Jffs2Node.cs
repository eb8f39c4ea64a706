using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Every node begins with 12 bytes, in the byte order of the CPU, at a multiple of 4 (linux include/uapi/linux/jffs2.h):
//   00  2  magic 1985     04  4  length with this header
//   02  2  type           08  4  CRC (from 0, not inverted) of the 8 bytes before
// Behind it the node's own fields; where the CRCs stand:
//   directory entry E001  20  4  CRC of the first 0x20   24  4  CRC of the name (at 28, its length at 1C)
//   inode           E002  3C  4  CRC of the data (at 44, its length at 30)   40  4  CRC of the first 0x3C
//   summary         2006  18  4  CRC of what follows at 20   1C  4  CRC of the first 0x18
// Bit 13 of the type ("accurate") is cleared in place on NOR flash when a node becomes obsolete; the CRC was made with it set.

/// <summary>One node of a JFFS2 file system, its header proven by its CRC.</summary>
public readonly record struct Jffs2Node(ushort Type, int Length, bool Obsolete, bool BigEndian)
{
    public const int HeaderSize = 12;

    public const ushort Magic = 0x1985;

    public const ushort DirectoryEntry = 0xE001, Inode = 0xE002, CleanMarker = 0x2003, Padding = 0x2004, Summary = 0x2006, Attribute = 0xE008,
        AttributeReference = 0xE009;

    private const ushort Accurate = 0x2000;

    /// <summary>The node there. False when magic, type, length or CRC do not fit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool bigEndian, out Jffs2Node node) =>
        TryRead(bytes, bigEndian, repairMagic: false, out node);

    /// <summary>The same, with the magic number taken as right whatever stands there: the CRC covers it, and so proves it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool bigEndian, bool repairMagic, out Jffs2Node node)
    {
        node = default;
        if (bytes.Length < HeaderSize)
            return false;
        if (!repairMagic && (bigEndian ? bytes.Be16(0) : bytes.Le16(0)) != Magic)
            return false;
        ushort stored = bigEndian ? bytes.Be16(2) : bytes.Le16(2);
        ushort type = (ushort)(stored | Accurate);
        uint length = bigEndian ? bytes.Be32(4) : bytes.Le32(4);
        if (length < HeaderSize || length > int.MaxValue - 3 || !IsType(type))
            return false;
        Span<byte> covered = stackalloc byte[8];
        bytes[..8].CopyTo(covered);
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(covered, Magic);
            BinaryPrimitives.WriteUInt16BigEndian(covered[2..], type);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(covered, Magic);
            BinaryPrimitives.WriteUInt16LittleEndian(covered[2..], type);
        }
        if (Crc32.Raw(covered) != (bigEndian ? bytes.Be32(8) : bytes.Le32(8)))
            return false;
        node = new(type, (int)length, stored != type, bigEndian);
        return true;
    }

    /// <summary>What its own CRCs say about a node that is there as a whole; null when they fit. Obsolete nodes are nobody's business.</summary>
    public string? Damage(ReadOnlySpan<byte> bytes)
    {
        if (Obsolete)
            return null;
        switch (Type)
        {
            case DirectoryEntry when bytes.Length >= 0x28:
                if (Crc32.Raw(bytes[..0x20]) != Word(bytes, 0x20))
                    return "CRC of a directory entry does not fit";
                int name = bytes[0x1C];
                return 0x28 + name > bytes.Length || Crc32.Raw(bytes.Slice(0x28, name)) != Word(bytes, 0x24)
                    ? "CRC of a file name does not fit" : null;
            case Inode when bytes.Length >= 0x44:
                if (Crc32.Raw(bytes[..0x3C]) != Word(bytes, 0x40))
                    return "CRC of an inode does not fit";
                uint data = Word(bytes, 0x30);
                return 0x44L + data > bytes.Length || Crc32.Raw(bytes.Slice(0x44, (int)data)) != Word(bytes, 0x3C)
                    ? "CRC of an inode's data does not fit" : null;
            case Summary when bytes.Length >= 0x20:
                if (Crc32.Raw(bytes[..0x18]) != Word(bytes, 0x1C))
                    return "CRC of a summary does not fit";
                return Crc32.Raw(bytes[0x20..]) != Word(bytes, 0x18) ? "CRC of a summary's entries does not fit" : null;
            case DirectoryEntry or Inode or Summary:
                return "a node is shorter than its fields";
            default:
                return null;
        }
    }

    private static bool IsType(ushort type) =>
        type is DirectoryEntry or Inode or CleanMarker or Padding or Summary or Attribute or AttributeReference;

    private uint Word(ReadOnlySpan<byte> bytes, int at) => BigEndian ? bytes.Be32(at) : bytes.Le32(at);
}
