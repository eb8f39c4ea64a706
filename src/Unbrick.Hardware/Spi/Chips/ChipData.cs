using System.Reflection;
using System.Text;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>
/// The files of <c>data/chips</c>, as text with an index of its lines. A line is parsed when it is asked for: one id of 1,063 needs no more.
/// </summary>
internal sealed class ChipData
{
    private const string Folder = "data/chips/";
    private static readonly byte[] s_id = "{\"id\":\""u8.ToArray();
    private static readonly byte[] s_by = "\",\"by\":\""u8.ToArray();
    private readonly byte[] _text;
    private readonly string[] _vendors;
    private readonly List<Line> _lines = new(1100);

    private ChipData(byte[] text, List<int> files)
    {
        _text = text;
        _vendors = new string[files.Count - 1];
        for (int file = 0; file < _vendors.Length; file++)
            Index(file, files[file], files[file + 1]);
    }

    /// <summary>What this program was built with.</summary>
    public static ChipData BuiltIn { get; } = Load();

    /// <summary>How many chips there are.</summary>
    public int Count => _lines.Count;

    /// <summary>Id of a chip as lower-case hex.</summary>
    public ReadOnlySpan<byte> IdOf(int line) => _text.AsSpan(_lines[line].Start + s_id.Length, _lines[line].IdLength);

    /// <summary>How it tells its id; nothing stands for 9F.</summary>
    public ReadOnlySpan<byte> MethodOf(int line)
    {
        ReadOnlySpan<byte> rest = TextOf(line)[(s_id.Length + _lines[line].IdLength)..];
        if (!rest.StartsWith(s_by))
            return default;
        rest = rest[s_by.Length..];
        return rest[..rest.IndexOf((byte)'"')];
    }

    /// <summary>It is a SPI NAND.</summary>
    public bool IsNand(int line) => _lines[line].IsNand;

    /// <summary>The line as it stands in the file.</summary>
    public ReadOnlySpan<byte> TextOf(int line) => _text.AsSpan(_lines[line].Start, _lines[line].Length);

    /// <summary>The line with its fields.</summary>
    public ChipRecord Read(int line) => ChipRecord.Parse(TextOf(line), _vendors[_lines[line].File]);

    private static ChipData Load()
    {
        Assembly assembly = typeof(ChipData).Assembly;
        List<int> files = [0];
        using MemoryStream all = new(256 << 10);
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Folder, StringComparison.Ordinal))
                continue;
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            stream.CopyTo(all);
            files.Add((int)all.Length);
        }
        return new ChipData(all.ToArray(), files);
    }

    private void Index(int file, int start, int end)
    {
        ReadOnlySpan<byte> vendor = "{\"vendor\":\""u8;
        bool isNand = false;
        for (int next; start < end; start = next)
        {
            int length = _text.AsSpan(start, end - start).IndexOf((byte)'\n');
            next = length < 0 ? end : start + length + 1;
            ReadOnlySpan<byte> line = _text.AsSpan(start, next - start);
            while (line is [.. ReadOnlySpan<byte> rest, (byte)'\n' or (byte)','])
                line = rest;
            if (line.StartsWith(s_id))
                _lines.Add(new(start, line.Length, line[s_id.Length..].IndexOf((byte)'"'), file, isNand));
            else if (line.StartsWith(vendor))
                _vendors[file] = Encoding.UTF8.GetString(line[vendor.Length..^1]);
            else
                isNand = line.StartsWith("\"nand\""u8);
        }
    }

    /// <summary>A class, so that the runtime's own compiled lists serve it.</summary>
    private sealed record Line(int Start, int Length, int IdLength, int File, bool IsNand);
}
