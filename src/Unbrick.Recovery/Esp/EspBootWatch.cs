using System.Collections.Immutable;
using System.Text;
using Unbrick.Hardware.Esp;
using Unbrick.Hardware.Serial;

namespace Unbrick.Recovery.Esp;

/// <summary>
/// Listens to a start: first at the rate of the ROM, then at that of the application, and back when what comes is no text any more: then it has
/// started again.
/// </summary>
/// <param name="port">The line.</param>
/// <param name="time">For limits.</param>
/// <param name="chip">For the rate of its ROM; null when it is not known.</param>
/// <param name="appBaud">Rate of the application.</param>
public sealed class EspBootWatch(ISerialPort port, TimeProvider time, EspChip? chip, int appBaud)
{
    private const int MostBytes = 64 << 10, MostLines = 200, LongestLine = 200, Enough = 16;

    private static readonly TimeSpan s_romSpeaks = TimeSpan.FromMilliseconds(900), s_look = TimeSpan.FromMilliseconds(100), s_calm = TimeSpan.FromSeconds(6),
        s_burst = TimeSpan.FromMilliseconds(15);

    /// <summary>Gets ready to hear the ROM; to be called before the chip is started.</summary>
    public void Begin()
    {
        port.Discard();
        if (port.Info.HasRate && port.Baud != RomBaud)
            port.TrySetBaud(RomBaud);
    }

    /// <summary>Listens, at most that long; ends earlier when it is clear.</summary>
    /// <param name="most">At most that long.</param>
    /// <param name="reader">Judges what came so far.</param>
    /// <param name="ct">Ends it.</param>
    public ImmutableArray<string> Listen(TimeSpan most, IEspBootReader reader, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(reader);
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        long started = time.GetTimestamp(), lastRise = started;
        bool judged = false;
        while (!ct.IsCancellationRequested && text.Length < MostBytes)
        {
            TimeSpan now = time.GetElapsedTime(started);
            if (now >= most)
                break;
            SerialRead read = port.Read(buffer, s_look, out int count);
            if (read == SerialRead.Gone)
                break;
            if (read == SerialRead.Data)
            {
                // Adapters hand on a few bytes at a time: a burst is judged as a whole.
                while (count < buffer.Length && port.Read(buffer.AsSpan(count), s_burst, out int more) == SerialRead.Data)
                    count += more;
                string piece = Encoding.Latin1.GetString(buffer, 0, count);
                bool noise = piece.Length >= Enough && piece.Count(c => c is not ('\r' or '\n' or '\t' or (>= ' ' and <= '~'))) > piece.Length / 3;
                if (!noise)
                    text.Append(piece);
                if (noise && port.Info.HasRate)
                {
                    port.TrySetBaud(port.Baud == RomBaud ? appBaud : RomBaud);
                    lastRise = time.GetTimestamp();
                }
                judged = false;
            }
            else if (port.Info.HasRate && port.Baud != appBaud && time.GetElapsedTime(lastRise) > s_romSpeaks)
            {
                port.TrySetBaud(appBaud);
            }
            if (judged || text.Length == 0 || read == SerialRead.Data)
                continue;
            judged = true;
            EspBootVerdict verdict = reader.Read(Lines(text));
            if (!verdict.IsHealthy || now > s_calm)
                break;
        }
        return Lines(text);
    }

    private int RomBaud => chip?.BootBaud ?? 74880;

    private static ImmutableArray<string> Lines(StringBuilder text)
    {
        string[] lines = text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Take(MostLines).Select(line => Printable(line.Length > LongestLine ? line[..LongestLine] : line))];
    }

    private static string Printable(string line) => string.Concat(line.Select(c => c is >= ' ' and <= '~' ? c : '.'));
}
