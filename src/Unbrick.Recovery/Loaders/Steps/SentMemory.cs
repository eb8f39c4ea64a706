using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Formats.Bytes;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>
/// Memory that the loader itself sends to our server, by <c>tftpput ADDRESS SIZE NAME</c> (U-Boot: cmd/net.c, CONFIG_CMD_TFTPPUT): a megabyte a
/// second and more, where its console manages two kilobytes. Proven by the checksum that the loader makes of the same memory.
/// </summary>
/// <param name="session">At a prompt.</param>
/// <param name="reader">For the checksum.</param>
/// <param name="network">Our server.</param>
internal sealed partial class SentMemory(LoaderSession session, MemoryReader reader, ILoaderNetwork network)
{
    private const int MostTries = 3;
    private const string Name = "unbrick.bin";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    /// <summary>Has it sent; null when this loader cannot, or it did not arrive, which is said.</summary>
    /// <param name="address">Where.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="ct">Stops it.</param>
    public ReadOnlyMemory<byte>? Take(long address, long length, CancellationToken ct)
    {
        NetworkNames.Tell(session, network.Device, network.Server, ct);
        ReadOnlyMemory<byte>? before = null;
        string why = "";
        for (int i = 0; i < MostTries; i++)
        {
            if (Send(address, length, ref why, ct) is not { } content)
            {
                if (why.Length == 0)
                    return null;
                session.Say("backup", $"tftpput: {why}");
                continue;
            }
            if (reader.Crc((ulong)address, length) is uint crc)
            {
                if (crc == Crc32.Zlib(content.Span))
                    return content;
                session.Say("backup", "tftpput: the checksum in memory is not that of what came");
            }
            else if (reader.Proof != "crc32")
            {
                if (before is { } first && first.Span.SequenceEqual(content.Span))
                    return content;
                before = content;
            }
        }
        session.Say("backup", "by the console then, which is slow");
        return null;
    }

    private ReadOnlyMemory<byte>? Send(long address, long length, ref string why, CancellationToken ct)
    {
        using ILoaderInbox inbox = network.Take(Name, length, ct);
        CommandOutput output = session.Shell.Run(string.Create(CultureInfo.InvariantCulture, $"tftpput {address:x} {length:x} {Name}"), s_patience);
        why = "";
        if (output.IsUnknown || output.Has(Usage()))
        {
            session.Say("backup", "this boot loader has no tftpput: by the console, which is slow");
            return null;
        }
        if (inbox.Arrived is { } content && content.Length == length)
            return content;
        why = output.Lines.LastOrDefault(l => l.Length > 0) ?? "no answer";
        return null;
    }

    [GeneratedRegex("^Usage:|^tftp\\w* - ")]
    private static partial Regex Usage();
}
