using System.Net;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Net;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>What an NMRP recovery needs beyond a <see cref="ServePlan"/>: both ends of the cable, and a name for devices that say none.</summary>
/// <param name="Serve">Device, image and adapter.</param>
/// <param name="Own">Our address.</param>
/// <param name="Device">The address that the device is given.</param>
/// <param name="FileName">What the file is called if the device does not say.</param>
internal sealed record NmrpPlan(ServePlan Serve, AdapterAddress Own, IPAddress Device, string FileName)
{
    /// <summary>The rules of the make, also for devices of which only the name is known.</summary>
    private const string Family = "netgear-nmrp";

    /// <summary>Makes the plan. Throws <see cref="UnbrickException"/>.</summary>
    public static NmrpPlan Make(Workbench bench, ServeOptions options)
    {
        RecoveryWay usual = bench.Devices.Get(Family)!.Recovery[0];
        RecoveryWay way = options.Device is string query
            ? DeviceChoice.Find(bench.Devices, query).Recovery.FirstOrDefault(w => w.Mode == RecoveryMode.Nmrp) ?? usual
            : usual;
        AdapterAddress own = options.Address ?? new AdapterAddress(First(way, usual, w => w.ServerAddresses), way.PrefixLength);
        ServePlan plan = new ServePlanner(bench.Network, bench.Devices).Make(options with
        {
            Nmrp = true,
            Device = options.Device ?? Family,
            Address = own,
            Dhcp = false,
        });
        plan = plan with { Way = way, Writing = TimeSpan.FromMinutes(way.WriteMinutes ?? usual.WriteMinutes ?? 30) };
        IPAddress device = First(way, usual, w => w.DeviceAddresses);
        if (device.Equals(own.Address) || !own.Covers(device))
            device = Neighbour(own);
        return new NmrpPlan(plan, own, device, way.Files is [string name, ..] ? name : usual.Files[0]);
    }

    /// <summary>The next address of the network, or the one before if that is the last.</summary>
    private static IPAddress Neighbour(AdapterAddress own)
    {
        uint mine = Ipv4.ToNumber(own.Address), broadcast = mine | ~Ipv4.Mask(own.PrefixLength);
        if (own.PrefixLength > 30)
        {
            throw new UnbrickException(ProblemCatalogue.Create(
                ProblemCode.AddressInvalid, [$"{own}"], ("text", $"{own}"), ("reason", "its network has no room for a device")), ExitCode.Usage);
        }
        return Ipv4.FromNumber(mine + 1 < broadcast ? mine + 1 : mine - 1);
    }

    private static IPAddress First(RecoveryWay way, RecoveryWay usual, Func<RecoveryWay, System.Collections.Immutable.ImmutableArray<IPAddress>> addresses) =>
        addresses(way) is [IPAddress first, ..] ? first : addresses(usual)[0];
}
