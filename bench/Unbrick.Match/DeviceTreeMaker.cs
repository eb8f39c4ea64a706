using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Match;

/// <summary>A device tree with nothing but the names of the board (Devicetree Specification, chapter 5).</summary>
internal static class DeviceTreeMaker
{
    public static byte[] Make(IEnumerable<string> compatible)
    {
        byte[] names = Encoding.ASCII.GetBytes(string.Join('\0', compatible) + "\0");
        byte[] strings = "compatible\0"u8.ToArray();
        int padded = (names.Length + 3) & ~3, structure = 56, text = structure + 8 + 12 + padded + 8, total = text + strings.Length;
        byte[] tree = new byte[total];
        uint[] header = [0xD00DFEED, (uint)total, (uint)structure, (uint)text, 40, 17, 16, 0, (uint)strings.Length, (uint)(text - structure)];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4 * i), header[i]);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure), 1);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 8), 3);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 12), (uint)names.Length);
        names.CopyTo(tree, structure + 20);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 20 + padded), 2);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 24 + padded), 9);
        strings.CopyTo(tree, text);
        return tree;
    }
}
