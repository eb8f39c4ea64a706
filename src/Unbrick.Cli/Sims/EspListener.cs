using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>The line of a simulated board on a TCP port of this machine, for one client after the other.</summary>
/// <param name="bench">The board.</param>
/// <param name="open">Opens its line for a client.</param>
/// <param name="time">The real time.</param>
/// <param name="telnet">RFC 2217, with rate, DTR and RTS; else only the bytes.</param>
internal sealed class EspListener(EspBench bench, Func<EspLine> open, TimeProvider time, bool telnet) : IDisposable
{
    private const int BufferSize = 0x1_0000;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(5);

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
            bench.Save();
        }
    }

    public void Dispose() => _listener?.Dispose();

    private async Task ServeAsync(NetworkStream stream, CancellationToken ct)
    {
        EspLine line = open();
        Rfc2217Server server = new(line.Port);
        ArrayBufferWriter<byte> said = new(BufferSize), answer = new(BufferSize);
        byte[] buffer = new byte[BufferSize];
        Task<int> reading = stream.ReadAsync(buffer, ct).AsTask();
        while (true)
        {
            await Task.WhenAny(reading, Task.Delay(s_slice, time, ct));
            bool here = line.Pass(said);
            if (reading.IsCompleted)
            {
                int count = await reading;
                if (count == 0)
                    return;
                if (telnet)
                    server.Receive(buffer.AsSpan(0, count), answer);
                else
                    line.Port.Write(buffer.AsSpan(0, count));
                here = line.Answer(said);
                reading = stream.ReadAsync(buffer, ct).AsTask();
            }
            if (telnet)
                Rfc2217Server.Pack(said.WrittenSpan, answer);
            await stream.WriteAsync(telnet ? answer.WrittenMemory : said.WrittenMemory, ct);
            answer.ResetWrittenCount();
            said.ResetWrittenCount();
            if (!here)
                return;
        }
    }
}
