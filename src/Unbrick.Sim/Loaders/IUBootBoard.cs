using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>What a board gives its loader: a clock, a console, an Ethernet port.</summary>
internal interface IUBootBoard
{
    VirtualTime Time { get; }

    MacAddress Mac { get; }

    void Print(string text);

    void Send(ReadOnlySpan<byte> frame);

    void SendArp(ArpPacket packet, MacAddress to);
}
