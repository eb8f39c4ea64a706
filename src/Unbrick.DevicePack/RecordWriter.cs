namespace Unbrick.DevicePack;

/// <summary>One record of the pack; Unbrick.Recovery.Devices.PackReader is the other half.</summary>
internal sealed class RecordWriter(PackWriter pack)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToBytes() => [.. _bytes];

    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }

    public void Signed(long value) => Number((value << 1) ^ (value >> 63));

    public void Flag(bool value) => Number(value ? 1 : 0);

    public void NumberOrNull(long? value) => Number(value is long given ? given + 1 : 0);

    public void Text(string text) => Number(pack.NumberOf(text));

    public void TextOrNull(string? text) => Number(text is null ? 0 : pack.NumberOf(text) + 1);

    public void TextsOrNull(IReadOnlyCollection<string>? texts) => List(texts, Text);

    /// <summary>The items, with their number first.</summary>
    public void List<T>(IReadOnlyCollection<T>? items, Action<T> write)
    {
        Number(items is null ? 0 : items.Count + 1);
        foreach (T item in items ?? [])
            write(item);
    }
}
