using Unbrick.Sim.Devices;
using Unbrick.Sim.Network;

namespace Unbrick.Sim;

/// <summary>A simulated device on a cable to a simulated PC, on one clock: what a <c>sim:router/…</c> address stands for.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Device">The device, without power until its moment comes.</param>
/// <param name="Host">The PC, to be handed to whatever would take the real one.</param>
public sealed record SimBench(VirtualTime Time, SimDevice Device, SimNetworkHost Host);
