using Unbrick.Sim.Network;

namespace Unbrick.Sim.Consoles;

/// <summary>A simulated board with a console and an Ethernet cable to a simulated PC, all on one clock: what <c>sim:console/…</c> stands for.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Device">The board, without power until its moment comes.</param>
/// <param name="Port">The host's end of the console.</param>
/// <param name="Host">The PC's network, for whoever serves files to the board.</param>
public sealed record ConsoleBench(VirtualTime Time, ConsoleDevice Device, ConsolePort Port, SimNetworkHost Host) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Port.Dispose();
}
