using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>U-Boot's environment: a CRC-32, little endian, then <c>name=value</c> strings with a NUL each, and one more at the end.</summary>
internal sealed class UBootEnvironment(int size)
{
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads it; false, and nothing is read, when its CRC is wrong.</summary>
    public bool Read(ReadOnlySpan<byte> flash)
    {
        ReadOnlySpan<byte> data = flash[4..size];
        if (BinaryPrimitives.ReadUInt32LittleEndian(flash) != SimCrc32.Of(data))
            return false;
        Values.Clear();
        foreach (string item in Encoding.Latin1.GetString(data[..Math.Max(0, data.IndexOf("\0\0"u8))]).Split('\0'))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                Values[item[..equals]] = item[(equals + 1)..];
        }
        return true;
    }

    public byte[] Write()
    {
        byte[] bytes = new byte[size];
        byte[] text = Encoding.Latin1.GetBytes(Text("\0") + "\0");
        text.AsSpan(0, Math.Min(text.Length, size - 4)).CopyTo(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, SimCrc32.Of(bytes.AsSpan(4)));
        return bytes;
    }

    public string Text(string end) => string.Concat(Values.Select(v => $"{v.Key}={v.Value}{end}"));
}
