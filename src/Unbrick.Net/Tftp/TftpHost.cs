using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Net.Tftp;

/// <summary>Where a <see cref="TftpHost"/> listens.</summary>
/// <param name="Port">The request port; 69 but for tests.</param>
/// <param name="Address">Only this address of ours; any by default, and then answers still come from the one that was asked.</param>
/// <param name="Adapter">Only this adapter.</param>
public readonly record struct TftpListen(int Port, IPAddress Address, NetworkAdapter? Adapter = null);

/// <summary>
/// Carries a <see cref="TftpServer"/> on a <see cref="INetworkStack"/>: datagrams in, actions out. <see cref="Tick"/> belongs into the loop
/// that polls the stack.
/// </summary>
public sealed class TftpHost : IDisposable
{
    /// <summary>Largest UDP payload; also what one segmented send may take.</summary>
    private const int BufferSize = 65536;

    private const int UsualMtu = 1500;

    private readonly INetworkStack _stack;
    private readonly TftpServer _server;
    private readonly TftpListen _listen;
    private readonly IUdpPort _requests;
    private readonly Func<int, int?> _mtuOfAdapter;
    private readonly Action<TftpReport> _onReport;
    private readonly TftpActions _actions = new();
    private readonly Dictionary<int, IUdpPort> _ports = [];

    /// <summary>The transfer whose packet is being looked at; nearly all actions concern it.</summary>
    private TftpTransfer? _current;
    private IUdpPort? _currentPort;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly byte[] _sent = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    /// <summary>Opens the request port. Throws <see cref="NetworkException"/>.</summary>
    /// <param name="stack">Sockets and the clock.</param>
    /// <param name="server">What answers.</param>
    /// <param name="listen">Where.</param>
    /// <param name="mtuOfAdapter">Largest IP packet of an adapter by its index; null when not known.</param>
    /// <param name="onReport">Hears what happened, from the loop's thread.</param>
    public TftpHost(INetworkStack stack, TftpServer server, in TftpListen listen, Func<int, int?> mtuOfAdapter, Action<TftpReport> onReport)
    {
        ArgumentNullException.ThrowIfNull(stack);
        _stack = stack;
        _server = server;
        _listen = listen;
        _mtuOfAdapter = mtuOfAdapter;
        _onReport = onReport;
        _requests = stack.OpenUdp(new UdpBinding(new IPEndPoint(listen.Address, listen.Port), Adapter: listen.Adapter), OnRequests);
    }

    /// <summary>Hears who sent something to the request port, whatever it was.</summary>
    public Action<IPEndPoint>? OnArrival { get; init; }

    /// <summary>When <see cref="Tick"/> must be called at the latest.</summary>
    public TimeSpan NextDue => _server.NextDue;

    /// <summary>Fires what is due.</summary>
    public void Tick()
    {
        if (_stack.Now < _server.NextDue)
            return;
        _server.OnTimer(_stack.Now, _actions);
        Execute();
    }

    /// <summary>Ends all transfers and closes the ports.</summary>
    public void Dispose()
    {
        _server.Stop(_stack.Now, _actions);
        Execute();
        foreach (IUdpPort port in _ports.Values)
            port.Dispose();
        _ports.Clear();
        _requests.Dispose();
    }

    private void OnRequests(IUdpPort port)
    {
        // A flood of requests must not keep the running transfers waiting: a few at a time, the rest at the next poll.
        for (int i = 0; i < 16 && port.TryReceive(_received, out Arrival arrival); i++)
        {
            OnArrival?.Invoke(arrival.From);
            int mtu = _mtuOfAdapter(arrival.AdapterIndex) ?? UsualMtu;
            _server.OnRequest(_received.AsSpan(0, arrival.Length), arrival.From, arrival.To, mtu, _stack.Now, _actions);
            Execute();
        }
    }

    private void OnTransfer(TftpTransfer transfer, IUdpPort port)
    {
        if (!port.TryReceive(_received, out Arrival arrival))
            return;
        (_current, _currentPort) = (transfer, port);
        _server.OnTransfer(transfer, _received.AsSpan(0, arrival.Length), _stack.Now, _actions);
        Execute();
        (_current, _currentPort) = (null, null);
    }

    private IUdpPort? PortOf(TftpTransfer transfer) =>
        transfer == _current ? _currentPort : _ports.GetValueOrDefault(transfer.Id);

    private void Execute()
    {
        foreach (ref readonly TftpAction action in _actions.Items)
            Execute(action);
        foreach (TftpReport report in _actions.Reports)
            _onReport(report);
        _actions.Clear();
    }

    private void Execute(in TftpAction action)
    {
        switch (action.Kind)
        {
            case TftpActionKind.Open:
                Open(action.Transfer!, action.From!);
                break;
            case TftpActionKind.SendPacket:
                Send(action.Transfer!, action.Packet);
                break;
            case TftpActionKind.SendBlocks:
                SendBlocks(action.Transfer!, action.First, action.Count);
                break;
            case TftpActionKind.Close when _ports.Remove(action.Transfer!.Id, out IUdpPort? port):
                port.Dispose();
                break;
            case TftpActionKind.SendFromRequestPort:
                _requests.Send(action.Packet, action.To, Known(action.From));
                break;
        }
    }

    private void Open(TftpTransfer transfer, IPAddress asked)
    {
        UdpBinding binding = new(new IPEndPoint(Known(asked) ?? IPAddress.Any, 0), transfer.Peer, _listen.Adapter);
        try
        {
            _ports[transfer.Id] = _stack.OpenUdp(binding, port => OnTransfer(transfer, port));
        }
        catch (NetworkException)
        {
            // No descriptor or no address left: the transfer stays silent, ends by its own timer and is reported then.
        }
    }

    private void Send(TftpTransfer transfer, ReadOnlySpan<byte> packet)
    {
        if (PortOf(transfer) is IUdpPort port)
            port.Send(packet);
        else
            _requests.Send(packet, transfer.Peer, Known(transfer.Asked));
    }

    private void SendBlocks(TftpTransfer transfer, long first, int count)
    {
        int packet = transfer.Agreement.BlockSize + TftpWire.DataHeader;
        IUdpPort? port = PortOf(transfer);
        int atOnce = port is null ? 1 : Math.Max(1, BufferSize / packet);
        while (count > 0)
        {
            int run = Math.Min(count, atOnce);
            ReadOnlySpan<byte> bytes = _sent.AsSpan(0, transfer.WriteBlocks(first, run, _sent));
            if (port is null)
                _requests.Send(bytes, transfer.Peer, Known(transfer.Asked));
            else if (run == 1)
                port.Send(bytes);
            else
                port.SendSegments(bytes, packet);
            first += run;
            count -= run;
        }
    }

    /// <summary>Null when the system did not tell which address was asked, or it was a broadcast without an address of ours.</summary>
    private static IPAddress? Known(IPAddress? address) =>
        address is null || address.Equals(IPAddress.Any) || address.Equals(IPAddress.Broadcast) ? null : address;
}
