using System.Net;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// A TFTP server on the simulated PC beside a console, on the same clock: whoever reads the console runs it meanwhile. It has one file and gives it
/// out by its name only.
/// </summary>
public sealed class ConsoleFileServer : ITftpCatalog, IDisposable
{
    private readonly ConsoleBench _bench;
    private readonly INetworkStack _stack;
    private readonly TftpHost _host;
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _content;

    /// <summary>Begins to serve.</summary>
    /// <param name="bench">The console.</param>
    /// <param name="name">The name that has to be asked for.</param>
    /// <param name="content">The file.</param>
    /// <param name="address">Address of the PC; 192.168.31.2 without it.</param>
    public ConsoleFileServer(ConsoleBench bench, string name, ReadOnlyMemory<byte> content, AdapterAddress? address = null)
    {
        ArgumentNullException.ThrowIfNull(bench);
        (_bench, _name, _content) = (bench, name, content);
        AdapterAddress own = address ?? new AdapterAddress(new IPAddress([192, 168, 31, 2]), 24);
        if (!bench.Host.Adapters()[0].Addresses.Contains(own))
            bench.Host.AddAddress(SimNetworkHostName, own);
        _stack = bench.Host.OpenStack();
        _host = new TftpHost(
            _stack, new TftpServer(this, new TftpServerOptions()), new TftpListen(69, IPAddress.Any), _ => null, report => Reports.Add(report));
        bench.Port.Pump = Pump;
    }

    /// <summary>What the server has to say.</summary>
    public IList<TftpReport> Reports { get; } = [];

    private static string SimNetworkHostName => Network.SimNetworkHost.AdapterName;

    /// <inheritdoc/>
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Name == _name
            ? new TftpAnswer.Serve(_name, _content)
            : new TftpAnswer.Refuse(TftpErrorCode.NotFound, "File not found");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bench.Port.Pump = null;
        _host.Dispose();
        _stack.Dispose();
    }

    private void Pump(TimeSpan until)
    {
        TimeSpan to = _host.NextDue < until ? _host.NextDue : until;
        _stack.Poll(to > _stack.Now ? to - _stack.Now : TimeSpan.Zero);
        _host.Tick();
    }
}
