using System.Text;

namespace Unbrick.DevicePack;

/// <summary>Puts the pack together; Unbrick.Recovery.Devices.DevicePack says how it is laid out.</summary>
internal sealed class PackWriter
{
    private const int Version = 1, Header = 32;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private readonly List<RecordWriter> _recipes = [], _tables = [], _files = [], _devices = [];

    public RecordWriter Recipe() => Add(_recipes);

    public RecordWriter Table() => Add(_tables);

    public RecordWriter File() => Add(_files);

    public RecordWriter Device() => Add(_devices);

    /// <summary>The text's place in the table of texts, where each stands once.</summary>
    public int NumberOf(string text)
    {
        if (!_numbers.TryGetValue(text, out int number))
        {
            _numbers.Add(text, number = _texts.Count);
            _texts.Add(text);
        }
        return number;
    }

    public byte[] ToBytes()
    {
        byte[][] content = [.. _texts.Select(Encoding.UTF8.GetBytes), .. new[] { _recipes, _tables, _files, _devices }.SelectMany(list => list).Select(r => r.ToBytes())];
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write("UBDP"u8);
        foreach (int number in (int[])[Version, _texts.Count, _recipes.Count, _tables.Count, _files.Count, _devices.Count, Header + (4 * (content.Length + 1))])
            writer.Write(number);
        int at = 0;
        foreach (byte[] item in content)
        {
            writer.Write(at);
            at += item.Length;
        }
        writer.Write(at);
        foreach (byte[] item in content)
            writer.Write(item);
        return bytes.ToArray();
    }

    private RecordWriter Add(List<RecordWriter> list)
    {
        RecordWriter record = new(this);
        list.Add(record);
        return record;
    }
}
