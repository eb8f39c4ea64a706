namespace Unbrick.Hardware.Serial.Uart;

/// <summary>
/// What a UART makes of a wire: it waits for a falling edge, looks again half a bit later, and samples each bit in its middle. A stop bit that is
/// low is a framing error; the byte is handed on all the same, and the line has to come up before the next one (16550 data sheet).
/// </summary>
/// <param name="signal">The wire.</param>
public sealed class UartReceiver(WireSignal signal)
{
    private double _position;
    private int _cursor;
    private bool _waitsForHigh;

    /// <summary>Framing errors so far; a break is one.</summary>
    public long FramingErrors { get; private set; }

    /// <summary>Bytes of nothing but low level so far.</summary>
    public long Breaks { get; private set; }

    /// <summary>Samples all that is known.</summary>
    /// <param name="baud">Bits in a second; may change between calls.</param>
    /// <param name="into">Where the bytes go.</param>
    public void Receive(double baud, ICollection<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        double bit = 1 / baud, tiny = bit * 1e-6;
        while (true)
        {
            if (signal.Forget(_cursor))
                _cursor = 0;
            if (_waitsForHigh || !signal.At(_position, ref _cursor))
            {
                // Low without a start: inside of a break, or the rate was changed in the middle of a byte.
                double? up = signal.At(_position, ref _cursor) ? _position : signal.Next(true, _position, ref _cursor);
                _waitsForHigh = up is null;
                _position = up ?? signal.KnownUntil;
                if (up is null)
                    return;
            }
            double? fall = signal.Next(false, _position, ref _cursor);
            if (fall is null)
            {
                _position = signal.KnownUntil - tiny; // a start may begin right there
                return;
            }
            double start = fall.Value;
            if (start + (10 * bit) > signal.KnownUntil)
            {
                _position = start - tiny; // high: the byte is looked at again when all of it is known
                return;
            }
            if (signal.At(start + (0.5 * bit), ref _cursor))
            {
                _position = start + (0.5 * bit); // a spike, not a start bit
                continue;
            }
            int value = 0;
            for (int i = 0; i < 8; i++)
                value |= signal.At(start + ((1.5 + i) * bit), ref _cursor) ? 1 << i : 0;
            _position = start + (9.5 * bit);
            if (!signal.At(_position, ref _cursor))
            {
                FramingErrors++;
                Breaks += value == 0 ? 1 : 0;
                _waitsForHigh = true;
            }
            into.Add((byte)value);
        }
    }
}
