using System.Globalization;
using System.Text;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>A file cut into numbered blocks; the last one sent and the one before it are kept for sending again.</summary>
internal sealed class XmodemBlocks(ReadOnlyMemory<byte> file, string? name)
{
    private const int LongestName = 100;
    private byte _number = 1;
    private int _size;

    public long Total => file.Length;

    public long Acknowledged { get; private set; }

    public bool HasName => name is not null;

    public bool UsesCrc { get; set; } = true;

    public bool IsAtEnd => Acknowledged >= Total;

    /// <summary>The block that is under way.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>The block before it; empty at the first one.</summary>
    public ReadOnlyMemory<byte> Previous { get; private set; }

    /// <summary>Block 0: name, NUL, length in decimal digits.</summary>
    public ReadOnlyMemory<byte> MakeName()
    {
        _size = 0;
        string shortName = name!.Length <= LongestName ? name : name[^LongestName..];
        byte[] text = Encoding.ASCII.GetBytes(shortName + "\0" + Total.ToString(CultureInfo.InvariantCulture));
        return Current = XmodemWire.Block(0, text, XmodemWire.ShortSize, 0, UsesCrc);
    }

    /// <summary>Makes the next block; its size is at most what is asked for, and no longer than the rest of the file needs.</summary>
    public ReadOnlyMemory<byte> MakeData(int size)
    {
        long left = Total - Acknowledged;
        int blockSize = left <= XmodemWire.ShortSize ? XmodemWire.ShortSize : size;
        _size = (int)Math.Min(left, blockSize);
        return Current = XmodemWire.Block(_number, file.Span.Slice((int)Acknowledged, _size), blockSize, XmodemWire.Pad, UsesCrc);
    }

    /// <summary>The block with the empty name that ends a batch.</summary>
    public ReadOnlyMemory<byte> LastName() => XmodemWire.Block(0, default, XmodemWire.ShortSize, 0, UsesCrc);

    /// <summary>The current block is acknowledged.</summary>
    public void Advance()
    {
        Previous = Current;
        Acknowledged += _size;
        if (_size > 0)
            _number++;
        _size = 0;
    }
}
