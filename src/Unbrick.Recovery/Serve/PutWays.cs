using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Net;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>What the facts and the user say about sending a file: to whom, from where, under which name.</summary>
internal static class PutWays
{
    /// <summary>Last byte of our address when only the device's is known: the custom of all instructions for these loaders.</summary>
    private const uint UsualHost = 10;

    private const int LongestName = 64;

    /// <summary>
    /// Whether the first way of the device that is no web page or protocol of its own is to take the file; a guess from a commit message does
    /// not count.
    /// </summary>
    public static bool IsUsual(DeviceProfile device) =>
        device.Recovery.FirstOrDefault(w => w.IsServed || w.Mode == RecoveryMode.TftpServer) is { Mode: RecoveryMode.TftpServer, Standing: not FactStanding.Hint };

    /// <summary>The way that has the user's address, else the first that takes files; null when the facts have none.</summary>
    public static RecoveryWay? Find(DeviceProfile device, PutOptions put)
    {
        RecoveryWay[] ways = [.. device.Recovery.Where(w => w.Mode == RecoveryMode.TftpServer)];
        return ways.FirstOrDefault(w => put.Address is IPAddress asked && w.DeviceAddresses.Contains(asked)) ?? ways.FirstOrDefault();
    }

    /// <summary>Where the device may be. Throws <see cref="UnbrickException"/> when nobody says.</summary>
    public static ImmutableArray<IPAddress> Targets(ServeOptions options, RecoveryWay? way)
    {
        if (options.Put?.Address is IPAddress asked)
            return [asked];
        if (way is { DeviceAddresses.IsEmpty: false })
            return way.DeviceAddresses;
        throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.PutAddressMissing, ["--put without an address"], ("device", options.Device ?? "the device")), ExitCode.Usage);
    }

    /// <summary>Our address: what the user says, what the loader insists on, what is there already, or the usual one beside the device's.</summary>
    public static AdapterAddress? OwnAddress(ServeOptions options, RecoveryWay? way, NetworkAdapter? adapter)
    {
        if (options.Address is AdapterAddress asked || adapter is null)
            return options.Address;
        IPAddress target = Targets(options, way)[0];
        int prefix = way?.PrefixLength ?? RecoveryWay.UsualPrefix;
        foreach (IPAddress listed in way?.ServerAddresses ?? [])
        {
            if (adapter.Addresses.FirstOrDefault(a => a.Address.Equals(listed)) is { Address: not null } there)
                return there;
        }
        if (way?.ServerAddresses.FirstOrDefault(a => new AdapterAddress(a, prefix).Covers(target)) is IPAddress server)
            return new AdapterAddress(server, prefix);
        if (adapter.Addresses.FirstOrDefault(a => a.Covers(target)) is { Address: not null } near)
            return near;
        uint network = Ipv4.ToNumber(target) & Ipv4.Mask(prefix);
        uint own = network | UsualHost;
        return new AdapterAddress(Ipv4.FromNumber(own == Ipv4.ToNumber(target) ? own + 1 : own), prefix);
    }

    /// <summary>The device's hardware address, where it has to be entered by hand.</summary>
    public static PhysicalAddress? FixedMac(PutOptions put, RecoveryWay? way) =>
        put.Mac ?? (way is { AnswersArp: false, DeviceMac: string text } && NeighborEntry.TryReadMac(text, out PhysicalAddress mac) ? mac : null);

    /// <summary>The name the device is known to want, else the image's own if a boot loader can spell it.</summary>
    public static string NameFor(ServeOptions options, RecoveryWay? way, string imageName) =>
        options.BootFile is string asked && IsPlain(asked) ? asked
        : way?.Files is [string known, ..] ? known
        : IsPlain(imageName) ? imageName
        : "firmware.bin";

    private static bool IsPlain(string name) => name.Length is > 0 and <= LongestName && name.All(c => c is > ' ' and <= '~');
}
