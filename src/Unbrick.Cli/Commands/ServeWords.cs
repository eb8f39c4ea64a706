using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Net;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Cli.Commands;

/// <summary>The arguments of <c>unbrick serve</c> as typed, before they are checked.</summary>
internal sealed record ServeWords(
    string[] Words, string? Root, string? Interface, string? Address, string? Pool, string? BootFile, int Port, string Until, string? Uploads, int? Watch)
{
    /// <summary>The image goes to a device that takes files.</summary>
    public bool Put { get; init; }

    /// <summary>Where that device is, if it was said.</summary>
    public string? PutAddress { get; init; }

    /// <summary>Its hardware address, if it was said.</summary>
    public string? DeviceMac { get; init; }

    /// <summary>The fastest that blocks may go out.</summary>
    public string? Pace { get; init; }

    /// <summary>The region for a Netgear device.</summary>
    public string? Region { get; init; }

    /// <summary>Checks and adds them. Throws <see cref="UnbrickException"/> with exit code 2.</summary>
    public ServeOptions Apply(ServeOptions flags)
    {
        (string? device, string? image) = Words switch
        {
            [] => (null, null),
            [string only] => (null, only),
            [string first, string second, ..] => (first, second),
        };
        if (Root is null == image is null)
            throw Usage(Root is null ? "an image (or --root DIR) is missing" : "an image and --root do not go together", $"image: {image ?? "none"}, --root: {Root ?? "none"}");
        if (Port is < 1 or > 65535)
            throw Usage("a port is a number from 1 to 65535", $"--port {Port}");
        if (Watch < 0)
            throw Usage("--watch takes seconds", $"--watch {Watch}");
        if (Put && (Root is not null || flags.Nmrp))
            throw Usage("--put sends one image by TFTP", Root is null ? "--put and --nmrp" : $"--put and --root {Root}");
        if (DeviceMac is not null && !Put)
            throw Usage("--device-mac is for --put only", $"--device-mac {DeviceMac}");
        return flags with
        {
            Put = Put ? ReadPut() : null,
            Device = device,
            Image = image,
            Root = Root,
            Interface = Interface,
            Address = Address is null ? null : ReadAddress(Address),
            Pool = Pool is null ? null : ReadPool(Pool),
            BootFile = BootFile,
            Port = Port,
            Forever = Until == "forever",
            Uploads = Uploads is null ? null : ReadUploads(Uploads),
            Region = Region is null ? null : ReadRegion(Region),
            Pace = Pace is null ? null : ReadPace(Pace),
            Watch = Watch is int seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private PutOptions ReadPut()
    {
        IPAddress? address = null;
        if (PutAddress is not null && !Ipv4.TryParse(PutAddress, out address))
            throw Usage("--put takes an address like 192.168.1.1, or nothing and then it stands at the end", $"--put {PutAddress}");
        PhysicalAddress? mac = null;
        if (DeviceMac is not null && !NeighborEntry.TryReadMac(DeviceMac, out mac))
            throw Usage("a hardware address looks like 02:aa:bb:cc:dd:20", $"--device-mac {DeviceMac}");
        return new PutOptions { Address = address, Mac = mac };
    }

    /// <summary>Bits per second: 10M, 500k, 64000.</summary>
    private static long ReadPace(string text)
    {
        long unit = text.ToLowerInvariant() switch { [.., 'k'] => 1_000, [.., 'm'] => 1_000_000, [.., 'g'] => 1_000_000_000, _ => 1 };
        string number = unit == 1 ? text : text[..^1];
        bool good = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * unit is >= 16_000 and <= 1e11;
        return good ? (long)(value * unit) : throw Usage("--pace takes bits per second, 16k or more, like 10M", $"--pace {text}");
    }

    private static AdapterAddress ReadAddress(string text)
    {
        string[] parts = text.Split('/');
        int prefix = 24;
        bool good = Ipv4.TryParse(parts[0], out IPAddress address) && parts.Length <= 2
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix is >= 1 and <= 30);
        if (!good)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.AddressInvalid, [$"--address {text}"], ("text", text), ("reason", "an address looks like 192.168.0.66/24")), ExitCode.Usage);
        return new AdapterAddress(address, prefix);
    }

    private static (IPAddress First, IPAddress Last) ReadPool(string text)
    {
        string[] parts = text.Split('-');
        return parts.Length == 2 && Ipv4.TryParse(parts[0], out IPAddress first) && Ipv4.TryParse(parts[1], out IPAddress last)
            ? (first, last)
            : throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.PoolInvalid, [$"--dhcp-pool {text}"], ("pool", text), ("reason", "a pool looks like 192.168.0.100-192.168.0.150"), ("address", "not looked at")), ExitCode.Usage);
    }

    private static ushort ReadRegion(string text) => NmrpRegion.TryParse(text, out ushort region)
        ? region
        : throw Usage($"a region is one of {string.Join(", ", NmrpRegion.Names)}", $"--region {text}");

    private static string ReadUploads(string path) => Directory.Exists(path)
        ? path
        : throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.RootMissing, [$"--uploads {path}"], ("path", path)), ExitCode.NotFound);

    private static UnbrickException Usage(string what, string seen) => new(
        new Problem("usage", Severity.Error, what, [seen], "The command line does not say what to do.", ["unbrick serve --help"]), ExitCode.Usage);
}
