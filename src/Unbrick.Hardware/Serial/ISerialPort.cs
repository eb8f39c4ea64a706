namespace Unbrick.Hardware.Serial;

/// <summary>
/// A serial line, 8 data bits, no parity, 1 stop bit. Calls block. One thread reads and turns the line's knobs; another may write meanwhile. A
/// line that goes away (adapter pulled, connection closed) is a value, <see cref="SerialRead.Gone"/>, and stays one: from then on writes are
/// swallowed.
/// </summary>
public interface ISerialPort : IDisposable
{
    /// <summary>What it is and what it can do.</summary>
    SerialPortInfo Info { get; }

    /// <summary>Bits in a second at present.</summary>
    int Baud { get; }

    /// <summary>Changes the rate once everything written has left; false when the line cannot have it. What came in before stays readable.</summary>
    /// <param name="baud">Bits in a second, 50 to 4,000,000.</param>
    bool TrySetBaud(int baud);

    /// <summary>Waits until something arrives, at most <paramref name="wait"/>, and takes what is there.</summary>
    /// <param name="into">At least one byte.</param>
    /// <param name="wait">Zero only looks.</param>
    /// <param name="count">Bytes taken; above 0 exactly when the answer is <see cref="SerialRead.Data"/>.</param>
    SerialRead Read(Span<byte> into, TimeSpan wait, out int count);

    /// <summary>Hands bytes to the line; returns when the system has them, which may be before they have left.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Sets both lines in one step, which matters: the reset circuit of ESP boards sees what lies between two steps. True is asserted.</summary>
    /// <param name="dtr">Data terminal ready.</param>
    /// <param name="rts">Request to send.</param>
    /// <returns>False when this line has none (<see cref="SerialPortInfo.HasLines"/>).</returns>
    bool SetLines(bool dtr, bool rts);

    /// <summary>Holds the sending line low, or lets it go; false when this port cannot.</summary>
    bool SetBreak(bool on);

    /// <summary>Throws away what arrived and was not read yet.</summary>
    void Discard();

    /// <summary>Errors since the port was opened; null when the port does not count them.</summary>
    SerialErrors? Errors { get; }
}
