using System.Collections.Immutable;

namespace Unbrick.Formats.Editing;

/// <summary>
/// A copy of an image under change. Each change is kept as the runs of bytes that differ, so that all of them can be listed and undone.
/// </summary>
public sealed class EditedImage(ReadOnlyMemory<byte> original)
{
    /// <summary>Runs of changed bytes that are closer than this are told as one.</summary>
    private const int Near = 8;

    private readonly byte[] _bytes = original.ToArray();
    private readonly ImmutableArray<Edit>.Builder _edits = ImmutableArray.CreateBuilder<Edit>();

    /// <summary>As it is by now.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>As it was.</summary>
    public ReadOnlyMemory<byte> Original => original;

    /// <summary>What was changed, in order.</summary>
    public ImmutableArray<Edit> Edits => _edits.ToImmutable();

    /// <summary>Writes bytes; what stands there already is no change. Must lie inside the image.</summary>
    public void Put(int at, ReadOnlySpan<byte> bytes, string why)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, _bytes.Length - bytes.Length);
        int from = 0;
        while (NextRun(_bytes.AsSpan(at, bytes.Length), bytes, ref from, out int length))
        {
            _edits.Add(new Edit(at + from, _bytes.AsSpan(at + from, length).ToArray(), bytes.Slice(from, length).ToArray(), why));
            from += length;
        }
        bytes.CopyTo(_bytes.AsSpan(at));
    }

    private static bool NextRun(ReadOnlySpan<byte> was, ReadOnlySpan<byte> now, ref int from, out int length)
    {
        length = 0;
        int same = was[from..].CommonPrefixLength(now[from..]);
        from += same;
        if (from >= was.Length)
            return false;
        int end = from + 1;
        for (int i = end; i < was.Length && i - end < Near; i++)
        {
            if (was[i] != now[i])
                end = i + 1;
        }
        length = end - from;
        return true;
    }
}
