using System.Buffers;
using System.Net.Sockets;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>The line of a simulated thing on a TCP port of this machine, for one client after the other.</summary>
/// <param name="open">Opens its line for a client.</param>
/// <param name="left">A client is gone.</param>
/// <param name="time">The real time.</param>
/// <param name="telnet">RFC 2217, with rate, DTR and RTS; else only the bytes.</param>
internal sealed class LineListener(Func<ILiveLine> open, Action left, TimeProvider time, bool telnet) : LoopbackListener
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(5);

    protected override void Left() => left();

    protected override async Task ServeAsync(NetworkStream stream, CancellationToken ct)
    {
        ILiveLine line = open();
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
