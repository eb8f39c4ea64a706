namespace Unbrick.Recovery.Devices;

/// <summary>
/// Reads one record of a <see cref="DevicePack"/>. Numbers have seven bits a byte, the lowest first; texts are numbers of the text table; what
/// may be missing is 0 when it is, and one more than its value when it is not.
/// </summary>
internal ref struct PackReader(DevicePack pack, ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private int _at;

    public long Number()
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = _record[_at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    public int Count() => (int)Number();

    public bool Flag() => Number() != 0;

    /// <summary>A number that may be negative: the sign is the lowest bit.</summary>
    public long Signed()
    {
        long value = Number();
        return (value >>> 1) ^ -(value & 1);
    }

    public long? NumberOrNull() => Number() is > 0 and long value ? value - 1 : null;

    public int? IntOrNull() => Number() is > 0 and long value ? (int)(value - 1) : null;

    public string Text() => pack.Text(Count());

    public string? TextOrNull() => Count() is > 0 and int number ? pack.Text(number - 1) : null;

    public string[]? TextsOrNull()
    {
        int count = Count() - 1;
        if (count < 0)
            return null;
        string[] texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Text();
        return texts;
    }

    public string[] Texts() => TextsOrNull() ?? [];
}
