using System.Globalization;

namespace Unbrick.Net.Tftp;

/// <summary>What a transfer runs with after the options were looked at (RFC 2347-2349, 7440).</summary>
/// <param name="BlockSize">Data bytes in a block, 8..65464.</param>
/// <param name="WindowSize">Blocks sent for one ACK, 1..65535.</param>
/// <param name="ClientTimeout">What the client asked for as <c>timeout</c>; its own patience, never ours. Null when it did not say.</param>
/// <param name="SizeAnnounced">What a writing client said as <c>tsize</c>; null when it did not.</param>
/// <param name="Oack">The answer, or null when no option was accepted and the first block follows at once.</param>
public sealed record TftpAgreement(int BlockSize, int WindowSize, TimeSpan? ClientTimeout, long? SizeAnnounced, byte[]? Oack)
{
    private const int LeastBlockSize = 8;
    private const int MostBlockSize = 65464;

    /// <summary>RFC 7440 s6: beyond 64 blocks nothing is gained; small network chips are overrun.</summary>
    private const int MostWindowSize = 64;

    /// <summary>IP 20 + UDP 8 + TFTP 4 bytes: a larger block is sent in fragments, which U-Boot drops.</summary>
    private const int HeadersInPacket = 32;

    /// <summary>What RFC 1350 alone knows: blocks of 512 bytes, one at a time, no OACK.</summary>
    public static TftpAgreement Plain { get; } = new(TftpWire.DefaultBlockSize, 1, null, null, null);

    /// <summary>
    /// Answers a request's options. A value that is out of range or no number is left out of the answer, as if it had not been asked for:
    /// never corrected upwards, never guessed.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="size">Bytes that will be sent; null when not known (writes, netascii).</param>
    /// <param name="mtu">Largest IP packet on the way to the client.</param>
    /// <param name="windows">Whether <c>windowsize</c> is accepted.</param>
    public static TftpAgreement Answer(TftpRequest request, long? size, int mtu, bool windows = true)
    {
        ArgumentNullException.ThrowIfNull(request);
        int block = TftpWire.DefaultBlockSize, window = 1;
        TimeSpan? timeout = null;
        long? announced = null;
        List<KeyValuePair<string, string>> accepted = [];
        foreach ((string name, string value) in request.Options)
        {
            switch (name)
            {
                case "blksize" when Number(value, LeastBlockSize, int.MaxValue) is long asked:
                    block = (int)Math.Min(Math.Min(asked, MostBlockSize), Math.Max(LeastBlockSize, mtu - HeadersInPacket));
                    accepted.Add(new(name, Text(block)));
                    break;
                case "timeout" when Number(value, 1, 255) is long seconds:
                    // RFC 2349: the same number or nothing. U-Boot v2020.10 and later ends the transfer over any other.
                    timeout = TimeSpan.FromSeconds(seconds);
                    accepted.Add(new(name, Text(seconds)));
                    break;
                case "tsize" when request.Opcode == TftpOpcode.Rrq && size is long known && Number(value, 0, long.MaxValue) is not null:
                    accepted.Add(new(name, Text(known)));
                    break;
                case "tsize" when request.Opcode == TftpOpcode.Wrq && Number(value, 0, long.MaxValue) is long bytes:
                    announced = bytes;
                    accepted.Add(new(name, Text(bytes)));
                    break;
                case "windowsize" when windows && Number(value, 1, 65535) is long blocks:
                    window = (int)Math.Min(blocks, MostWindowSize);
                    accepted.Add(new(name, Text(window)));
                    break;
            }
        }
        return new TftpAgreement(block, window, timeout, announced, accepted.Count == 0 ? null : TftpWire.Oack(accepted));
    }

    /// <summary>Decimal ASCII digits and nothing else: "+512", " 512" and "-1" are no numbers.</summary>
    private static long? Number(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most ? value : null;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
