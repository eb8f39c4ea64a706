using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Xiaomi;

// Little-endian (openwrt/firmware-utils src/xiaomifw.c, struct xiaomi_blob_header):
//   00 4 0000BABE   04 4 flash offset   08 4 length of the data   0C 2 type   0E 2 0   10 32 name, NUL-padded   30 .. data

/// <summary>A section of a Xiaomi image: data, and where in the flash it goes.</summary>
/// <param name="FlashOffset"><see cref="NotFlashed"/> for what is only read, as the version text is.</param>
/// <param name="Type">1 boot loader, 4 and 7 kernel with root file system, 6 second system, FFFF none of them.</param>
/// <param name="Name"><c>firmware.bin</c>, <c>xiaoqiang_version</c>.</param>
/// <param name="Data">What is written.</param>
public readonly record struct XiaomiSection(uint FlashOffset, ushort Type, string Name, ReadOnlyMemory<byte> Data)
{
    public const int HeaderSize = 48;

    public const uint NotFlashed = 0xFFFF_FFFF;

    internal const uint Magic = 0x0000_BABE;

    internal const int NameOffset = 0x10, NameLength = 32;

    /// <summary>Header and data; the data must fit.</summary>
    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], FlashOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)Data.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[0xC..], Type);
        Encoding.ASCII.GetBytes(Name.AsSpan(0, Math.Min(Name.Length, NameLength)), bytes[NameOffset..]);
        Data.Span.CopyTo(bytes[HeaderSize..]);
    }

    /// <summary>A section header begins here.</summary>
    internal static bool IsAt(ReadOnlySpan<byte> bytes, long at) => at + HeaderSize <= bytes.Length && bytes.Le32((int)at) == Magic;
}
