namespace Unbrick.Core.Events;

/// <summary>Where a job says things. Implementations are thread-safe and never block the job.</summary>
public interface IEventSink
{
    /// <summary>Adds one event; <see cref="UnbrickEvent.Seq"/> and <see cref="UnbrickEvent.At"/> are set by the sink.</summary>
    void Publish(UnbrickEvent item);
}
