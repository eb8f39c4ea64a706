using System.Collections.Concurrent;
using Unbrick.Hardware.Serial.Uart;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// The key that a search presses to make a prompt answer. At a wrong rate another byte arrives than was sent, and in the menus of Ralink boot
/// loaders 7 and 9 overwrite the boot loader: a key is used at a rate only if no device at any other rate reads it as a digit.
/// </summary>
public static class SearchKeys
{
    private static readonly byte[] s_keys = [(byte)'\r', (byte)'\n', (byte)' ', 0x08, 0x1B, 0x03, 0x7F];
    private static readonly ConcurrentDictionary<int, byte?> s_chosen = new();

    /// <summary>The key for a rate; null when none is safe there.</summary>
    /// <param name="host">The rate it is sent at.</param>
    public static byte? At(int host) => s_chosen.GetOrAdd(host, rate =>
    {
        foreach (byte key in s_keys)
        {
            if (LineRates.All.All(device => !Received(key, rate, device).Any(value => value is >= (byte)'0' and <= (byte)'9')))
                return key;
        }
        return null;
    });

    /// <summary>What a device reads when a key is sent at another rate.</summary>
    internal static List<byte> Received(byte key, int host, int device)
    {
        List<byte> heard = [];
        foreach (double clock in (double[])[0.97, 0.985, 1, 1.015, 1.03])
        {
            WireSignal signal = new();
            UartReceiver receiver = new(signal);
            double bit = clock / host;
            signal.Hold(true, bit * 20);
            signal.Send(key, bit);
            signal.Hold(true, signal.KnownUntil + (20 * bit) + (20.0 / device));
            receiver.Receive(device, heard);
        }
        return heard;
    }
}
