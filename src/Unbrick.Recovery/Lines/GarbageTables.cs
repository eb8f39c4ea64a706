using System.Collections.Concurrent;
using Unbrick.Hardware.Serial.Uart;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// What text looks like when it is listened to at another rate, or upside down: how often each byte stands in it. Worked out by sampling a
/// sample text bit by bit, back to back and with pauses, with clocks that are a little off.
/// </summary>
internal static class GarbageTables
{
    /// <summary>What the model does not foresee.</summary>
    private const double Chance = 0.12;

    private const int FewestBytes = 8;
    private const double Golden = 0.618034;

    private static readonly double[] s_clocks = [0.985, 1, 1.015];
    private static readonly ConcurrentDictionary<(int Device, int Host, bool Inverted), float[]> s_tables = new();

    /// <summary>For each byte the natural logarithm of how much likelier it is than by chance.</summary>
    /// <param name="device">The rate of what is sent.</param>
    /// <param name="host">The rate of the one who listens.</param>
    /// <param name="inverted">Levels are the wrong way round.</param>
    public static float[] Get(int device, int host, bool inverted) => s_tables.GetOrAdd((device, host, inverted), Make);

    private static float[] Make((int Device, int Host, bool Inverted) line)
    {
        double[] counts = new double[256];
        List<byte> heard = [];
        // A slow listener hears one byte in many: it takes more text to know what it hears.
        int times = Math.Clamp(line.Device / line.Host, 1, 10);
        for (int i = 0; i < times * s_clocks.Length; i++)
        {
            double clock = i < s_clocks.Length ? s_clocks[i] : 0.98 + (0.04 * (i * Golden % 1));
            WireSignal signal = new(!line.Inverted);
            UartReceiver receiver = new(signal);
            double bit = 1 / (line.Device * clock);
            signal.Hold(!line.Inverted, 20 * bit);
            int at = 0;
            foreach (byte value in LineText.Sample)
            {
                signal.Send(value, bit, line.Inverted);
                if (at++ > LineText.Sample.Length / 2)
                    signal.Hold(!line.Inverted, signal.KnownUntil + (bit * (at * 7 % 13)));
            }
            signal.Hold(!line.Inverted, signal.KnownUntil + (200 * bit) + (20.0 / line.Host));
            receiver.Receive(line.Host, heard);
        }
        foreach (byte value in heard)
            counts[value]++;
        float[] table = new float[256];
        for (int value = 0; value < 256 && heard.Count >= FewestBytes; value++)
            table[value] = (float)Math.Log((((1 - Chance) * counts[value] / heard.Count) + (Chance / 256)) * 256);
        return table;
    }
}
