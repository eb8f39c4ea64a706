using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

// All numbers big-endian (Devicetree specification 0.4, chapter 5; dtc libfdt/fdt.h):
//   00  4  magic D00DFEED             14  4  version (17)
//   04  4  length of the whole tree   18  4  oldest version it is compatible with (16)
//   08  4  offset of the structure    1C  4  CPU that boots
//   0C  4  offset of the strings      20  4  length of the strings
//   10  4  offset of the reservations 24  4  length of the structure (since 17)

/// <summary>The 40-byte header of a flattened device tree.</summary>
public readonly record struct DeviceTreeHeader(
    uint Magic, uint TotalSize, uint StructAt, uint StringsAt, uint ReservedAt, uint Version, uint OldestVersion, uint StringsSize, uint StructSize)
{
    public const int Size = 40;

    public const uint UsualMagic = 0xD00DFEED;

    private const uint Begin = 1;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out DeviceTreeHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        uint version = bytes.Be32(0x14);
        header = new(
            bytes.Be32(0), bytes.Be32(4), bytes.Be32(8), bytes.Be32(0xC), bytes.Be32(0x10), version, bytes.Be32(0x18), bytes.Be32(0x20),
            version >= 17 ? bytes.Be32(0x24) : 0);
        return true;
    }

    /// <summary>The versions that boot loaders and kernels read.</summary>
    public bool VersionFits => Version is >= 16 and < 0x100 && OldestVersion <= 17;

    public bool StructFits => StructAt >= Size && StructAt % 4 == 0 && (long)StructAt + StructSize <= TotalSize;

    public bool StringsFit => StringsAt >= Size && (long)StringsAt + StringsSize <= TotalSize;

    /// <summary>
    /// How many of six things agree that hardly agree by chance. A header with one damaged field still has five; machine code that loads
    /// the magic number as a constant has none or one.
    /// </summary>
    public int Agreements(ReadOnlySpan<byte> bytes)
    {
        int agree = VersionFits ? 1 : 0;
        agree += OldestVersion is 16 or 17 ? 1 : 0;
        agree += StructFits ? 1 : 0;
        agree += StringsFit ? 1 : 0;
        agree += ReservedAt >= Size && ReservedAt % 8 == 0 && ReservedAt < TotalSize ? 1 : 0;
        agree += StructAt <= bytes.Length - 8L && bytes.Be32((int)StructAt) == Begin ? 1 : 0;
        return agree;
    }
}
