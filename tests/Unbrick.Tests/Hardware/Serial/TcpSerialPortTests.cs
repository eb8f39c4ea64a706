using System.Net;
using System.Net.Sockets;
using Unbrick.Hardware.Serial;

namespace Unbrick.Tests.Hardware.Serial;

public sealed class TcpSerialPortTests
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(10);

    [Fact]
    public void Bytes_come_and_go_and_a_closed_connection_is_a_value()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using ISerialPort port = SerialPorts.Open($"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", TimeProvider.System);
        byte[] buffer = new byte[16];
        using (Socket other = listener.AcceptSocket())
        {
            Assert.Equal(SerialRead.Silent, port.Read(buffer, TimeSpan.Zero, out int count));
            Assert.Equal(0, count);
            other.Send([0, 0xFF, 13]);
            Assert.Equal(SerialRead.Data, port.Read(buffer, s_wait, out count));
            Assert.Equal([0, 0xFF, 13], buffer[..count]);
            port.Write([1, 2, 0xFF]);
            Assert.Equal(3, other.Receive(buffer));
            Assert.False(port.TrySetBaud(9600));
            Assert.False(port.SetLines(true, false));
        }
        Assert.Equal(SerialRead.Gone, port.Read(buffer, s_wait, out _));
        port.Write([1]);
        Assert.Equal(SerialRead.Gone, port.Read(buffer, TimeSpan.Zero, out _));
    }

    [Fact]
    public void Nobody_there_is_not_found()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int free = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.Equal(SerialStatus.NotFound, Assert.Throws<SerialPortException>(() => SerialPorts.Open($"tcp:127.0.0.1:{free}", TimeProvider.System)).Status);
    }
}
