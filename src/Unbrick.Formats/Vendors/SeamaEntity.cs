using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// All numbers big-endian (openwrt/firmware-utils src/seama.h, seama.c):
//   00  4  magic 5EA3A417      08  4  image length
//   04  2  reserved            0C 16  MD5 of the image, only when it has a length
//   06  2  meta length         ..     meta: key=value, each ended by NUL, the whole padded to 4; then the image

/// <summary>Header of one SEAMA entity.</summary>
public readonly record struct SeamaEntity(uint Magic, ushort Reserved, ushort MetaLength, uint ImageLength)
{
    public const int Size = 12;

    public const uint UsualMagic = 0x5EA3A417;

    /// <summary>seama reads no longer meta data.</summary>
    public const int LongestMeta = 1024;

    /// <summary>Where the MD5 stands, when there is one.</summary>
    public const int DigestAt = 0xC;

    public const int DigestSize = 16;

    /// <summary>Where the meta data begins: an entity that only seals others has no digest.</summary>
    public int MetaAt => ImageLength > 0 ? DigestAt + DigestSize : DigestAt;

    public int ImageAt => MetaAt + MetaLength;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SeamaEntity entity)
    {
        entity = default;
        if (bytes.Length < Size)
            return false;
        entity = new(bytes.Be32(0), bytes.Be16(4), bytes.Be16(6), bytes.Be32(8));
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], Reserved);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], MetaLength);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ImageLength);
    }

    /// <summary>The rest of the header is as of a SEAMA entity, whatever its magic number says.</summary>
    public bool IsPlausible(ReadOnlySpan<byte> bytes)
    {
        if (Reserved != 0 || MetaLength is 0 or > LongestMeta || ImageAt > bytes.Length)
            return false;
        ReadOnlySpan<byte> meta = bytes.Slice(MetaAt, MetaLength);
        int end = meta.IndexOf((byte)0);
        return end > 0 && VendorRules.IsText(meta[..end]) && meta[..end].Contains((byte)'=');
    }
}
