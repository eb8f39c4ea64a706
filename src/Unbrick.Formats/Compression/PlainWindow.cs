using System.Buffers;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>
/// Where decoders write: the last bytes that came out, as far back as the stream may refer to, and room for the next ones. What is new goes
/// to the sink in pieces, so that a stream of any length is unpacked in the memory of its window.
/// </summary>
internal sealed class PlainWindow : IDisposable
{
    /// <summary>Decoders may write this much past <see cref="Limit"/>: the longest match, and the end of a wide copy.</summary>
    public const int Slack = 320;

    /// <summary>Farthest way back that is given memory; larger dictionaries are only used by archives of gigabytes.</summary>
    public const int LongestReach = 32 << 20;

    private const int Chunk = 64 << 10, Small = 1 << 20;

    private readonly IPlainSink _sink;
    private readonly int _reach;
    private readonly long _most;
    private byte[] _small;
    private PageBuffer? _large;
    private int _length, _sent;
    private long _dropped, _forgotAt;

    /// <param name="reach">How far back the stream may refer.</param>
    /// <param name="most">Bytes after which it is enough.</param>
    /// <param name="sink">Gets what comes out.</param>
    public PlainWindow(long reach, long most, IPlainSink sink)
    {
        _sink = sink;
        _reach = (int)Math.Clamp(reach, 0, LongestReach);
        _most = Math.Max(0, most);
        _length = (int)Math.Min(Chunk, _most + 1) + Slack;
        _small = ArrayPool<byte>.Shared.Rent(_length);
    }

    /// <summary>The window; another one after every <see cref="Room"/>.</summary>
    public Span<byte> Buffer => _large is null ? _small.AsSpan(0, _length) : _large.GetSpan();

    /// <summary>Where the next byte goes.</summary>
    public int Position { get; set; }

    /// <summary>Nothing before this may be referred to.</summary>
    public int Origin { get; private set; }

    /// <summary>Where to stop and ask for <see cref="Room"/> again.</summary>
    public int Limit => (int)Math.Min(_length - Slack, Math.Max(Position, _most + 1 - _dropped));

    /// <summary>What must be added to a position for the number of bytes since the beginning of what may be referred to.</summary>
    public int Shift => (int)(_dropped - _forgotAt);

    /// <summary>All that came out.</summary>
    public long Total => _dropped + Position;

    public bool Exceeded => Total > _most;

    /// <summary>What may still come.</summary>
    public long Left => Math.Max(0, _most - Total);

    /// <summary>Old bytes had to go although the stream may refer to them.</summary>
    public bool Forgot(long declaredReach) => declaredReach > LongestReach && _dropped > 0;

    /// <summary>Makes room for at least this many bytes at <see cref="Position"/> and the slack after them.</summary>
    public void Room(int wanted)
    {
        if (Position + (long)wanted + Slack <= _length)
            return;
        Flush();
        int keep = Math.Min(_reach, Position - Origin);
        int full = _reach + Math.Max(wanted, Math.Max(Chunk, _reach / 8)) + Slack;
        int from = Position - keep;
        int needed = keep + wanted + Slack;
        // Grows as the data comes, not as the header promises.
        if (_length < full && (_length < Small || needed > _length))
            Grow(needed <= Small ? Math.Min(full, Small) : full, from, keep);
        else
            Buffer.Slice(from, keep).CopyTo(Buffer);
        _dropped += from;
        Position = _sent = keep;
        Origin = 0;
    }

    /// <summary>Sends what is new.</summary>
    public void Flush()
    {
        if (Position > _sent)
            _sink.Take(Buffer[_sent..Position]);
        _sent = Position;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ((IDisposable?)_large)?.Dispose();
        _large = null;
        if (_small.Length > 0)
            ArrayPool<byte>.Shared.Return(_small);
        _small = [];
        _length = 0;
    }

    /// <summary>What came so far may not be referred to any more.</summary>
    public void Forget()
    {
        Origin = Position;
        _forgotAt = Total;
    }

    /// <summary>Plain bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, Chunk);
            Room(count);
            bytes[..count].CopyTo(Buffer[Position..]);
            Position += count;
            bytes = bytes[count..];
        }
    }

    private void Grow(int length, int from, int keep)
    {
        ReadOnlySpan<byte> kept = Buffer.Slice(from, keep);
        if (length <= Small)
        {
            byte[] grown = ArrayPool<byte>.Shared.Rent(length);
            kept.CopyTo(grown);
            Dispose();
            _small = grown;
        }
        else
        {
            PageBuffer grown = new(length);
            kept.CopyTo(grown.GetSpan());
            Dispose();
            _large = grown;
        }
        _length = length;
    }
}
