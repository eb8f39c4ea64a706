using System.IO.Compression;

namespace Unbrick.Sim.Esp;

/// <summary>
/// Inflates a zlib stream that comes in pieces: reading goes on where it stood when the next piece is there. Everything happens on the thread that
/// brings a piece, before <see cref="TryFeed"/> returns.
/// </summary>
internal sealed class EspInflater
{
    private const int Piece = 0x1000;
    private readonly Action<ReadOnlyMemory<byte>> _feed;
    private readonly Task _reading;
    private Action<ReadOnlySpan<byte>>? _into;

    public EspInflater()
    {
        Feeder feeder = new();
        _feed = feeder.Feed;
        _reading = ReadAsync(feeder);
    }

    /// <summary>Inflates as far as the pieces go.</summary>
    /// <param name="piece">The next piece.</param>
    /// <param name="into">Gets what came out.</param>
    /// <returns>False when this is no zlib stream.</returns>
    public bool TryFeed(ReadOnlySpan<byte> piece, Action<ReadOnlySpan<byte>> into)
    {
        _into = into;
        if (!_reading.IsCompleted && !piece.IsEmpty)
            _feed(piece.ToArray());
        _into = null;
        return !_reading.IsFaulted;
    }

    private async Task ReadAsync(Feeder feeder)
    {
        await using ZLibStream stream = new(feeder, CompressionMode.Decompress);
        byte[] buffer = new byte[Piece];
        int count;
        while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            _into?.Invoke(buffer.AsSpan(0, count));
    }

    /// <summary>A stream whose end is never known: who reads at its present end waits for the next piece.</summary>
    private sealed class Feeder : Stream
    {
        private ReadOnlyMemory<byte> _left;
        private Memory<byte> _wanted;
        private TaskCompletionSource<int>? _waiting;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Feed(ReadOnlyMemory<byte> piece)
        {
            _left = piece;
            if (_waiting is not { } waiting)
                return;
            _waiting = null;
            waiting.SetResult(Take(_wanted));
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_left.IsEmpty)
                return new ValueTask<int>(Take(buffer));
            _wanted = buffer;
            _waiting = new TaskCompletionSource<int>();
            return new ValueTask<int>(_waiting.Task);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Take(Memory<byte> into)
        {
            int count = Math.Min(into.Length, _left.Length);
            _left[..count].CopyTo(into);
            _left = _left[count..];
            return count;
        }
    }
}
