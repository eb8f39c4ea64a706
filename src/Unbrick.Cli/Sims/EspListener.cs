using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Unbrick.Sim;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>The line of a simulated board on a TCP port of this machine, for one client after the other.</summary>
/// <param name="bench">The board; its clock is <paramref name="boardTime"/>.</param>
/// <param name="boardTime">Follows the real time, and runs ahead while a command is worked on unless it is paced.</param>
/// <param name="time">The real time.</param>
/// <param name="telnet">RFC 2217, with rate, DTR and RTS; else only the bytes.</param>
/// <param name="paced">Bytes and flash take the time that they would take.</param>
internal sealed class EspListener(EspBench bench, VirtualTime boardTime, TimeProvider time, bool telnet, bool paced) : IDisposable
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
        using SimEspPort port = bench.Connect();
        Rfc2217Server server = new(port);
        ArrayBufferWriter<byte> answer = new(BufferSize);
        byte[] buffer = new byte[BufferSize], heard = new byte[BufferSize];
        port.Discard();
        long last = time.GetTimestamp();
        Task<int> reading = stream.ReadAsync(buffer, ct).AsTask();
        while (true)
        {
            await Task.WhenAny(reading, Task.Delay(s_slice, time, ct));
            long now = time.GetTimestamp();
            bool here = Pass(port, heard, time.GetElapsedTime(last, now), answer);
            last = now;
            if (reading.IsCompleted)
            {
                int count = await reading;
                if (count == 0)
                    return;
                if (telnet)
                    server.Receive(buffer.AsSpan(0, count), answer);
                else
                    port.Write(buffer.AsSpan(0, count));
                if (!paced)
                    bench.Settle();
                here = Pass(port, heard, TimeSpan.Zero, answer);
                reading = stream.ReadAsync(buffer, ct).AsTask();
            }
            await stream.WriteAsync(answer.WrittenMemory, ct);
            answer.ResetWrittenCount();
            if (!here)
                return;
        }
    }

    /// <summary>Lets time pass at the board and takes what it says meanwhile; false when it is gone.</summary>
    private bool Pass(SimEspPort port, byte[] heard, TimeSpan left, ArrayBufferWriter<byte> answer)
    {
        while (true)
        {
            TimeSpan began = boardTime.Elapsed;
            Hardware.Serial.SerialRead read = port.Read(heard, left, out int count);
            if (telnet)
                Rfc2217Server.Pack(heard.AsSpan(0, count), answer);
            else
                answer.Write(heard.AsSpan(0, count));
            if (read == Hardware.Serial.SerialRead.Gone)
                return false;
            left -= boardTime.Elapsed - began;
            if (left < TimeSpan.Zero)
                left = TimeSpan.Zero;
            if (read == Hardware.Serial.SerialRead.Silent)
                return true;
        }
    }
}
