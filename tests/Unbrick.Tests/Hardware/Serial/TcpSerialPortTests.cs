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
    public void A_server_that_says_why_and_closes_is_a_refusal_in_its_words()
    {
        SerialPortException e = Assert.Throws<SerialPortException>(() => Open(socket => socket.Send("Port already in use\r\n"u8)).Dispose());
        Assert.Equal((SerialStatus.Refused, "the server closed the connection: \"Port already in use\""), (e.Status, e.Message));
        Assert.Equal("the server closed the connection", Assert.Throws<SerialPortException>(() => Open(_ => { }).Dispose()).Message);
    }

    [Fact]
    public void A_log_that_is_served_and_ends_is_a_line_all_the_same()
    {
        byte[] log = new byte[1000];
        Array.Fill(log, (byte)'x');
        using ISerialPort port = Open(socket => socket.Send(log));
        Assert.Equal(log, All(port));
    }

    [Fact]
    public void A_server_that_begins_with_Telnet_is_answered_in_Telnet()
    {
        List<byte> got = [];
        using (ISerialPort port = Open(socket =>
        {
            // As ser2net 4.3.11 begins, and then a line with a byte of 255.
            socket.Send([255, 251, 3, 255, 253, 3, 255, 251, 1, 255, 254, 1, 255, 253, 0, 255, 251, 0, (byte)'a', 255, 255, (byte)'b']);
            byte[] buffer = new byte[64];
            while (!got.Contains((byte)'!') && socket.Receive(buffer) is > 0 and int count)
                got.AddRange(buffer[..count]);
        }))
        {
            byte[] heard = new byte[3];
            for (int have = 0; have < heard.Length;)
            {
                Assert.NotEqual(SerialRead.Gone, port.Read(heard.AsSpan(have), s_wait, out int count));
                have += count;
            }
            Assert.Equal([(byte)'a', 255, (byte)'b'], heard);
            port.Write([255, (byte)'!']);
            Assert.Empty(All(port));
        }
        Assert.Equal([255, 255, (byte)'!'], got[^3..]);
        Assert.Equal([255, 251, 0, 255, 253, 0, 255, 253, 3, 255, 251, 3], got[..12]);
    }

    [Fact]
    public void One_demand_of_Telnet_is_a_line_of_bytes_like_any_other()
    {
        byte[] noise = [255, 254, 0, 255, 255, 1, .. new byte[300]];
        using ISerialPort port = Open(socket => socket.Send(noise));
        Assert.Equal(noise, All(port));
    }

    private static ISerialPort Open(Action<Socket> serve)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        new Thread(() =>
        {
            using Socket socket = listener.AcceptSocket();
            serve(socket);
            listener.Dispose();
        })
        { IsBackground = true }.Start();
        return SerialPorts.Open($"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", TimeProvider.System);
    }

    private static byte[] All(ISerialPort port)
    {
        List<byte> all = [];
        byte[] buffer = new byte[100];
        while (port.Read(buffer, s_wait, out int count) != SerialRead.Gone)
            all.AddRange(buffer.AsSpan(0, count));
        return [.. all];
    }

    [Fact]
    public void Nobody_there_is_said()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int free = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.Equal(SerialStatus.Unreachable, Assert.Throws<SerialPortException>(() => SerialPorts.Open($"tcp:127.0.0.1:{free}", TimeProvider.System)).Status);
    }
}
