using System.Globalization;
using System.Text;

namespace Unbrick.Sim.Loaders;

/// <summary>TFTP packet types (RFC 1350 section 5, RFC 2347) and the reading of text as U-Boot does it.</summary>
internal static class TftpWire
{
    public const ushort ReadRequest = 1;
    public const ushort WriteRequest = 2;
    public const ushort Data = 3;
    public const ushort Ack = 4;
    public const ushort Error = 5;
    public const ushort OptionsAck = 6;

    /// <summary>Up to the NUL, or the end of the packet.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>
    /// The value of an option in an OACK. U-Boot looks for the name at every offset, not only where a name may stand, and reads digits
    /// up to the first other character; null when the name is not there.
    /// </summary>
    public static int? Option(ReadOnlySpan<byte> options, string name, StringComparison comparison)
    {
        for (int at = 0; at + name.Length + 1 < options.Length; at++)
        {
            if (options[at + name.Length] != 0 || !Text(options[at..]).Equals(name, comparison))
                continue;
            string value = Text(options[(at + name.Length + 1)..]);
            int digits = value.TakeWhile(char.IsAsciiDigit).Count();
            return int.TryParse(value[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        }
        return null;
    }
}
