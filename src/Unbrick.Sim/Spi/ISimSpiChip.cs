namespace Unbrick.Sim.Spi;

/// <summary>
/// A simulated chip as it looks through its wires. Pure: bytes in, bytes out, and the moment is told with every chip-select. Any sequence of bytes
/// is fine; nothing throws.
/// </summary>
public interface ISimSpiChip
{
    /// <summary>The part: <c>W25Q128BV</c>.</summary>
    string Name { get; }

    /// <summary>Bytes of the array; spare bytes are not counted.</summary>
    long Size { get; }

    /// <summary>One chip-select.</summary>
    /// <param name="write">What is shifted in.</param>
    /// <param name="read">Gets what is shifted out behind it; FF where the chip drives nothing.</param>
    /// <param name="at">When the chip is selected, nanoseconds on the clock of the bench; never before the end of the last call.</param>
    /// <param name="byteTime">How long a byte takes, nanoseconds.</param>
    void Transfer(ReadOnlySpan<byte> write, Span<byte> read, long at, long byteTime);

    /// <summary>The power goes; what is under way stays half done, and nothing is answered until <see cref="PowerOn"/>.</summary>
    /// <param name="at">When, nanoseconds.</param>
    void PowerOff(long at);

    /// <summary>The power is back: what is volatile is as after power-on.</summary>
    void PowerOn();

    /// <summary>When what is under way at a moment ends; that moment when nothing is. Nanoseconds.</summary>
    long BusyUntil(long at);
}
