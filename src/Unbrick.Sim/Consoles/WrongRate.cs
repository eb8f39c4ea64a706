namespace Unbrick.Sim.Consoles;

/// <summary>
/// What a UART reads when the other side sends at another rate: it waits for a falling edge, looks in the middle of each bit by its own clock, and
/// waits for the line to rise again when the stop bit is missing.
/// </summary>
internal sealed class WrongRate
{
    private const int BitsOfByte = 10;
    private const double MostError = 0.035;

    private readonly List<bool> _bits = [];
    private double _at;

    /// <summary>Bytes whose stop bit was missing.</summary>
    public long FramingErrors { get; private set; }

    /// <summary>Whether two rates are near enough to understand each other.</summary>
    public static bool Fits(int sender, int receiver) => Math.Abs(sender - receiver) <= MostError * sender;

    /// <summary>Takes a byte and says what the other side makes of it: nothing yet, or some bytes.</summary>
    /// <param name="one">As it was sent.</param>
    /// <param name="sender">Bits in a second.</param>
    /// <param name="receiver">Bits in a second.</param>
    /// <param name="idleBefore">The line was at rest before it, in bits of the sender.</param>
    public IEnumerable<byte> Feed(byte one, int sender, int receiver, int idleBefore)
    {
        for (int i = Math.Min(idleBefore, 3 * BitsOfByte); i > 0; i--)
            _bits.Add(true);
        _bits.Add(false);
        for (int bit = 0; bit < 8; bit++)
            _bits.Add((one >> bit & 1) != 0);
        _bits.Add(true);
        double ratio = (double)sender / receiver;
        List<byte> heard = [];
        while (true)
        {
            while ((int)_at < _bits.Count && _bits[(int)_at])
                _at = (int)_at + 1;
            if (_at + (BitsOfByte - 0.5) * ratio >= _bits.Count)
                break;
            if (Level(_at + 0.5 * ratio))
            {
                _at += 0.5 * ratio;
                continue;
            }
            int value = 0;
            for (int bit = 0; bit < 8; bit++)
                value |= Level(_at + (1.5 + bit) * ratio) ? 1 << bit : 0;
            heard.Add((byte)value);
            _at += 9.5 * ratio;
            if (!Level(_at))
            {
                FramingErrors++;
                while ((int)_at < _bits.Count && !_bits[(int)_at])
                    _at = (int)_at + 1;
            }
        }
        int past = Math.Min((int)_at, _bits.Count);
        _bits.RemoveRange(0, past);
        _at -= past;
        return heard;
    }

    private bool Level(double at) => (int)at >= _bits.Count || _bits[(int)at];
}
