using Unbrick.Sim.Cables;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>A device with U-Boot on it. Its hardware address and the milliseconds of its start come from a seed.</summary>
public abstract class UBootDevice : SimDevice, IUBootBoard
{
    private readonly TimeSpan _turnaround;

    private protected UBootDevice(VirtualTime time, ulong seed, TimeSpan turnaround, int portSpeedMbit)
        : base(time, SeededMac(seed), portSpeedMbit)
    {
        _turnaround = turnaround;
        StartJitter = TimeSpan.FromMilliseconds(CableDraw.Mix(seed) % 400);
    }

    VirtualTime IUBootBoard.Time => Time;

    MacAddress IUBootBoard.Mac => Mac;

    /// <summary>Crystals and power supplies differ: some milliseconds decide which port the loader takes.</summary>
    private protected TimeSpan StartJitter { get; }

    void IUBootBoard.Print(string text) => Print(text);

    void IUBootBoard.Send(ReadOnlySpan<byte> frame) => SendFrame(frame, _turnaround);

    void IUBootBoard.SendArp(ArpPacket packet, MacAddress to) => SendArp(packet, to);

    private protected void SendArp(ArpPacket packet, MacAddress to) => SendArp(packet, to, _turnaround);

    /// <summary>Locally administered, so that it is nobody's.</summary>
    private static MacAddress SeededMac(ulong seed) => new(0x0200_0000_0000 | (CableDraw.Mix(seed + 1) & 0x00ff_ffff_ffff));
}
