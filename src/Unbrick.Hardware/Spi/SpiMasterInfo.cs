namespace Unbrick.Hardware.Spi;

/// <summary>A programmer's name and limits.</summary>
/// <param name="Name">As a user knows it: <c>CH341A, USB bus 1 port 2</c>.</param>
/// <param name="MaxWrite">Bytes that one chip-select may shift out.</param>
/// <param name="MaxRead">Bytes that one chip-select may shift in.</param>
/// <param name="BytesPerSecond">About how many bytes it shifts in a second; waits inside of a queue are made of it, nothing else depends on it.</param>
public sealed record SpiMasterInfo(string Name, int MaxWrite, int MaxRead, double BytesPerSecond)
{
    /// <summary>Queued transfers follow each other without a round trip through the host.</summary>
    public bool IsQueued { get; init; }

    /// <summary>Level of its outputs in millivolts; null when it cannot be known. Black CH341A boards have 5,000 whatever their jumper says.</summary>
    public int? OutputMillivolts { get; init; }

    /// <summary>Highest clock in hertz; null when it is fixed or not known.</summary>
    public int? ClockHz { get; init; }
}
