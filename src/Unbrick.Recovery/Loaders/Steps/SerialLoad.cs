using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial.Transfer;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>A file over the serial line itself.</summary>
internal static partial class SerialLoad
{
    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(5);

    /// <summary>Sends it.</summary>
    /// <returns>Empty when it is over, or why not.</returns>
    public static string Send(LoaderSession session, ReadOnlyMemory<byte> content, string name, long address, LoadProtocol protocol, CancellationToken ct)
    {
        LoaderLine line = session.Bench.Line;
        int baud = line.HasRate ? line.Baud : 0;
        (string command, IFileSender sender) = protocol switch
        {
            LoadProtocol.Xmodem => ("loadx", new XmodemSender(content, new XmodemOptions { Baud = baud })),
            LoadProtocol.Kermit => ("loadb", (IFileSender)new KermitSender(content, name, baud)),
            _ => ("loady", new YmodemSender(content, name, new XmodemOptions { Baud = baud })),
        };
        string typed = string.Create(CultureInfo.InvariantCulture, $"{command} {address:x}");
        CommandOutput? answer = session.Shell.RunUntil(typed, Ready(), s_ready);
        if (answer is { IsUnknown: true })
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderLacks, [], ("command", command), ("instead", "--protocol tftp, or kermit")), ExitCode.DeviceRefused);
        }
        if (answer is not null)
            return answer.Lines.LastOrDefault(l => l.Trim().Length > 0) is string said ? $"it does not say that it waits for a file: {SafeText.Show(said)}" : "it does not say that it waits for a file";
        line.Send(sender, s => session.Progress("send", s.Acknowledged, s.Total), ct);
        string why = sender.State == TransferState.Done ? "" : sender.PeerText ?? sender.Fault?.ToString() ?? "it did not end";
        session.Shell.Regain();
        return why;
    }

    /// <summary>Either half of "## Ready for binary (ymodem) download to 0x...": a byte that was lost spoils one of them.</summary>
    [GeneratedRegex("Ready for bin|download to 0x")]
    private static partial Regex Ready();
}
