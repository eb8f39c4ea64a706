using System.Collections.Immutable;
using System.Net;
using Unbrick.Core.Text;
using Unbrick.Net.Firewalls;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>
/// Linux. Adapters and addresses come from rtnetlink, not from files: it tells what belongs to this network namespace, says what kind of
/// adapter each one is, and costs two short conversations, so that the cable can be watched by looking several times a second.
/// </summary>
/// <param name="openStack">Makes a stack.</param>
/// <param name="sysRoot">Where sysfs is; tests bring their own.</param>
/// <param name="procRoot">Where procfs is; tests bring their own.</param>
internal sealed class LinuxNetworkHost(Func<INetworkStack> openStack, string sysRoot = "/sys", string procRoot = "/proc") : INetworkHost
{
    /// <summary>A list that changes while it is told is asked for again, but a machine that never settles is still answered.</summary>
    private const int MostDumps = 4;

    /// <inheritdoc/>
    public IReadOnlyList<NetworkAdapter> Adapters()
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        ILookup<int, AdapterAddress> addresses = Addresses(netlink).ToLookup(found => found.Index, found => found.Address);
        return [.. Links(netlink).Select(link => LinuxAdapters.Describe(link, SysfsFacts.Read(sysRoot, link), addresses[link.Index]))];
    }

    /// <inheritdoc/>
    public void Enable(string adapter) => SetUp(adapter, up: true);

    /// <inheritdoc/>
    public void Disable(string adapter) => SetUp(adapter, up: false);

    /// <inheritdoc/>
    public void AddAddress(string adapter, AdapterAddress address)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        LinuxErrors.ThrowUnlessDone(
            netlink.Change(sequence => NetlinkRequest.Add(sequence, link.Index, address)), $"adding {address} to {link.Name}");
    }

    /// <inheritdoc/>
    public void RemoveAddress(string adapter, AdapterAddress address)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        // The kernel hangs later addresses of the same network on the first one and deletes them with it, unless told to promote them.
        // If the user's address came after ours (a DHCP lease during the run, say), it would go with ours.
        bool othersHangOnIt = !link.PromotesSecondaries && Addresses(netlink).Any(other =>
            other.Index == link.Index && other.Address.PrefixLength == address.PrefixLength && other.Address != address &&
            address.Covers(other.Address.Address));
        if (othersHangOnIt)
            SetPromoteSecondaries(netlink, link, on: true);
        try
        {
            int errno = netlink.Change(sequence => NetlinkRequest.Delete(sequence, link.Index, address));
            if (errno != LinuxErrors.AddressNotAvailable)
                LinuxErrors.ThrowUnlessDone(errno, $"removing {address} from {link.Name}");
        }
        finally
        {
            if (othersHangOnIt)
                SetPromoteSecondaries(netlink, link, on: false);
        }
    }

    /// <inheritdoc/>
    public NeighborEntry? FixedNeighbor(string adapter, IPAddress address)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        foreach (NetlinkNeighbor one in Neighbors(netlink))
        {
            if (one.Index == link.Index && one.State == NetlinkNeighbor.Permanent && one.Entry.Address.Equals(address))
                return one.Entry;
        }
        return null;
    }

    /// <inheritdoc/>
    public void AddNeighbor(string adapter, NeighborEntry neighbor)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        LinuxErrors.ThrowUnlessDone(
            netlink.Change(sequence => NetlinkRequest.Fix(sequence, link.Index, neighbor)), $"fixing {neighbor} on {link.Name}");
    }

    /// <inheritdoc/>
    public void RemoveNeighbor(string adapter, NeighborEntry neighbor)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        int errno = netlink.Change(sequence => NetlinkRequest.Forget(sequence, link.Index, neighbor.Address));
        if (errno != LinuxErrors.NoSuchEntry)
            LinuxErrors.ThrowUnlessDone(errno, $"removing {neighbor} from {link.Name}");
    }

    /// <inheritdoc/>
    public void AskNeighborAnew(string adapter, IPAddress address)
    {
        try
        {
            using NetlinkSocket netlink = NetlinkSocket.Open();
            NetlinkLink link = Find(netlink, adapter);
            if (!Neighbors(netlink).Any(one => one.Index == link.Index && one.State == NetlinkNeighbor.Permanent && one.Entry.Address.Equals(address)))
                netlink.Change(sequence => NetlinkRequest.Forget(sequence, link.Index, address));
        }
        catch (NetworkException)
        {
            // It is a help, not a need.
        }
    }

    /// <inheritdoc/>
    public INetworkStack OpenStack() => openStack();

    /// <inheritdoc/>
    public FirewallRule? FirewallRuleFor(FirewallPacket packet) => new LinuxFirewall(CommandRunner.Run, File.Exists).Find(packet);

    /// <inheritdoc/>
    public long? DamagedFrames(string adapter) => SysfsFacts.DamagedFrames(sysRoot, adapter);

    /// <inheritdoc/>
    public long? CarrierLosses(string adapter) => SysfsFacts.CarrierLosses(sysRoot, adapter);

    /// <inheritdoc/>
    public string? OwnerOfUdpPort(int port) => LinuxUdpPorts.OwnerOf(procRoot, port);

    private static void SetUp(string adapter, bool up)
    {
        using NetlinkSocket netlink = NetlinkSocket.Open();
        NetlinkLink link = Find(netlink, adapter);
        LinuxErrors.ThrowUnlessDone(
            netlink.Change(sequence => NetlinkRequest.SetUp(sequence, link.Index, up)), $"switching {link.Name} {(up ? "on" : "off")}");
    }

    private static void SetPromoteSecondaries(NetlinkSocket netlink, NetlinkLink link, bool on) => LinuxErrors.ThrowUnlessDone(
        netlink.Change(sequence => NetlinkRequest.SetPromoteSecondaries(sequence, link.Index, on)),
        $"protecting the other addresses of {link.Name}");

    private static NetlinkLink Find(NetlinkSocket netlink, string adapter) =>
        Links(netlink).FirstOrDefault(link => link.Name == adapter)
        ?? throw new NetworkException(NetworkFailure.NoSuchAdapter, $"there is no network adapter {SafeText.Show(adapter)}");

    private static ImmutableArray<NetlinkLink> Links(NetlinkSocket netlink) => Dump(netlink, NetlinkRequest.DumpLinks, NetlinkWire.NewLink,
        static (ReadOnlySpan<byte> body, out NetlinkLink link) => NetlinkLink.TryRead(body, out link));

    private static ImmutableArray<NetlinkAddress> Addresses(NetlinkSocket netlink) => Dump(
        netlink, NetlinkRequest.DumpAddresses, NetlinkWire.NewAddress,
        static (ReadOnlySpan<byte> body, out NetlinkAddress address) => NetlinkAddress.TryRead(body, out address));

    private static ImmutableArray<NetlinkNeighbor> Neighbors(NetlinkSocket netlink) => Dump(
        netlink, NetlinkRequest.DumpNeighbors, NetlinkWire.NewNeighbor,
        static (ReadOnlySpan<byte> body, out NetlinkNeighbor neighbor) => NetlinkNeighbor.TryRead(body, out neighbor));

    private static ImmutableArray<T> Dump<T>(NetlinkSocket netlink, Func<uint, byte[]> request, ushort wanted, TryRead<T> tryRead)
    {
        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        for (int dump = 0; dump < MostDumps; dump++)
        {
            items.Clear();
            bool settled = netlink.TryDump(request, (type, body) =>
            {
                if (type == wanted && tryRead(body, out T item))
                    items.Add(item);
            });
            if (settled)
                break;
        }
        return items.ToImmutable();
    }

    private delegate bool TryRead<T>(ReadOnlySpan<byte> body, out T item);
}
