using System.Net.Sockets;
using Unbrick.Hardware.Serial;

namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>The two ways to a serprog, both as a stream with timeouts.</summary>
public static class SerprogLink
{
    private const int BufferSize = 1 << 18; // more than all answers that are ever on their way

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Connects by TCP.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">TCP port.</param>
    public static Stream Connect(string host, int port)
    {
        TcpClient client = new() { NoDelay = true, ReceiveBufferSize = BufferSize };
        try
        {
            using CancellationTokenSource late = new(s_limit);
            client.ConnectAsync(host, port, late.Token).AsTask().GetAwaiter().GetResult();
            return client.GetStream();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            client.Dispose();
            throw new ProgrammerException(
                ProgrammerFault.NotFound, $"{host} port {port}: {(e is SocketException ? e.Message : $"no answer in {s_limit.TotalSeconds} s")}");
        }
    }

    /// <summary>Opens a serial port.</summary>
    /// <param name="path">The port.</param>
    /// <param name="baud">Bits in a second.</param>
    /// <param name="time">For limits.</param>
    public static Stream Open(string path, int baud, TimeProvider time)
    {
        SerialStatus status = SerialStream.TryOpen(path, baud, time, out SerialStream? stream, out string? reason);
        return stream ?? throw new ProgrammerException(
            status switch
            {
                SerialStatus.NotFound => ProgrammerFault.NotFound,
                SerialStatus.NotPermitted => ProgrammerFault.NotPermitted,
                SerialStatus.Busy => ProgrammerFault.Busy,
                _ => ProgrammerFault.NotSupported,
            },
            $"{path}: {reason}");
    }
}
