namespace Unbrick.Formats.Compression;

/// <summary>
/// Where decoders write: the last bytes that came out, as far back as the stream may refer to, and room for the next ones. What is new goes
/// to the sink in pieces, so that a stream of any length is unpacked in the memory of its window.
/// </summary>
internal sealed class PlainWindow
{
    /// <summary>Decoders may write this much past <see cref="Limit"/>: the longest match, and the end of a wide copy.</summary>
    public const int Slack = 320;

    /// <summary>Farthest way back that is given memory; larger dictionaries are only used by archives of gigabytes.</summary>
    public const int LongestReach = 32 << 20;

    private const int Chunk = 64 << 10;

    /// <summary>The buffer of a window that is done with, for the next one: a dump has several kernels, each with a dictionary of megabytes.</summary>
    private static WeakReference<byte[]>? s_spare;

    private readonly IPlainSink _sink;
    private readonly int _reach;
    private readonly long _most;
    private int _sent;
    private long _dropped, _forgotAt;

    /// <param name="reach">How far back the stream may refer.</param>
    /// <param name="most">Bytes after which it is enough.</param>
    /// <param name="sink">Gets what comes out.</param>
    public PlainWindow(long reach, long most, IPlainSink sink)
    {
        _sink = sink;
        _reach = (int)Math.Clamp(reach, 0, LongestReach);
        _most = Math.Max(0, most);
        Buffer = new byte[Math.Min(Chunk, _most + 1) + Slack];
    }

    public byte[] Buffer { get; private set; }

    /// <summary>Where the next byte goes.</summary>
    public int Position { get; set; }

    /// <summary>Nothing before this may be referred to.</summary>
    public int Origin { get; private set; }

    /// <summary>Where to stop and ask for <see cref="Room"/> again.</summary>
    public int Limit => (int)Math.Min(Buffer.Length - Slack, Math.Max(Position, _most + 1 - _dropped));

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
        if (Position + (long)wanted + Slack <= Buffer.Length)
            return;
        Flush();
        int keep = Math.Min(_reach, Position - Origin);
        long full = (long)_reach + Math.Max(wanted, Math.Max(Chunk, _reach / 4)) + Slack;
        long needed = keep + (long)wanted + Slack;
        // Grows as the data comes, not as the header promises.
        long size = needed > Buffer.Length || Buffer.Length < full ? Math.Min(full, Math.Max(needed, Buffer.Length * 4L)) : Buffer.Length;
        byte[] to = size > Buffer.Length ? NewBuffer((int)size, (int)full) : Buffer;
        int from = Position - keep;
        Array.Copy(Buffer, from, to, 0, keep);
        Buffer = to;
        _dropped += from;
        Position = _sent = keep;
        Origin = 0;
    }

    /// <summary>Sends what is new.</summary>
    public void Flush()
    {
        if (Position > _sent)
            _sink.Take(Buffer.AsSpan(_sent, Position - _sent));
        _sent = Position;
    }

    /// <summary>Nothing more is written or read; another window may have the memory.</summary>
    public void Release()
    {
        if (Buffer.Length > Chunk + Slack)
            Volatile.Write(ref s_spare, new WeakReference<byte[]>(Buffer));
        Buffer = [];
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
            bytes[..count].CopyTo(Buffer.AsSpan(Position));
            Position += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>What is in it does not matter: nothing is referred to that was not written before.</summary>
    private static byte[] NewBuffer(int size, int most) =>
        Interlocked.Exchange(ref s_spare, null) is { } weak && weak.TryGetTarget(out byte[]? spare) && spare.Length >= size && spare.Length <= most
            ? spare
            : GC.AllocateUninitializedArray<byte>(size);
}
