using System.Buffers;
using System.Net.Sockets;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Serprog;

namespace Unbrick.Cli.Sims;

/// <summary>Serprog on a TCP port of this machine, one client after the other, as there is one programmer.</summary>
/// <param name="connect">Opens the programmer for a client; the listener closes it again.</param>
/// <param name="options">What the server tells of itself.</param>
/// <param name="left">Called when a client is gone.</param>
internal sealed class SerprogListener(Func<ISpiMaster> connect, SerprogServerOptions options, Action left) : LoopbackListener
{
    protected override void Left() => left();

    protected override async Task ServeAsync(NetworkStream stream, CancellationToken ct)
    {
        try
        {
            using ISpiMaster master = connect();
            await ServeAsync(stream, master, ct);
        }
        catch (ProgrammerException)
        {
            // It is unplugged: the client finds the line closed.
        }
    }

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
