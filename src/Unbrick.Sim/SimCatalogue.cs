using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim;

/// <summary>
/// What can stand behind a <c>sim:</c> address. The form is <c>[fault:FAULTS:]sim:NAME[?KEY=VALUE&amp;…]</c>, for example
/// <c>fault:loss=1%,seed=7:sim:router/archer-c7-v2?power-on=1s&amp;hold=20s</c>.
/// </summary>
public static class SimCatalogue
{
    private const string FaultScheme = "fault:";
    private const string SimScheme = "sim:";
    private static readonly TimeSpan s_powerOn = TimeSpan.FromSeconds(1);

    /// <summary>As in the log of a Xiaomi R4A (thread 002).</summary>
    private static readonly UBootTftpOptions s_ralink = UBootTftpOptions.UBoot11 with { LoadAddress = 0x8200_0000, RalinkConsole = true };

    private static readonly ImmutableArray<(string Name, Func<VirtualTime, SimQuery, SimDevice> Make)> s_devices =
    [
        ("router/archer-c7-v2", ArcherC7V2),
        .. PutTargets.All,
        .. NetworkBoots.All,
        ("router/netgear-nmrp", NetgearNmrp),
        ("router/uboot-1.1.3", (time, query) => Router(time, query, s_ralink, modern: false)),
        ("router/uboot-2018", (time, query) => Router(time, query, UBootTftpOptions.UBoot2018, modern: true)),
        ("router/uboot-2022", (time, query) => Router(time, query, UBootTftpOptions.UBoot2022, modern: true)),
    ];

    /// <summary>The names of all simulated devices.</summary>
    public static ImmutableArray<string> Names { get; } = [.. s_devices.Select(d => d.Name)];

    /// <summary>Whether an address is for this catalogue at all (<c>sim:</c>, or <c>fault:</c> before it).</summary>
    public static bool IsSim(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.StartsWith(SimScheme, StringComparison.Ordinal) || address.StartsWith(FaultScheme, StringComparison.Ordinal);
    }

    /// <summary>Sets the bench up: device, cable, PC. The device gets power after <c>power-on</c> (default 1 s).</summary>
    /// <param name="address">The address.</param>
    /// <param name="time">The clock, at its start.</param>
    /// <exception cref="UnbrickException">What does not exist, with a list of what does.</exception>
    public static SimBench Open(string address, VirtualTime time)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(time);
        string rest = TakeFaults(address, out CableFaults faults);
        if (!rest.StartsWith(SimScheme, StringComparison.Ordinal))
        {
            string shown = SafeText.Show(rest);
            string example = SimScheme + Names[0];
            throw SimText.Usage("sim-bad-address", $"'{shown}' is no simulated device", shown, "its address begins with sim:", example);
        }
        rest = rest[SimScheme.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string name = question < 0 ? rest : rest[..question];
        SimQuery query = new(question < 0 ? "" : rest[(question + 1)..]);
        Func<VirtualTime, SimQuery, SimDevice> make = s_devices.FirstOrDefault(d => d.Name == name).Make
            ?? throw SimText.Unknown("sim-unknown-device", "simulated device", name, Names);
        SimDevice device = make(time, query);
        TimeSpan powerOn = query.Duration("power-on") ?? s_powerOn;
        query.NothingElse();
        SimBench bench = new(time, device, new SimNetworkHost(time, device, faults));
        time.CreateTimer(device.PowerOn).SetAt(powerOn.Ticks);
        return bench;
    }

    private static string TakeFaults(string address, out CableFaults faults)
    {
        faults = CableFaults.None;
        if (!address.StartsWith(FaultScheme, StringComparison.Ordinal))
            return address;
        string rest = address[FaultScheme.Length..];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            string example = $"fault:loss=1%:sim:{Names[0]}";
            string shown = SafeText.Show(address);
            throw SimText.Usage("sim-bad-address", "faults of what?", shown, "behind the faults stands what has them", example);
        }
        faults = CableFaultsParser.Parse(rest[..colon]);
        return rest[(colon + 1)..];
    }

    private static TpLinkRecovery ArcherC7V2(VirtualTime time, SimQuery query)
    {
        TpLinkRecoveryOptions options = new();
        return new TpLinkRecovery(time, options with
        {
            Seed = query.Seed(),
            ButtonHeld = query.Duration("hold"),
            File = query.Text("file") ?? options.File,
            OwnIp = query.Address("ip") ?? options.OwnIp,
            ServerIp = query.Address("server") ?? options.ServerIp,
            Tftp = options.Tftp with { TimeoutSeconds = query.Whole("timeout", 1, 255) ?? options.Tftp.TimeoutSeconds },
            WriteTime = query.Duration("write") ?? options.WriteTime,
            RebootAtBlock = query.Whole("reboot-at", 0, 65_535) ?? 0,
            EraseTime = query.Duration("erase") ?? TimeSpan.Zero,
        });
    }

    private static NetgearNmrp NetgearNmrp(VirtualTime time, SimQuery query)
    {
        NetgearNmrpOptions options = new();
        return new NetgearNmrp(time, options with
        {
            Seed = query.Seed(),
            File = query.Text("file") is { } name ? name.Length == 0 ? null : name : options.File,
            KeepAliveEvery = query.Duration("keep-alive") is { } pause ? pause > TimeSpan.Zero ? pause : null : options.KeepAliveEvery,
            WriteTime = query.Duration("write") ?? options.WriteTime,
            Refuses = query.Whole("refuse", 0, 100) ?? 0,
            RestartAtBlock = query.Whole("restart-at", 0, 65_535) ?? 0,
            NeverAsks = query.Text("never-asks") is not null,
            NeverCloses = query.Text("never-closes") is not null,
            SwallowsLastAck = query.Text("no-last-ack") is not null,
            RestartsItself = query.Text("restarts") is not null,
            AnswersArp = query.Text("no-arp") is null,
        });
    }

    private static UBootRouter Router(VirtualTime time, SimQuery query, UBootTftpOptions tftp, bool modern)
    {
        UBootRouterOptions options = new() { Tftp = tftp };
        return new UBootRouter(time, options with
        {
            Seed = query.Seed(),
            File = query.Text("file") ?? options.File,
            OwnIp = query.Address("ip"),
            ServerIp = query.Address("server") ?? options.ServerIp,
            ModernDhcp = modern,
            DefaultFile = modern ? null : "test.bin",
            Tftp = tftp with
            {
                AskedBlockSize = query.Whole("blksize", 8, 65_464) ?? tftp.AskedBlockSize,
                WindowSize = tftp.InOrderOnly ? query.Whole("windowsize", 1, 65_535) ?? tftp.WindowSize : tftp.WindowSize,
            },
        });
    }
}
