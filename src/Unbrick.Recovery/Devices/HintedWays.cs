using System.Collections.Immutable;
using System.Net;
using Unbrick.Net;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// Turns the words and addresses found in a commit message into recovery ways. They are hints: which address is whose is guessed from the
/// words around it, and the tool that a message names is the PC's, so "tftp-server" there makes the device a TFTP client.
/// </summary>
internal static class HintedWays
{
    private const string Unchecked = "Found by a script in the message of the commit that added the device; not checked.";

    public static IEnumerable<RecoveryWay> From(MinedRecovery? hints)
    {
        if (hints is null)
            yield break;
        string[] methods = hints.Methods ?? [];
        bool fetches = methods.Contains("tftp-server") || (!methods.Contains("tftp-client") && (hints.ServerIp ?? hints.Files) is not null);
        if (fetches)
            yield return Way(RecoveryMode.TftpClient, hints) with { Files = [.. hints.Files ?? []] };
        else if (methods.Contains("tftp-client"))
            yield return Way(RecoveryMode.TftpServer, hints) with { Files = [.. hints.Files ?? []], AnyName = hints.Files is null };
        if (methods.Contains("nmrp"))
            yield return Way(RecoveryMode.Nmrp, hints) with { ServerAddresses = [], DeviceAddresses = [] };
        if (methods.Contains("http-recovery"))
            yield return Way(RecoveryMode.HttpUpload, hints);
    }

    private static RecoveryWay Way(RecoveryMode mode, MinedRecovery hints)
    {
        List<IPAddress> server = Addresses(hints.PcIp, hints.ServerIp), device = Addresses(hints.DeviceIp);
        // Of several "server" addresses one that ends in .1 is usually the device's own (3 of 25 in the hand check).
        if (server.Count > 1 && server.Exists(IsGateway) && !server.TrueForAll(IsGateway))
        {
            device.AddRange(server.Where(IsGateway).Except(device).ToArray());
            server.RemoveAll(IsGateway);
        }
        bool serial = hints.Buttons is null && (hints.Methods ?? []).Contains("serial");
        return new RecoveryWay
        {
            Mode = mode,
            Standing = FactStanding.Hint,
            ServerAddresses = [.. server],
            DeviceAddresses = [.. device],
            Button = hints.Buttons is [{ } button, ..] ? button : null,
            HoldSeconds = hints.HoldS is [int seconds, ..] ? seconds : null,
            When = serial && mode == RecoveryMode.TftpClient ? "perhaps only with commands typed at the serial console" : null,
            Notes = [Unchecked],
            Sources = Commits(hints),
        };
    }

    public static ImmutableArray<string> Commits(MinedRecovery hints) => [.. (hints.Commits ?? []).Select(commit => $"openwrt {commit}")];

    private static bool IsGateway(IPAddress address) => (Ipv4.ToNumber(address) & 0xff) == 1;

    private static List<IPAddress> Addresses(params ReadOnlySpan<string[]?> lists)
    {
        List<IPAddress> addresses = [];
        foreach (string[]? list in lists)
        {
            foreach (string text in list ?? [])
            {
                if (Ipv4.TryParse(text, out IPAddress address) && !addresses.Contains(address))
                    addresses.Add(address);
            }
        }
        return addresses;
    }
}
