using System.Buffers.Binary;
using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Formats.Bytes;

/// <summary>Reading headers: numbers by offset and byte order, texts in fields of fixed length. The caller has checked the length.</summary>
internal static class ByteSpans
{
    extension(ReadOnlySpan<byte> bytes)
    {
        public uint Be32(int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

        public uint Le32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

        public ushort Be16(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

        public ushort Le16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

        public ulong Be64(int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

        public ulong Le64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

        /// <summary>The field up to its first NUL (or FF, which fills some), safe to show.</summary>
        public string FieldText(int at, int length) => SafeText.Show(bytes.Field(at, length));

        /// <summary>The bytes of a text field up to its first NUL or FF.</summary>
        public ReadOnlySpan<byte> Field(int at, int length)
        {
            ReadOnlySpan<byte> field = bytes.Slice(at, length);
            int end = field.IndexOfAny((byte)0, (byte)0xFF);
            return end < 0 ? field : field[..end];
        }

        /// <summary>All of these bytes are this one (true for none at all).</summary>
        public bool IsAll(byte value) => bytes.IndexOfAnyExcept(value) < 0;

        /// <summary>The text stands at this place.</summary>
        public bool Has(ReadOnlySpan<byte> text, int at = 0) => at <= bytes.Length - text.Length && bytes.Slice(at, text.Length).SequenceEqual(text);
    }

    /// <summary><c>02:aa:bb:cc:dd:ee</c>.</summary>
    public static string MacText(ReadOnlySpan<byte> mac)
    {
        StringBuilder text = new(17);
        foreach (byte b in mac)
            text.Append(text.Length > 0 ? ":" : "").Append(b.ToString("x2", null));
        return text.ToString();
    }
}
