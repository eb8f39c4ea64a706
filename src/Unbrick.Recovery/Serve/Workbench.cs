using Unbrick.Core.Events;
using Unbrick.Core.Questions;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>What a job is given: the world, the facts, and where to say things.</summary>
/// <param name="Network">This machine's network, or a simulated one.</param>
/// <param name="Devices">What is known.</param>
/// <param name="Events">Where everything is said.</param>
/// <param name="Journal">Where changes to this machine are noted; null for a simulated network, which goes away by itself.</param>
/// <param name="Random">Transaction numbers and the like.</param>
/// <param name="Ask">Who answers questions; null when nobody is there, and then only what was asked for is done.</param>
/// <param name="OnRequestPortOpen">Called once the server can be asked; for those who wait for it.</param>
public sealed record Workbench(
    INetworkHost Network, DeviceLibrary Devices, IEventSink Events, HostJournal? Journal, Random Random, IAsk? Ask = null,
    Action? OnRequestPortOpen = null)
{
    /// <summary>Where the frames that are heard are kept; null for nowhere.</summary>
    public WireCapture? Capture { get; init; }
}
