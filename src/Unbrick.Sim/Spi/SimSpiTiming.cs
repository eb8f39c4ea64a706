namespace Unbrick.Sim.Spi;

/// <summary>The modelled times and limits of a simulated programmer.</summary>
public sealed record SimSpiTiming
{
    /// <summary>As fast as the wire: 10 MHz, no latency.</summary>
    public static SimSpiTiming Ideal { get; } = new();

    /// <summary>A CH341A behind a host that takes part in USB frames: 1.5 MHz, a millisecond for each round trip, little between queued ones.</summary>
    public static SimSpiTiming Ch341a { get; } = new()
    {
        ClockHz = 1_500_000,
        Latency = TimeSpan.FromMilliseconds(1),
        QueuedLatency = TimeSpan.FromMicroseconds(60),
    };

    /// <summary>A serprog programmer on USB: 8 MHz, a millisecond for each operation.</summary>
    public static SimSpiTiming Serprog { get; } = new()
    {
        ClockHz = 8_000_000,
        Latency = TimeSpan.FromMilliseconds(1),
        QueuedLatency = TimeSpan.FromMicroseconds(20),
    };

    /// <summary>SCK in hertz.</summary>
    public int ClockHz { get; init; } = 10_000_000;

    /// <summary>Level of its outputs in millivolts.</summary>
    public int OutputMillivolts { get; init; } = 3_300;

    /// <summary>Before a transfer that nobody queued, and once for a queue.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Between two transfers of a queue.</summary>
    public TimeSpan QueuedLatency { get; init; }

    /// <summary>How many transfers of a queue are on their way before the first answer is told.</summary>
    public int QueueDepth { get; init; } = 16;

    /// <summary>Limits that the programmer states; a longer transfer is refused.</summary>
    public int MaxWrite { get; init; } = 1 << 20;

    /// <summary>See <see cref="MaxWrite"/>.</summary>
    public int MaxRead { get; init; } = 1 << 20;
}
