using System.Net.NetworkInformation;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A thing at the far end of the cable: it has power or not, a link or not, takes and sends Ethernet frames, and talks on its serial
/// console. All it does happens in virtual time, driven by frames and timers.
/// </summary>
public abstract class SimDevice
{
    private readonly byte[] _frame = new byte[EthernetFrame.MostSize];
    private FaultyCable? _cable;

    private protected SimDevice(VirtualTime time, MacAddress mac, int portSpeedMbit)
    {
        Time = time;
        Mac = mac;
        PortSpeedMbit = portSpeedMbit;
    }

    /// <summary>What it writes to its serial console, byte for byte as the real one does ('\b' after the asterisk included).</summary>
    public event Action<string>? ConsoleText;

    /// <summary>Its address as a boot loader uses it.</summary>
    public PhysicalAddress HardwareAddress => Mac.ToPhysicalAddress();

    /// <summary>What its switch negotiates, in Mbit/s.</summary>
    public int PortSpeedMbit { get; }

    /// <summary>Its side of the link is up.</summary>
    public bool Link { get; private set; }

    private protected VirtualTime Time { get; }

    private protected MacAddress Mac { get; }

    /// <summary>Gives it power; again is no difference.</summary>
    public abstract void PowerOn();

    /// <summary>Takes the power away: all it was doing is forgotten, what it wrote to flash is not.</summary>
    public abstract void PowerOff();

    internal void PlugIn(FaultyCable cable) => _cable = cable;

    /// <summary>A frame arrived; a device that is not ready for it ignores it.</summary>
    internal abstract void Receive(ReadOnlySpan<byte> frame);

    private protected void SetLink(bool up)
    {
        Link = up;
        _cable?.LinkChanged();
    }

    private protected void Print(string text) => ConsoleText?.Invoke(text);

    /// <summary>Sends a frame after the time that the device needs to get it ready.</summary>
    private protected void SendFrame(ReadOnlySpan<byte> frame, TimeSpan preparation) => _cable?.SendUp(frame, preparation);

    private protected void SendArp(ArpPacket packet, MacAddress to, TimeSpan preparation) =>
        SendFrame(_frame.AsSpan(0, packet.WriteFrame(_frame, to)), preparation);
}
