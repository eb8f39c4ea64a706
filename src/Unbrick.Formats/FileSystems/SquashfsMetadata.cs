using System.Buffers;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Tables are rows of blocks: u16 length (bit 15: stored as it is), then that many bytes, which give 8192 plain ones; the last gives less.

/// <summary>A table of a squashfs, unpacked. Places in it are given as (place of the block, offset in its plain bytes).</summary>
internal sealed class SquashfsMetadata
{
    public const int BlockSize = 8192;

    /// <summary>Room for a million files; what is packed well must not take more memory than that.</summary>
    private const int MostPlain = 32 << 20;

    private readonly List<int> _places = [];
    private readonly ArrayBufferWriter<byte> _plain = new();

    private SquashfsMetadata()
    {
    }

    /// <summary>Where the first block stands that cannot be read; -1 when all can.</summary>
    public long BrokenAt { get; private set; } = -1;

    public string? Broken { get; private set; }

    /// <summary>Nothing is wrong, but it could not be unpacked: compression not known here, or the budget is spent.</summary>
    public bool Unread { get; private set; }

    /// <summary>All of it in a row.</summary>
    public ReadOnlySpan<byte> Plain => _plain.WrittenSpan;

    /// <summary>Unpacks the blocks from <paramref name="from"/> up to <paramref name="to"/>.</summary>
    public static SquashfsMetadata Read(ReadOnlySpan<byte> bytes, long from, long to, int compression, ReadBudget budget)
    {
        SquashfsMetadata table = new();
        long at = from;
        while (at < to && table.Take(bytes, from, ref at, to, compression, budget))
        {
        }
        return table;
    }

    /// <summary>A place in <see cref="Plain"/> as directories name it: the block's place and, in the lowest 16 bits, the offset in it.</summary>
    public ulong PlaceOf(int plainAt) => ((ulong)_places[plainAt / BlockSize] << 16) | (uint)(plainAt % BlockSize);

    /// <summary>From that place on to the end; empty when there is no such place.</summary>
    public ReadOnlySpan<byte> At(long block, int offset)
    {
        int index = block is >= 0 and <= int.MaxValue ? _places.BinarySearch((int)block) : -1;
        if (index < 0)
            return [];
        long at = ((long)index * BlockSize) + offset;
        return at < _plain.WrittenCount ? _plain.WrittenSpan[(int)at..] : [];
    }

    private bool Take(ReadOnlySpan<byte> bytes, long from, ref long at, long to, int compression, ReadBudget budget)
    {
        if (at + 2 > to)
            return Stop(at, "the table ends in the length of a block");
        int header = bytes.Le16((int)at);
        int length = header & 0x7FFF;
        if (length is 0 or > BlockSize || at + 2 + length > to)
            return Stop(at, $"a block of {length:N0} bytes does not fit into its table");
        if (_plain.WrittenCount % BlockSize != 0)
            return Stop(at, "a block before the last gives less than 8,192 bytes");
        ReadOnlySpan<byte> packed = bytes.Slice((int)at + 2, length);
        if ((header & 0x8000) != 0)
        {
            _plain.Write(packed);
        }
        else
        {
            if (budget.Unpackable < BlockSize || _plain.WrittenCount > MostPlain)
                return !(Unread = true);
            (byte[]? plain, string? wrong) = SquashfsPacking.Unpack(compression, packed, BlockSize);
            if (wrong is not null)
                return Stop(at, wrong);
            if (plain is null)
                return !(Unread = true);
            budget.Spend(plain.Length);
            _plain.Write(plain);
        }
        _places.Add((int)(at - from));
        at += 2 + length;
        return true;
    }

    private bool Stop(long at, string why)
    {
        (BrokenAt, Broken) = (at, why);
        return false;
    }
}
