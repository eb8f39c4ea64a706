using System.Collections.Immutable;
using System.Net;
using Unbrick.Sim.Devices;

namespace Unbrick.Sim;

/// <summary>
/// The simulated devices that take the file which the PC puts. Known: addresses, names, Buffalo's hardware address and silence towards ARP
/// (<c>data/devices/curated</c>, with sources), windows of 1 to 3 s (dd-wrt's wiki) and about 4 s (Buffalo). Assumed: the times of start,
/// check, write and boot, and how long a dead firmware runs before the watchdog restarts the board.
/// </summary>
internal static class PutTargets
{
    private const ulong BuffaloMac = 0x02aa_bbcc_dd20;

    public static ImmutableArray<(string Name, Func<VirtualTime, SimQuery, SimDevice> Make)> All { get; } =
    [
        // Rescue mode is entered with the button and stays; the last block is never acknowledged.
        ("router/asus-rescue", (time, query) => Make(time, query, new PutTargetOptions { AcksLast = false, RestartsAfter = null })),
        ("router/cfe", (time, query) => Make(time, query, new PutTargetOptions { Window = TimeSpan.FromSeconds(2) })),
        ("router/buffalo", (time, query) => Make(time, query, new PutTargetOptions
        {
            OwnIp = new IPAddress([192, 168, 11, 1]),
            FirmwareIp = new IPAddress([192, 168, 11, 1]),
            OnlyFrom = new IPAddress([192, 168, 11, 2]),
            Mac = BuffaloMac,
            AnswersArp = false,
            NameHas = "tftp",
            Window = TimeSpan.FromSeconds(4),
        })),
        ("router/ubiquiti", (time, query) => Make(time, query, new PutTargetOptions
        {
            OwnIp = new IPAddress([192, 168, 1, 20]),
            FirmwareIp = new IPAddress([192, 168, 1, 20]),
            RestartsAfter = null,
        })),
    ];

    private static PutTarget Make(VirtualTime time, SimQuery query, PutTargetOptions options) => new(time, options with
    {
        Seed = query.Seed(),
        OwnIp = query.Address("ip") ?? options.OwnIp,
        Window = query.Duration("window") ?? options.Window,
        OpensAfter = query.Duration("opens") ?? options.OpensAfter,
        Refusal = query.Text("refuse") ?? options.Refusal,
        RestartsAtBlock = query.Whole("restart-at", 1, 65_535) ?? options.RestartsAtBlock,
        Pause = query.Duration("pause") ?? options.Pause,
        WriteTime = query.Duration("write") ?? options.WriteTime,
    });
}
