using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Unbrick.Core.Events;

/// <summary>
/// The only way out of a job: keeps the last <paramref name="capacity"/> events and feeds any number of readers, each at its own pace.
/// A reader that comes late, or again, gets what it missed as far as it is still kept.
/// </summary>
/// <param name="time">Stamps the events.</param>
/// <param name="capacity">Events kept for late readers.</param>
public sealed class EventStream(TimeProvider time, int capacity = 4096) : IEventSink
{
    private readonly Lock _gate = new();
    private readonly Queue<UnbrickEvent> _kept = new();
    private readonly List<Channel<UnbrickEvent>> _readers = [];
    private long _last;
    private bool _completed;

    /// <inheritdoc/>
    public void Publish(UnbrickEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_gate)
        {
            if (_completed)
                return;
            UnbrickEvent stamped = item with { Seq = ++_last, At = time.GetUtcNow() };
            _kept.Enqueue(stamped);
            if (_kept.Count > capacity)
                _kept.Dequeue();
            foreach (Channel<UnbrickEvent> reader in _readers)
                reader.Writer.TryWrite(stamped);
        }
    }

    /// <summary>No more events will come; readers end after what they still have.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (Channel<UnbrickEvent> reader in _readers)
                reader.Writer.TryComplete();
        }
    }

    /// <summary>All events with <see cref="UnbrickEvent.Seq"/> over <paramref name="afterSeq"/>, then the new ones, until <see cref="Complete"/>.</summary>
    public IAsyncEnumerable<UnbrickEvent> ReadAsync(long afterSeq, CancellationToken ct)
    {
        // The reader is registered here, not at the first MoveNext: what is published in between must not be lost.
        Channel<UnbrickEvent> channel = Channel.CreateUnbounded<UnbrickEvent>(new() { SingleReader = true });
        lock (_gate)
        {
            foreach (UnbrickEvent item in _kept)
            {
                if (item.Seq > afterSeq)
                    channel.Writer.TryWrite(item);
            }
            if (_completed)
                channel.Writer.TryComplete();
            else
                _readers.Add(channel);
        }
        return PumpAsync(channel, ct);
    }

    private async IAsyncEnumerable<UnbrickEvent> PumpAsync(Channel<UnbrickEvent> channel, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (UnbrickEvent item in channel.Reader.ReadAllAsync(ct))
                yield return item;
        }
        finally
        {
            lock (_gate)
                _readers.Remove(channel);
        }
    }
}
