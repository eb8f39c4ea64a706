using System.Globalization;
using System.Text;

namespace Unbrick.Recovery.Lines;

/// <summary>Puts the time before each line of a console, and says where lines end.</summary>
/// <param name="stamps">Whether times are wanted.</param>
public sealed class LineStamper(bool stamps)
{
    private bool _atStart = true;

    /// <summary>Columns of the line so far; colours are not counted.</summary>
    public int Column { get; private set; }

    /// <summary>Takes text that may be shown.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="at">Since the console was opened.</param>
    /// <param name="into">Takes them, with times.</param>
    public void Stamp(ReadOnlySpan<byte> text, TimeSpan at, List<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        bool inSequence = false;
        foreach (byte value in text)
        {
            if (_atStart && stamps && value is not ((byte)'\r' or (byte)'\n'))
            {
                into.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[{at.TotalSeconds,9:0.000}] ")));
                Column = 12;
            }
            if (value is not ((byte)'\r' or (byte)'\n'))
                _atStart = false;
            into.Add(value);
            if (value is (byte)'\n' or (byte)'\r')
                (_atStart, Column) = (_atStart || value == '\n', 0);
            else if (value == 0x1B)
                inSequence = true;
            else if (inSequence)
                inSequence = value is < 0x40 or (byte)'[';
            else
                Column += value is >= 0x20 and < 0x80 or >= 0xC0 ? 1 : value == '\b' && Column > 0 ? -1 : value == '\t' ? 8 - (Column % 8) : 0;
        }
    }
}
