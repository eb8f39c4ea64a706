using System.Net;
using System.Net.Sockets;

namespace Unbrick.Cli.Sims;

/// <summary>A simulated thing on a TCP port of this machine, for one client after the other, as there is one of it.</summary>
internal abstract class LoopbackListener : IDisposable
{
    private TcpListener? _listener;

    /// <summary>Bytes that are taken from a client at a time.</summary>
    protected const int BufferSize = 0x1_0000;

    /// <summary>Opens the port; 0 takes a free one.</summary>
    /// <returns>The port.</returns>
    /// <exception cref="SocketException">Another program has it.</exception>
    public int Start(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        return ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Serves clients until it is cancelled; <see cref="Start"/> was before.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener!.AcceptTcpClientAsync(ct);
                client.NoDelay = true;
                await ServeAsync(client.GetStream(), ct);
            }
            catch (IOException)
            {
                // The client is gone without a word.
            }
            catch (OperationCanceledException)
            {
                // The last one; what it did is kept.
            }
            Left();
        }
    }

    public void Dispose() => _listener?.Dispose();

    /// <summary>Serves one client until it leaves.</summary>
    protected abstract Task ServeAsync(NetworkStream stream, CancellationToken ct);

    /// <summary>A client is gone.</summary>
    protected abstract void Left();
}
