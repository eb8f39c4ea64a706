using System.Collections.Immutable;
using System.Net;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Turns what the user asked for into a <see cref="ServePlan"/>, or says what is missing. Reads the image, touches nothing.
/// </summary>
/// <param name="network">The adapters.</param>
/// <param name="devices">What is known.</param>
public sealed class ServePlanner(INetworkHost network, DeviceLibrary devices)
{
    /// <summary>For an adapter without an address: the network of the most common device that takes its address from us (Xiaomi), and rare at home.</summary>
    private static readonly AdapterAddress s_lastResort = new(IPAddress.Parse("192.168.31.100"), 24);

    /// <summary>Writing 16 MiB of NOR flash takes two to four minutes.</summary>
    private static readonly TimeSpan s_usualWriting = TimeSpan.FromMinutes(4);

    /// <summary>When nothing is known of the device, its return may never be seen.</summary>
    private static readonly TimeSpan s_watchUnknown = TimeSpan.FromSeconds(20);

    /// <summary>Makes the plan. Throws <see cref="UnbrickException"/>.</summary>
    public ServePlan Make(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DeviceProfile? device = options.Device is null ? null : DeviceChoice.Find(devices, options.Device);
        RecoveryWay? way = device is null ? null : options.Put is null ? FindWay(device, options) : PutWays.Find(device, options.Put);
        (string name, ReadOnlyMemory<byte>? image) = options switch
        {
            { Image: string known, ImageContent: not null } => (known, options.ImageContent),
            { Image: string path } => (Path.GetFileName(path), ImageFile.Read(path)),
            _ => ("", null),
        };
        ImageVerdict? verdict = null;
        if (device is not null && image is ReadOnlyMemory<byte> bytes)
        {
            if (!options.Anyway)
                CheckSize(device, way, name, bytes.Length);
            verdict = ImageCheck.Check(CheckedImage.Of(name, bytes), device, WayOf(way), ExpectedValues.Of(device));
            if (verdict.Answer == ImageAnswer.Refused && !options.Anyway)
                throw verdict.Refusal(name, device);
        }
        if (options.Root is not null && !Directory.Exists(options.Root))
            throw Stop(ProblemCode.RootMissing, ExitCode.NotFound, [$"{Path.GetFullPath(options.Root)}: no such folder"], ("path", options.Root));
        NetworkAdapter? adapter = ChooseAdapter(options);
        AdapterAddress? address = options.Put is null ? ChooseAddress(options, way, adapter) : PutWays.OwnAddress(options, way, adapter);
        bool add = address is AdapterAddress wanted && adapter is not null && !adapter.Addresses.Any(a => a.Address.Equals(wanted.Address));
        TimeSpan writing = way?.WriteMinutes is int minutes ? TimeSpan.FromMinutes(minutes) : s_usualWriting;
        return new ServePlan
        {
            Device = device,
            Way = way,
            ImageName = name,
            Image = image,
            Verdict = verdict,
            Root = options.Root,
            Adapter = adapter,
            Address = address,
            AddAddress = add && !options.NoHostChanges,
            Dhcp = options.Put is null ? PlanDhcp(options, way, adapter, address, name) : null,
            Writing = writing,
            Watch = options.Watch ?? (device is null ? s_watchUnknown : writing),
        };
    }

    private static RecoveryWay? FindWay(DeviceProfile device, ServeOptions options)
    {
        if (options.Nmrp)
            return device.Recovery.FirstOrDefault(w => w.Mode == RecoveryMode.Nmrp);
        // An address given by hand picks the way that needs it: the same model has several boot loaders.
        RecoveryWay? served = device.Recovery.FirstOrDefault(w => w.IsServed && options.Address is AdapterAddress a && w.ServerAddresses.Contains(a.Address))
            ?? device.Recovery.FirstOrDefault(w => w.IsServed);
        if (served is null && !device.Recovery.IsEmpty && device.Recovery.All(w => w.IsCurated) && !options.Anyway)
        {
            throw Stop(ProblemCode.WayNotServed, ExitCode.Refused, device.Recovery.Take(3).Select(w => w.How ?? w.Mode.ToString()),
                ("device", device.Name), ("way", device.Recovery[0].Mode.ToString()), ("id", device.Id));
        }
        return served;
    }

    private static ImageWay WayOf(RecoveryWay? way) => way?.Mode == RecoveryMode.BootMenu ? ImageWay.Menu : ImageWay.Tftp;

    /// <summary>No boot loader writes more than the chip holds; some take less, and the facts say so.</summary>
    private static void CheckSize(DeviceProfile device, RecoveryWay? way, string name, long size)
    {
        long? flash = device.Flash.Where(f => f.Type != "mtd-concat").Select(f => f.Size).Max();
        (long? limit, string whose) = way?.MaxFile is long most ? (most, "its boot loader takes") : (flash, "its flash chip holds");
        if (limit is not long bound || size <= bound)
            return;
        throw Stop(ProblemCode.ImageTooLarge, ExitCode.BadImage, [$"{name}: {ByteText.Exact(size)}", $"{device.Name}: {whose} {ByteText.Exact(bound)}"],
            ("size", ByteText.Exact(size)), ("limit", $"{whose} {ByteText.Exact(bound)}"), ("device", device.Id));
    }

    private NetworkAdapter? ChooseAdapter(ServeOptions options)
    {
        IReadOnlyList<NetworkAdapter> all = network.Adapters();
        if (options.Interface is string wanted)
        {
            return all.FirstOrDefault(a => a.Name == wanted) ?? throw Stop(
                ProblemCode.AdapterNotFound, ExitCode.NotFound, all.Select(Describe),
                ("adapter", wanted), ("have", string.Join(", ", all.Where(a => a.Kind != AdapterKind.Loopback).Select(a => a.Name))));
        }
        NetworkAdapter[] cables = [.. all.Where(a => a.Kind == AdapterKind.Ethernet)];
        if (cables.Length == 1)
            return cables[0];
        // A plain file server needs no adapter; without one it has no DHCP either.
        if (options.Root is not null && options.Address is null && options.Pool is null && options.Dhcp is not true)
            return null;
        if (cables.Length == 0)
        {
            throw Stop(ProblemCode.AdapterNotFound, ExitCode.NotFound, all.Select(Describe),
                ("adapter", "for a cable"), ("have", string.Join(", ", all.Select(a => a.Name))));
        }
        throw Stop(ProblemCode.AdapterUnclear, ExitCode.NotFound, cables.Select(Describe),
            ("names", string.Join(", ", cables.Select(a => a.Name))), ("first", cables[0].Name));
    }

    private static AdapterAddress? ChooseAddress(ServeOptions options, RecoveryWay? way, NetworkAdapter? adapter)
    {
        if (adapter is null)
            return null;
        if (options.Address is AdapterAddress asked)
            return asked;
        if (way?.ServerAddresses is [IPAddress server, ..])
        {
            AdapterAddress? there = Find(adapter, way.ServerAddresses);
            return there ?? new AdapterAddress(server, way.PrefixLength);
        }
        AdapterAddress[] own = [.. adapter.Addresses.Where(a => options.Pool is not { } pool || a.Covers(pool.First))];
        return own.Length > 0 ? own[0] : options.NoHostChanges ? null : s_lastResort;
    }

    private static AdapterAddress? Find(NetworkAdapter adapter, ImmutableArray<IPAddress> wanted)
    {
        foreach (AdapterAddress address in adapter.Addresses)
        {
            if (wanted.Contains(address.Address))
                return address;
        }
        return null;
    }

    private static DhcpServerOptions? PlanDhcp(ServeOptions options, RecoveryWay? way, NetworkAdapter? adapter, AdapterAddress? address, string imageName)
    {
        bool wanted = options.Dhcp ?? (options.Pool is not null || way is null || way.Mode == RecoveryMode.DhcpThenTftp);
        if (!wanted || adapter is null || address is not AdapterAddress own || adapter.Kind == AdapterKind.Loopback && options.Pool is null)
            return null;
        (IPAddress first, IPAddress last) = options.Pool ?? DefaultPool(own);
        DhcpServerOptions dhcp = new()
        {
            ServerAddress = own.Address,
            PrefixLength = own.PrefixLength,
            PoolFirst = first,
            PoolLast = last,
            BootFile = options.BootFile ?? (imageName.Length > 0 ? BootFileName(way, imageName) : null),
            Answers = mac => !mac.Equals(adapter.Mac),
        };
        CheckPool(dhcp);
        return dhcp;
    }

    /// <summary>The name the device is known to want, or the image's own if a boot loader can spell it.</summary>
    private static string BootFileName(RecoveryWay? way, string imageName) =>
        way?.Files is [string known, ..] ? known
        : imageName.Length <= 64 && imageName.All(c => c is > ' ' and <= '~') ? imageName
        : "recovery.bin";

    /// <summary>Up to 50 addresses from the middle of the network, without our own.</summary>
    private static (IPAddress First, IPAddress Last) DefaultPool(AdapterAddress own)
    {
        uint network = Ipv4.ToNumber(own.Address) & Ipv4.Mask(own.PrefixLength), mine = Ipv4.ToNumber(own.Address);
        uint hosts = own.PrefixLength >= 31 ? 0 : ~Ipv4.Mask(own.PrefixLength) - 1;
        uint first = network + Math.Max(1, Math.Min(hosts / 2, 101));
        uint last = network + Math.Min(hosts, first - network + 49);
        if (mine >= first && mine <= last)
            (first, last) = mine - first > last - mine ? (first, mine - 1) : (mine + 1, last);
        return (Ipv4.FromNumber(first), Ipv4.FromNumber(last));
    }

    private static void CheckPool(DhcpServerOptions dhcp)
    {
        try
        {
            DhcpServer.Warmup(dhcp); // also compiles the path that must answer the first DISCOVER within milliseconds
        }
        catch (ArgumentException e)
        {
            throw Stop(ProblemCode.PoolInvalid, ExitCode.Usage, [$"asked for {dhcp.PoolFirst}-{dhcp.PoolLast}, the adapter's network is that of {dhcp.ServerAddress}/{dhcp.PrefixLength}"],
                ("pool", $"{dhcp.PoolFirst}-{dhcp.PoolLast}"), ("reason", FirstLine(e.Message)), ("address", $"{dhcp.ServerAddress}/{dhcp.PrefixLength}"));
        }
    }

    private static string FirstLine(string message)
    {
        int parameter = message.IndexOf(" (Parameter", StringComparison.Ordinal);
        return parameter < 0 ? message : message[..parameter];
    }

    private static string Describe(NetworkAdapter adapter) =>
        $"{adapter.Name}  {adapter.Kind.ToString().ToLowerInvariant()}, link {adapter.Link.ToString().ToLowerInvariant()}, {(adapter.Addresses.IsEmpty ? "no address" : string.Join(" ", adapter.Addresses))}";

    private static UnbrickException Stop(string code, int exitCode, IEnumerable<string> seen, params ReadOnlySpan<(string, string)> values) =>
        new(ProblemCatalogue.Create(code, seen, values), exitCode);
}
