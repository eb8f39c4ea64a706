using System.Buffers;
using System.Net;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// A TFTP server on the simulated PC beside a console, on the same clock: whoever reads the console runs it meanwhile. It has one file and gives it
/// out by its name only, or takes one.
/// </summary>
public sealed class ConsoleFileServer : ITftpCatalog, ITftpUploads, IDisposable
{
    private readonly ConsoleBench _bench;
    private readonly INetworkStack _stack;
    private readonly TftpHost _host;
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly long? _limit;
    private readonly ArrayBufferWriter<byte> _taken = new();

    /// <summary>Begins to serve.</summary>
    /// <param name="bench">The console.</param>
    /// <param name="name">The name that has to be asked for.</param>
    /// <param name="content">The file.</param>
    /// <param name="address">Address of the PC; 192.168.31.2 without it.</param>
    /// <param name="takes">The file is one to be taken, of so many bytes at the most; null for one that is given out.</param>
    public ConsoleFileServer(ConsoleBench bench, string name, ReadOnlyMemory<byte> content, AdapterAddress? address = null, long? takes = null)
    {
        ArgumentNullException.ThrowIfNull(bench);
        (_bench, _name, _content, _limit) = (bench, name, content, takes);
        AdapterAddress own = address ?? new AdapterAddress(new IPAddress([192, 168, 31, 2]), 24);
        if (!bench.Host.Adapters()[0].Addresses.Contains(own))
            bench.Host.AddAddress(SimNetworkHostName, own);
        _stack = bench.Host.OpenStack();
        _host = new TftpHost(
            _stack, new TftpServer(this, new TftpServerOptions(), takes is null ? null : this), new TftpListen(69, IPAddress.Any), _ => null, report => Reports.Add(report));
        bench.Port.Pump = Pump;
    }

    /// <summary>What the server has to say.</summary>
    public IList<TftpReport> Reports { get; } = [];

    /// <summary>What was taken; null while it is not there whole.</summary>
    public ReadOnlyMemory<byte>? Taken { get; private set; }

    private static string SimNetworkHostName => Network.SimNetworkHost.AdapterName;

    /// <inheritdoc/>
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Name == _name && _limit is null
            ? new TftpAnswer.Serve(_name, _content)
            : new TftpAnswer.Refuse(TftpErrorCode.NotFound, "File not found");
    }

    /// <inheritdoc/>
    public ITftpUpload? Begin(TftpRequest request, IPEndPoint peer, long? announced, out TftpAnswer.Refuse refusal)
    {
        ArgumentNullException.ThrowIfNull(request);
        refusal = new TftpAnswer.Refuse(TftpErrorCode.Access, "that is not the file");
        _taken.ResetWrittenCount();
        return request.Name == _name ? new Upload(this) : null;
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

    private sealed class Upload(ConsoleFileServer server) : ITftpUpload
    {
        public string Name => server._name;

        public bool Append(ReadOnlySpan<byte> data)
        {
            if (server._taken.WrittenCount + data.Length > server._limit)
                return false;
            server._taken.Write(data);
            return true;
        }

        public bool Complete()
        {
            server.Taken = server._taken.WrittenMemory;
            return true;
        }

        public void Abandon() => server._taken.ResetWrittenCount();
    }
}
