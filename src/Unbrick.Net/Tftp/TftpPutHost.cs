using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Net.Tftp;

/// <summary>
/// Carries a <see cref="TftpPut"/> on a <see cref="INetworkStack"/>: datagrams in, actions out. <see cref="Tick"/> belongs into the loop that
/// polls the stack.
/// </summary>
public sealed class TftpPutHost : IDisposable
{
    private const int LargestDatagram = 65536;

    private readonly INetworkStack _stack;
    private readonly TftpPut _put;
    private readonly IUdpPort _port;
    private readonly Action<TftpPutReport> _onReport;
    private readonly TftpPutActions _actions = new();
    private readonly byte[] _received = new byte[LargestDatagram];

    /// <summary>Opens a free port. Throws <see cref="NetworkException"/>.</summary>
    /// <param name="stack">Sockets and the clock.</param>
    /// <param name="put">What sends.</param>
    /// <param name="own">The address of ours that it sends from.</param>
    /// <param name="adapter">Only over this adapter; null for the system's choice.</param>
    /// <param name="onReport">Hears what happened, from the loop's thread.</param>
    public TftpPutHost(INetworkStack stack, TftpPut put, IPAddress own, NetworkAdapter? adapter, Action<TftpPutReport> onReport)
    {
        ArgumentNullException.ThrowIfNull(stack);
        _stack = stack;
        _put = put;
        _onReport = onReport;
        _port = stack.OpenUdp(new UdpBinding(new IPEndPoint(own, 0), Adapter: adapter), OnReadable);
    }

    /// <summary>When <see cref="Tick"/> must be called at the latest.</summary>
    public TimeSpan NextDue => _put.NextDue;

    /// <summary>Fires what is due.</summary>
    public void Tick()
    {
        if (_stack.Now < _put.NextDue)
            return;
        _put.OnTimer(_stack.Now, _actions);
        Execute();
    }

    /// <summary>The link is up: see <see cref="TftpPut.Ask"/>.</summary>
    public void Ask()
    {
        _put.Ask(_stack.Now, _actions);
        Execute();
    }

    /// <summary>Ends it and closes the port.</summary>
    public void Dispose()
    {
        _put.Stop(_stack.Now, _actions);
        Execute();
        _port.Dispose();
    }

    private void OnReadable(IUdpPort port)
    {
        for (int i = 0; i < 16 && port.TryReceive(_received, out Arrival arrival); i++)
        {
            _put.OnDatagram(_received.AsSpan(0, arrival.Length), arrival.From, _stack.Now, _actions);
            Execute();
        }
    }

    private void Execute()
    {
        foreach (TftpPutSend send in _actions.Sends)
            _port.Send(send.Packet, send.To);
        TftpPutReport[] reports = [.. _actions.Reports];
        _actions.Clear();
        foreach (TftpPutReport report in reports)
            _onReport(report);
    }
}
