using Unbrick.Hardware.Serial;

namespace Unbrick.Recovery.Lines;

/// <summary>Runs a <see cref="LineSearch"/> at a port.</summary>
/// <param name="port">The port.</param>
/// <param name="time">The clock that the port's waits are on.</param>
public sealed class LineFinder(ISerialPort port, TimeProvider time)
{
    private const int BufferSize = 4096;

    /// <summary>Sees each chunk that comes, with the rate it came at.</summary>
    public Action<ReadOnlyMemory<byte>, int>? Heard { get; init; }

    /// <summary>Sees each key that is sent.</summary>
    public Action<byte>? Typed { get; init; }

    /// <summary>Has the device switched off and on; null when nobody can.</summary>
    public Action? PowerCycle { get; init; }

    /// <summary>Is told each rate that is listened to.</summary>
    public Action<int>? Tuned { get; init; }

    /// <summary>Searches until there is a verdict.</summary>
    /// <param name="search">The search, not begun.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>Null when it was ended, or the port went away.</returns>
    public LineVerdict? Run(LineSearch search, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(search);
        long started = time.GetTimestamp();
        byte[] buffer = new byte[BufferSize];
        while (!ct.IsCancellationRequested)
        {
            LineStep step = search.Next(time.GetElapsedTime(started));
            switch (step.Kind)
            {
                case LineStepKind.Done:
                    return search.Verdict! with { FramingErrors = port.Errors?.Framing };
                case LineStepKind.Tune:
                    if (port.Baud == step.Baud || port.TrySetBaud(step.Baud))
                        Tuned?.Invoke(step.Baud);
                    else
                        search.Refused(step.Baud);
                    break;
                case LineStepKind.Type:
                    port.Write([step.Key]);
                    Typed?.Invoke(step.Key);
                    break;
                case LineStepKind.AskPowerCycle:
                    PowerCycle?.Invoke();
                    break;
                default:
                    SerialRead read = port.Read(buffer, step.Wait, out int count);
                    if (read == SerialRead.Gone)
                        return null;
                    Heard?.Invoke(buffer.AsMemory(0, count), port.Baud);
                    search.On(buffer.AsSpan(0, count), time.GetElapsedTime(started));
                    break;
            }
        }
        return null;
    }
}
