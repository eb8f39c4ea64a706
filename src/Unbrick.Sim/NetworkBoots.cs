using System.Collections.Immutable;
using System.Net;
using Unbrick.Sim.Devices;

namespace Unbrick.Sim;

/// <summary>The simulated devices that ask for an address and are told the name of their file; what is known and what assumed stands with each.</summary>
internal static class NetworkBoots
{
    public static ImmutableArray<(string Name, Func<VirtualTime, SimQuery, SimDevice> Make)> All { get; } =
    [
        ("router/mikrotik", (time, query) =>
        {
            NetworkBootOptions options = new() { Bootp = query.Text("bootp") is not null, WriteTime = TimeSpan.FromSeconds(2) };
            return new MikroTikNetboot(time, Common(query, options));
        }),
        ("router/xiaomi-recovery", (time, query) =>
        {
            NetworkBootOptions options = new() { FirmwareIp = new IPAddress([192, 168, 31, 1]), LargestImage = XiaomiRecovery.UsualLimit };
            if (query.Text("fixed") is not null)
                options = options with { OwnIp = new IPAddress([192, 168, 31, 2]), File = "test.bin" };
            return new XiaomiRecovery(time, Common(query, options));
        }),
    ];

    private static NetworkBootOptions Common(SimQuery query, NetworkBootOptions options) => options with
    {
        Seed = query.Seed(),
        OwnIp = query.Address("ip") ?? options.OwnIp,
        ServerIp = query.Address("server") ?? options.ServerIp,
        File = query.Text("file") ?? options.File,
        WriteTime = query.Duration("write") ?? options.WriteTime,
    };
}
