using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.FileSystems;

/// <summary>Makes UBI images whose volumes lie in pieces, the last piece first.</summary>
internal static class UbiMaker
{
    private const int VolumeHeaderAt = 0x40, DataAt = 0x80;

    /// <summary>The image; both copies of the volume table come first.</summary>
    public static byte[] Make(int block, params Content[] contents)
    {
        int each = block - DataAt;
        List<byte[]> blocks = [Block(block, UbiVolumeHeader.TableVolume, 0, 1, Table(each, contents)), Block(block, UbiVolumeHeader.TableVolume, 1, 1, Table(each, contents))];
        for (int id = 0; id < contents.Length; id++)
        {
            byte[] bytes = contents[id].Bytes;
            int pieces = (bytes.Length + each - 1) / each;
            for (int i = pieces - 1; i >= 0; i--)
            {
                byte[] data = bytes[(i * each)..Math.Min((i + 1) * each, bytes.Length)];
                if (i != contents[id].Without)
                    blocks.Add(Block(block, (uint)id, (uint)(i + contents[id].Beyond), contents[id].IsStatic ? UbiVolumeHeader.Static : (byte)1, data, (uint)pieces));
            }
        }
        byte[] image = [.. blocks.SelectMany(bytes => bytes)];
        return new Ubi().Rewrite(Samples.Claimed(image))!;
    }

    private static byte[] Table(int length, Content[] contents)
    {
        byte[] table = new byte[Math.Min(length, 128 * UbiVolume.RecordSize)];
        for (int id = 0; id < contents.Length; id++)
        {
            Span<byte> record = table.AsSpan(id * UbiVolume.RecordSize, UbiVolume.RecordSize);
            BinaryPrimitives.WriteUInt32BigEndian(record, (uint)((contents[id].Bytes.Length / length) + 1));
            record[0xC] = contents[id].IsStatic ? (byte)2 : (byte)1;
            BinaryPrimitives.WriteUInt16BigEndian(record[0xE..], (ushort)contents[id].Name.Length);
            Encoding.ASCII.GetBytes(contents[id].Name, record[0x10..]);
        }
        return table;
    }

    /// <summary>A block with its two headers; <see cref="Ubi.Rewrite"/> puts the other checksums in.</summary>
    private static byte[] Block(int size, uint volume, uint number, byte kind, byte[] data, uint used = 0)
    {
        byte[] bytes = new byte[size];
        bytes.AsSpan().Fill(0xFF);
        Span<byte> erase = bytes.AsSpan(0, UbiEraseHeader.Size), header = bytes.AsSpan(VolumeHeaderAt, UbiVolumeHeader.Size);
        erase.Clear();
        "UBI#\u0001"u8.CopyTo(erase);
        BinaryPrimitives.WriteUInt32BigEndian(erase[0x10..], VolumeHeaderAt);
        BinaryPrimitives.WriteUInt32BigEndian(erase[0x14..], DataAt);
        BinaryPrimitives.WriteUInt32BigEndian(erase[0x18..], 5);
        BinaryPrimitives.WriteUInt32BigEndian(erase[UbiEraseHeader.Covered..], Crc32.NotInverted(erase[..UbiEraseHeader.Covered]));
        header.Clear();
        "UBI!\u0001"u8.CopyTo(header);
        header[5] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], volume);
        BinaryPrimitives.WriteUInt32BigEndian(header[0xC..], number);
        if (kind == UbiVolumeHeader.Static)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header[0x14..], (uint)data.Length);
            BinaryPrimitives.WriteUInt32BigEndian(header[0x18..], used);
        }
        data.CopyTo(bytes, DataAt);
        return bytes;
    }

    /// <summary>A volume: its bytes, a piece that is left out, and how much higher than they should be the numbers of its pieces are.</summary>
    internal sealed record Content(string Name, byte[] Bytes, bool IsStatic = false, int Without = -1, int Beyond = 0);
}
