using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Net.Dhcp;

/// <summary>Looks for other DHCP servers on the cable: asks at the start and whenever the link comes up, and listens all the time.</summary>
public sealed class DhcpGuard : IDisposable
{
    private const int ServerPort = 67, ClientPort = 68;

    /// <summary>dnsmasq pings an address for 3 s before it offers it (PING_WAIT), so an answer may take this long.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3.4);

    private static readonly TimeSpan s_betweenQuestions = TimeSpan.FromSeconds(1);

    private readonly INetworkStack _stack;
    private readonly NetworkAdapter _adapter;
    private readonly IPAddress _own;
    private readonly Random _random;
    private readonly Action<IPAddress, IPAddress?> _onOther;
    private readonly IUdpPort _port;
    private readonly byte[] _buffer = new byte[4096];
    private TimeSpan _until, _nextQuestion = TimeSpan.MaxValue;

    /// <summary>Opens port 68 beside whoever has it. Throws <see cref="NetworkException"/>.</summary>
    /// <param name="stack">Sockets and the clock.</param>
    /// <param name="adapter">The adapter with the device.</param>
    /// <param name="own">Our address on it.</param>
    /// <param name="random">For transaction numbers.</param>
    /// <param name="onOther">Hears of another server: its address, and the address it gives (or null).</param>
    public DhcpGuard(INetworkStack stack, NetworkAdapter adapter, IPAddress own, Random random, Action<IPAddress, IPAddress?> onOther)
    {
        ArgumentNullException.ThrowIfNull(stack);
        _stack = stack;
        _adapter = adapter;
        _own = own;
        _random = random;
        _onOther = onOther;
        _port = stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, ClientPort), Adapter: adapter, Broadcast: true, Shared: true), OnReadable);
    }

    /// <summary>Whether answers to a question may still come.</summary>
    public bool Asking => _stack.Now < _until;

    /// <summary>Begins to ask.</summary>
    public void Ask()
    {
        _until = _stack.Now + s_patience;
        _nextQuestion = _stack.Now;
        Tick();
    }

    /// <summary>Repeats the question while it is open; call it a few times a second.</summary>
    public void Tick()
    {
        if (_stack.Now < _nextQuestion)
            return;
        if (!Asking)
        {
            _nextQuestion = TimeSpan.MaxValue;
            return;
        }
        _nextQuestion = _stack.Now + s_betweenQuestions;
        IPEndPoint everyone = new(IPAddress.Broadcast, ServerPort);
        _port.Send(DhcpProbe.BuildInform(_adapter.Mac, _own, Transaction()), everyone, _own);
        _port.Send(DhcpProbe.BuildDiscover(_adapter.Mac, Transaction()), everyone);
    }

    /// <summary>Closes the port.</summary>
    public void Dispose() => _port.Dispose();

    private uint Transaction() => (uint)_random.NextInt64(1, uint.MaxValue);

    private void OnReadable(IUdpPort port)
    {
        for (int i = 0; i < 16 && port.TryReceive(_buffer, out Arrival arrival); i++)
        {
            bool here = arrival.AdapterIndex == 0 || arrival.AdapterIndex == _adapter.Index;
            if (!here || arrival.From.Port != ServerPort || arrival.From.Address.Equals(_own)
                || !DhcpProbe.TryReadForeignOffer(_buffer.AsSpan(0, arrival.Length), null, _own, out IPAddress server, out IPAddress? offered))
                continue;
            _onOther(server.Equals(IPAddress.Any) ? arrival.From.Address : server, offered);
        }
    }
}
