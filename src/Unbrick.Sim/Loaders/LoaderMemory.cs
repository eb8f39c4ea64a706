namespace Unbrick.Sim.Loaders;

/// <summary>The RAM behind a load address: blocks are written where the loader thinks they belong, and what that breaks is noted.</summary>
internal sealed class LoaderMemory(int size)
{
    private byte[] _bytes = [];
    private bool[] _written = [];
    private int _blockSize;
    private int _length;
    private bool _broken;

    /// <summary>Empties it for blocks of a size.</summary>
    public void Clear(int blockSize)
    {
        _blockSize = Math.Max(1, blockSize);
        _length = 0;
        _broken = false;
        _written.AsSpan().Clear();
    }

    /// <summary>Writes a block; past the end of the RAM it is lost (a real loader would write over itself).</summary>
    public void Store(long offset, ReadOnlySpan<byte> block)
    {
        if (offset < 0 || offset + block.Length > size)
        {
            _broken = true;
            return;
        }
        int number = (int)(offset / _blockSize);
        int end = (int)offset + block.Length;
        Grow(ref _bytes, end);
        Grow(ref _written, number + 1);
        Span<byte> place = _bytes.AsSpan((int)offset, block.Length);
        _broken |= _written[number] && !place.SequenceEqual(block);
        block.CopyTo(place);
        _written[number] = true;
        _length = Math.Max(_length, end);
    }

    /// <summary>The file as the loader sees it: from the load address to the highest byte written.</summary>
    public byte[] Take(out bool corrupted)
    {
        int blocks = (_length + _blockSize - 1) / _blockSize;
        corrupted = _broken || _written.AsSpan(0, blocks).Contains(false);
        return _bytes[.._length];
    }

    private static void Grow<T>(ref T[] array, int least)
    {
        if (array.Length < least)
            Array.Resize(ref array, Math.Max(least, array.Length * 2));
    }
}
