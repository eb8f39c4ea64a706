using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Net.Dhcp;

/// <summary>Carries a <see cref="DhcpServer"/> on one adapter of an <see cref="INetworkStack"/>.</summary>
public sealed class DhcpHost : IDisposable
{
    /// <summary>The port that clients ask (RFC 951).</summary>
    public const int Port = 67;

    private readonly INetworkStack _stack;
    private readonly DhcpServer _server;
    private readonly IPAddress _own;
    private readonly IUdpPort _port;
    private readonly int _adapterIndex;
    private readonly Action<DhcpReport> _onReport;
    private readonly DhcpActions _actions = new();
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Opens port 67 on the adapter. Throws <see cref="NetworkException"/>.</summary>
    public DhcpHost(INetworkStack stack, DhcpServer server, NetworkAdapter adapter, IPAddress own, Action<DhcpReport> onReport)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(adapter);
        _stack = stack;
        _server = server;
        _own = own;
        _adapterIndex = adapter.Index;
        _onReport = onReport;
        _port = stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, Port), Adapter: adapter, Broadcast: true), OnReadable);
    }

    /// <summary>Hears who sent something to the port, whatever it was.</summary>
    public Action<IPEndPoint>? OnArrival { get; init; }

    /// <summary>Closes the port.</summary>
    public void Dispose() => _port.Dispose();

    private void OnReadable(IUdpPort port)
    {
        // A flood must not keep the transfers waiting.
        for (int i = 0; i < 16 && port.TryReceive(_buffer, out Arrival arrival); i++)
        {
            if (arrival.AdapterIndex != 0 && arrival.AdapterIndex != _adapterIndex)
                continue; // where the system cannot bind a port to an adapter
            OnArrival?.Invoke(arrival.From);
            _server.OnDatagram(_buffer.AsSpan(0, arrival.Length), arrival.From, _stack.Now, _actions);
            foreach (DhcpSend send in _actions.Sends)
                _port.Send(send.Payload, send.To, _own);
            foreach (DhcpReport report in _actions.Reports)
                _onReport(report);
            _actions.Clear();
        }
    }
}
