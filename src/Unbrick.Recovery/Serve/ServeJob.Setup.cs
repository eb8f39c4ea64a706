using System.Net;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

// Everything before the loop: saying what will be done, making the adapter ready, opening the ports.
public sealed partial class ServeJob
{
    private void TellPlan()
    {
        if (_plan.Device is not null)
            TellDevice(_plan.Device);
        if (_plan.Image is ReadOnlyMemory<byte> image)
            Say("image", $"{_plan.ImageName}, {ByteText.Exact(image.Length)}");
        if (_plan.Verdict is { } verdict)
            Say("check", CheckText(verdict));
        if (_plan.Root is string root)
            Say("folder", Path.GetFullPath(root));
    }

    internal static string CheckText(ImageVerdict verdict)
    {
        string reasons = string.Join("; ", verdict.Reasons.Select(r => $"{r.Code}, {r.Seen}{(r.Want.Length > 0 ? $" (wanted: {r.Want})" : "")}"));
        return Words.Of(verdict.Purpose) + verdict.Answer switch
        {
            ImageAnswer.Fits => ": made for this device, every checksum is right",
            ImageAnswer.Refused => $": REFUSED by the check and served all the same (--anyway): {reasons}",
            _ => $": cannot tell whether it fits: {reasons}",
        };
    }

    private void TellDevice(DeviceProfile device)
    {
        string asks = _plan.Way switch
        {
            { ServerAddresses: [IPAddress server, ..], Files: [string file, ..] } => $" asks {server} for {file}",
            { ServerAddresses: [IPAddress server, ..] } => $" asks {server} for its file",
            { Mode: RecoveryMode.DhcpThenTftp } => " asks for an address and a file name by DHCP",
            _ => "",
        };
        string source = _plan.Way?.Sources is [string first, ..] ? $"; source: {first}{(_plan.Way.IsCurated ? "" : ", not checked by hand")}" : "";
        Say("device", device.Name + asks + source);
    }

    /// <summary>Undoes what a killed run left on this machine.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool RecoverLeftovers()
    {
        if (bench.Journal is null || options.NoHostChanges)
            return false;
        bool any = false;
        foreach (UndoneChange undone in bench.Journal.Recover(bench.Network))
        {
            any |= undone.Outcome == UndoOutcome.Undone;
            if (undone.Outcome == UndoOutcome.Undone && undone.Change.Address is AdapterAddress address)
            {
                _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.LeftoverRemoved, [undone.Text], ("address", $"{address}"), ("adapter", undone.Change.Adapter)));
            }
            else
            {
                Say("network", undone.Text);
            }
        }
        return any;
    }

    private void PrepareAdapter(HostChanges? changes)
    {
        if (_plan.Adapter is not NetworkAdapter adapter || _plan.Address is not AdapterAddress address)
            return;
        string added = "";
        if (!options.NoHostChanges)
        {
            try
            {
                if (!adapter.Enabled)
                    Change(() => changes?.Enable(adapter.Name), () => bench.Network.Enable(adapter.Name), changes);
                if (_plan.AddAddress)
                {
                    Change(() => changes?.AddAddress(adapter.Name, address), () => bench.Network.AddAddress(adapter.Name, address), changes);
                    added = " added for this run";
                }
            }
            catch (NetworkException e)
            {
                throw Explain(e, $"give {adapter.Name} the address {address}", 0);
            }
        }
        string speed = adapter is { Link: LinkState.Up, SpeedMbit: int mbit } ? $" at {mbit} Mbit/s" : "";
        Say("network", $"{adapter.Name}  link {Word(adapter.Link)}{speed}  {address}{added}");
        foreach (NetworkAdapter other in bench.Network.Adapters())
        {
            if (other.Name != adapter.Name && other.Kind != AdapterKind.Loopback && other.Addresses.FirstOrDefault(a => a.Covers(address.Address) || address.Covers(a.Address)) is { Address: not null } near)
            {
                string seen = $"{other.Name} has {near}, {adapter.Name} has {address}";
                _diagnosis.Add(other.Kind == AdapterKind.Wireless
                    ? ProblemCatalogue.Create(ProblemCode.WifiInTheWay, [seen], ("other", other.Name), ("address", $"{near}"))
                    : ProblemCatalogue.Create(ProblemCode.AddressElsewhere, [seen], ("other", other.Name), ("address", $"{near}"), ("adapter", adapter.Name)));
            }
        }
    }

    private static void Change(Action journalled, Action direct, HostChanges? changes)
    {
        if (changes is null)
            direct();
        else
            journalled();
    }

    /// <summary>Looks for other DHCP servers, then opens the ports; the request port last, since that is what others wait for.</summary>
    private TftpHost Open()
    {
        string name = _plan.Adapter?.Name ?? "the adapter";
        FolderCatalog? folder = _plan.Root is null ? null : new FolderCatalog(_plan.Root, options.BootFile, options.AnyName);
        ITftpCatalog? given = _plan.Image is ReadOnlyMemory<byte> image ? new ImageCatalog(_plan.ImageName, image, Objection) : folder;
        ITftpCatalog catalog = given ?? new EmptyCatalog();
        UploadFolder? uploads = options.Uploads is null ? null : new UploadFolder(options.Uploads, options.UploadLimit);
        _tftp = new TftpServer(catalog, new TftpServerOptions { Heal = options.Heal, RollOverTo = options.RollOverTo, SinglePort = options.SinglePort, Pace = options.Pace }, uploads);
        _teller = new TransferTeller(bench.Events, name, asked => Have(folder, asked), _diagnosis);
        try
        {
            Listen();
            OpenDhcp();
            TftpListen listen = new(options.Port, IPAddress.Any, options.Interface is null && _plan.Root is not null ? null : _plan.Adapter);
            TftpHost host = new(_stack, _tftp, listen, MtuOf(), OnTftp) { OnArrival = OnSocket };
            Say("serving", Serving());
            if (_plan.Way?.How is string how)
                Say("now", how);
            return host;
        }
        catch (NetworkException e)
        {
            throw Explain(e, $"open UDP port {options.Port}", options.Port);
        }
    }

    private string Serving()
    {
        string where = _plan.Address is AdapterAddress own ? own.Address.ToString() : "all addresses";
        string what = _plan is { Image: null, Root: null } ? "takes what is sent" : _plan.Image is null ? "the files of the folder" : options.Device is null ? "any name gets this image" : "whatever it asks for gets this image";
        string dhcp = _plan.Dhcp is DhcpServerOptions given ? $"; DHCP {given.PoolFirst}-{given.PoolLast}{(given.BootFile is null ? "" : $", file {given.BootFile}")}" : "";
        return $"TFTP on {where}:{options.Port}: {what}{dhcp}";
    }

    private void OpenDhcp()
    {
        if (_plan.Dhcp is not DhcpServerOptions given || _plan.Adapter is not NetworkAdapter adapter)
            return;
        DhcpTeller teller = new(bench.Events, adapter.Name, _diagnosis);
        try
        {
            _guard = new DhcpGuard(_stack, adapter, given.ServerAddress, bench.Random, (server, _) => _otherServer = server);
        }
        catch (NetworkException)
        {
            Say("network", "UDP port 68 is held by another program: other DHCP servers on this cable are not looked for");
        }
        if (_guard is not null && adapter.Link == LinkState.Up)
        {
            Say("network", "asking whether another DHCP server is on this cable (3 s)");
            _guard.Ask();
            while (_guard.Asking && _otherServer is null)
            {
                _stack.Poll(s_tick);
                _guard.Tick();
            }
        }
        if (_otherServer is IPAddress server)
            throw new UnbrickException(OtherServer(server), ExitCode.Refused);
        DhcpServer answers = new(given);
        _openDhcp = () => new DhcpHost(_stack, answers, adapter, given.ServerAddress, report => OnDhcp(report, teller)) { OnArrival = OnSocket };
        try
        {
            _dhcp = _openDhcp();
        }
        catch (NetworkException e)
        {
            throw Explain(e, $"open UDP port {DhcpHost.Port}", DhcpHost.Port);
        }
    }

    private static string Word(LinkState link) => link.ToString().ToLowerInvariant();

    private Problem OtherServer(IPAddress server) => ProblemCatalogue.Create(
        ProblemCode.OtherDhcpServer, [$"{server} answered on {_plan.Adapter!.Name}"], ("adapter", _plan.Adapter.Name), ("server", $"{server}"));

    /// <summary>
    /// A name that belongs to another model means another boot loader than the image is for, and some of those write whatever they get from the
    /// start of the flash (thread 001's does).
    /// </summary>
    private string? Objection(string asked)
    {
        if (options.Anyway || _plan.Device is not DeviceProfile device)
            return null;
        string file = asked.Split('/', '\\')[^1];
        bool known = device.Recovery.Any(w => w.AnyName || w.Files.Contains(file, StringComparer.OrdinalIgnoreCase));
        if (known)
            return null;
        DeviceMatch? other = bench.Devices.Find(file) is { Matches: [{ Kind: MatchKind.File } match, ..] } ? match : null;
        if (other is null || other.Id == device.Id)
            return null;
        if (!_diagnosis.Problems.Any(p => p.Code == ProblemCode.OtherModel))
        {
            _diagnosis.Add(ProblemCatalogue.Create(
                ProblemCode.OtherModel, [$"asked for {SafeText.Show(file)}"], ("asked", file), ("other", other.Name), ("device", device.Name)));
        }
        return $"that name belongs to {SafeText.Show(other.Name, 40)}: is this the right image?";
    }

    private string Have(FolderCatalog? folder, string asked)
    {
        if (folder is null)
            return $"{_plan.ImageName}, for {_plan.Device?.Name ?? "any device"}";
        if (folder.Nearest(asked) is string near)
            return $"{near} is nearest";
        IReadOnlyList<string> names = folder.Names();
        return names.Count == 0 ? "an empty folder" : $"{string.Join(", ", names.Take(5))}{(names.Count > 5 ? " and others" : "")}";
    }

    private Func<int, int?> MtuOf()
    {
        Dictionary<int, int> mtus = [];
        foreach (NetworkAdapter adapter in bench.Network.Adapters())
            mtus[adapter.Index] = adapter.Mtu;
        return index => mtus.TryGetValue(index, out int mtu) && mtu >= 576 ? mtu : null;
    }

    private UnbrickException Explain(NetworkException e, string what, int port) => e.Failure switch
    {
        NetworkFailure.PortTaken => new(ProblemCatalogue.Create(
            ProblemCode.PortTaken, [e.Message], ("port", $"{port}"), ("owner", bench.Network.OwnerOfUdpPort(port) ?? "another program")), ExitCode.NotFound, e),
        NetworkFailure.NotPermitted => new(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", what)), ExitCode.NotFound, e),
        NetworkFailure.NoSuchAddress => new(ProblemCatalogue.Create(
            ProblemCode.AddressInvalid, [e.Message], ("text", $"{_plan.Address}"), ("reason", "this PC does not have it")), ExitCode.NotFound, e),
        _ => new(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", what)), ExitCode.NotFound, e),
    };

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, SafeText.Show(text, 300)));
}
