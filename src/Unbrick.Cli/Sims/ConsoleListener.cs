using System.Buffers;
using System.Net.Sockets;
using Unbrick.Sim.Esp;

namespace Unbrick.Cli.Sims;

/// <summary>The console of a simulated board on a TCP port of this machine, for one client after the other; the board goes on when one leaves.</summary>
/// <param name="board">The board.</param>
/// <param name="time">The real time.</param>
/// <param name="telnet">RFC 2217, with the rate; else only the bytes.</param>
internal sealed class ConsoleListener(LiveConsole board, TimeProvider time, bool telnet) : LoopbackListener
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(5);

    protected override void Left()
    {
    }

    protected override async Task ServeAsync(NetworkStream stream, CancellationToken ct)
    {
        Rfc2217Server server = new(board.Port);
        ArrayBufferWriter<byte> said = new(BufferSize), answer = new(BufferSize);
        byte[] buffer = new byte[BufferSize];
        Task<int> reading = stream.ReadAsync(buffer, ct).AsTask();
        while (true)
        {
            await Task.WhenAny(reading, Task.Delay(s_slice, time, ct));
            ct.ThrowIfCancellationRequested();
            if (reading.IsCompleted)
            {
                int count = await reading;
                if (count == 0)
                    return;
                if (telnet)
                    server.Receive(buffer.AsSpan(0, count), answer);
                else
                    board.Port.Write(buffer.AsSpan(0, count));
                reading = stream.ReadAsync(buffer, ct).AsTask();
            }
            bool here = board.Pass(said);
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
