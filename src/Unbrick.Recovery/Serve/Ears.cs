using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Recovery.Evidence;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Listens on the cable for what a device does before it speaks to us: which address it looks for, and under which address it comes back.
/// </summary>
internal sealed class Ears
{
    private const int MostRemembered = 256;

    private readonly INetworkStack _stack;
    private readonly NetworkAdapter _adapter;
    private readonly Action<HeardFrame> _onHeard;
    private readonly Dictionary<IPAddress, PhysicalAddress> _macs = [];
    private readonly byte[] _buffer = new byte[2048];

    /// <summary>Opens the tap. Throws <see cref="NetworkException"/>.</summary>
    public Ears(INetworkStack stack, NetworkAdapter adapter, Action<HeardFrame> onHeard)
    {
        _stack = stack;
        _adapter = adapter;
        _onHeard = onHeard;
        stack.OpenTap(adapter, TapScope.Signs, OnReadable);
    }

    /// <summary>Also gets what this machine sends; null for nobody.</summary>
    public WireEvidence? Evidence { get; init; }

    /// <summary>Where the frames are kept; null for nowhere.</summary>
    public WireCapture? Capture { get; init; }

    /// <summary>The hardware address that an IP address was last heard from; null when it was not.</summary>
    public PhysicalAddress? MacOf(IPAddress address) => _macs.GetValueOrDefault(address);

    private void OnReadable(IFrameTap tap)
    {
        for (int i = 0; i < 32 && tap.TryReceive(_buffer, out int length, out bool outgoing); i++)
        {
            ReadOnlySpan<byte> frame = _buffer.AsSpan(0, Math.Min(length, _buffer.Length));
            Capture?.Add(frame);
            if (!HeardFrame.TryRead(frame, out HeardFrame heard))
                continue;
            Evidence?.OnFrame(heard, frame[heard.Payload], outgoing, _stack.Now);
            if (outgoing || heard.Mac.Equals(_adapter.Mac))
                continue;
            if (_macs.Count >= MostRemembered)
                _macs.Clear();
            if (!heard.Sender.Equals(IPAddress.Any))
                _macs[heard.Sender] = heard.Mac;
            _onHeard(heard);
        }
    }
}
