using System.Net;
using Unbrick.Net.Firewalls;

namespace Unbrick.Net.Host;

/// <summary>
/// This machine's network as the jobs see it. <c>SystemNetworkHost</c> is the real one; the simulated one (<c>Unbrick.Sim</c>) is a
/// cable with a boot loader on it, in virtual time.
/// </summary>
public interface INetworkHost
{
    /// <summary>All adapters, as they are now.</summary>
    IReadOnlyList<NetworkAdapter> Adapters();

    /// <summary>Switches the adapter on. Throws <see cref="NetworkException"/>.</summary>
    void Enable(string adapter);

    /// <summary>Switches the adapter off again, to undo <see cref="Enable"/>. Throws <see cref="NetworkException"/>.</summary>
    void Disable(string adapter);

    /// <summary>
    /// Adds an address until <see cref="RemoveAddress"/> or the next boot. Throws <see cref="NetworkException"/>;
    /// <see cref="NetworkFailure.AddressExists"/> tells that it is there already and therefore is not ours to remove.
    /// </summary>
    void AddAddress(string adapter, AdapterAddress address);

    /// <summary>Takes an address away; that it is gone already is no error. Throws <see cref="NetworkException"/>.</summary>
    void RemoveAddress(string adapter, AdapterAddress address);

    /// <summary>
    /// The fixed neighbour with that address, however it came there; null when there is none. Where the system does not tell fixed ones from
    /// others (Windows, macOS), any neighbour with that address. Throws <see cref="NetworkException"/>.
    /// </summary>
    NeighborEntry? FixedNeighbor(string adapter, IPAddress address) => null;

    /// <summary>
    /// Fixes a neighbour until <see cref="RemoveNeighbor"/> or the next boot. Throws <see cref="NetworkException"/>, with
    /// <see cref="NetworkFailure.NotSupported"/> where it cannot be done at all.
    /// </summary>
    void AddNeighbor(string adapter, NeighborEntry neighbor) =>
        throw new NetworkException(NetworkFailure.NotSupported, "fixed neighbours are not possible here");

    /// <summary>Takes a fixed neighbour away; that it is gone already is no error. Throws <see cref="NetworkException"/>.</summary>
    void RemoveNeighbor(string adapter, NeighborEntry neighbor)
    {
    }

    /// <summary>
    /// Drops what the system has found out about a neighbour, or is waiting to find out, so that the next packet to it asks at once. Linux asks
    /// once a second only, and hands over all that has waited in one burst: too slow for a boot loader that listens for a second. Never
    /// touches a fixed neighbour and never throws; where it cannot be done, nothing happens.
    /// </summary>
    void AskNeighborAnew(string adapter, IPAddress address)
    {
    }

    /// <summary>A fresh stack; belongs to the thread that polls it.</summary>
    INetworkStack OpenStack();

    /// <summary>
    /// The rule of this machine's firewall that takes the packet; null when there is none, or the system does not tell (no right, no such tool).
    /// May take some hundredths of a second.
    /// </summary>
    FirewallRule? FirewallRuleFor(FirewallPacket packet) => null;

    /// <summary>Frames that the adapter received broken since it exists; null when the system does not tell.</summary>
    long? DamagedFrames(string adapter) => null;

    /// <summary>
    /// How often the adapter lost its carrier since it exists; null when the system does not tell. Cheap enough to be asked in the middle of a
    /// transfer, and it does not miss what is shorter than the pause between two looks.
    /// </summary>
    long? CarrierLosses(string adapter) => null;

    /// <summary>Who holds a UDP port of this machine ("dnsmasq (pid 812)"), as far as the system tells; null when unknown.</summary>
    string? OwnerOfUdpPort(int port);
}

/// <summary>Why a network call failed.</summary>
public enum NetworkFailure
{
    /// <summary>Anything else; the message is the system's.</summary>
    Other,

    /// <summary>The port is in use.</summary>
    PortTaken,

    /// <summary>The right is missing (privileged port, raw frames, changing an address).</summary>
    NotPermitted,

    /// <summary>No such adapter.</summary>
    NoSuchAdapter,

    /// <summary>The address is not one of this machine's.</summary>
    NoSuchAddress,

    /// <summary>The adapter has that address already; nothing was changed.</summary>
    AddressExists,

    /// <summary>This system cannot do it at all.</summary>
    NotSupported,
}

/// <summary>A network call failed. Says which; what that means for the user is said above.</summary>
public sealed class NetworkException(NetworkFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which failure it is.</summary>
    public NetworkFailure Failure { get; } = failure;
}
