using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Serprog;

namespace Unbrick.Cli.Sims;

/// <summary>Serprog on a TCP port of this machine, one client after the other, as there is one programmer.</summary>
/// <param name="connect">Opens the programmer for a client; the listener closes it again.</param>
/// <param name="options">What the server tells of itself.</param>
/// <param name="left">Called when a client is gone.</param>
internal sealed class SerprogListener(Func<ISpiMaster> connect, SerprogServerOptions options, Action left) : IDisposable
{
    private const int BufferSize = 0x1_0000;

    private TcpListener? _listener;

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
                using ISpiMaster master = connect();
                await ServeAsync(client.GetStream(), master, ct);
            }
            catch (ProgrammerException)
            {
                // It is unplugged: the client finds the line closed.
            }
            catch (IOException)
            {
                // The client is gone without a word.
            }
            catch (OperationCanceledException)
            {
                // The last one; what it did is kept.
            }
            left();
        }
    }

    public void Dispose() => _listener?.Dispose();

    private async Task ServeAsync(NetworkStream stream, ISpiMaster master, CancellationToken ct)
    {
        SerprogServer server = new(master, options);
        byte[] buffer = new byte[BufferSize];
        ArrayBufferWriter<byte> answer = new(BufferSize + 1);
        int count;
        while ((count = await stream.ReadAsync(buffer, ct)) > 0)
        {
            for (int taken = 0; taken < count;)
            {
                taken += server.Receive(buffer.AsSpan(taken, count - taken), answer);
                if (server.Failure is { Fault: ProgrammerFault.Gone })
                    return;
                await stream.WriteAsync(answer.WrittenMemory, ct);
                answer.ResetWrittenCount();
            }
        }
    }
}
