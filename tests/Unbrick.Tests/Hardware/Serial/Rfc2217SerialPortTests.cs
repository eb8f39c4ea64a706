using System.Net;
using System.Net.Sockets;
using Unbrick.Hardware.Serial;

namespace Unbrick.Tests.Hardware.Serial;

/// <summary>RFC 2217 against a small server of its own, good and bad.</summary>
public sealed class Rfc2217SerialPortTests
{
    private const byte Iac = 255, Do = 253, Dont = 254, Sub = 250, SubEnd = 240, ComPort = 44;

    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Rate_lines_break_and_bytes_reach_the_port_of_the_server()
    {
        using Server server = new(agrees: true);
        using ISerialPort port = SerialPorts.Open($"rfc2217:127.0.0.1:{server.Port}:57600", TimeProvider.System);
        Assert.Equal(57_600, port.Baud);
        Assert.Equal(57_600u, server.Baud);
        Assert.True(port.TrySetBaud(1_500_000));
        Assert.Equal(1_500_000u, server.Baud);
        Assert.True(port.SetBreak(true));
        Assert.True(port.SetLines(true, false));
        port.Write([1, 255, 2, 13]);
        await Server.UntilAsync(() => server.Data.Count >= 4 && server.Controls.Contains((byte)12));
        Assert.Equal([1, 255, 2, 13], server.Data);
        Assert.Equal([5, 8, 12], server.Controls.Where(c => c != 1));

        server.Send([3, Iac, Iac, 4, Iac, Sub, ComPort, 106, 8, Iac, SubEnd, 5]);
        byte[] buffer = new byte[16];
        int done = 0;
        while (done < 4 && port.Read(buffer.AsSpan(done), s_wait, out int count) == SerialRead.Data)
            done += count;
        Assert.Equal([3, 255, 4, 5], buffer[..done]);
        Assert.Equal(1, port.Errors!.Framing);
    }

    [Fact]
    public void A_server_that_does_not_speak_it_is_named()
    {
        using Server server = new(agrees: false);
        SerialPortException e = Assert.Throws<SerialPortException>(() => SerialPorts.Open($"rfc2217:127.0.0.1:{server.Port}", TimeProvider.System));
        Assert.Equal(SerialStatus.NoRfc2217, e.Status);
        Assert.Contains("RFC 2217", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_asks_without_end_is_answered_a_bounded_number_of_times()
    {
        Unbrick_Telnet_Flood(out int answers);
        Assert.InRange(answers, 1, 3 * 1024);
    }

    private static void Unbrick_Telnet_Flood(out int answers)
    {
        using Server server = new(agrees: true);
        using ISerialPort port = SerialPorts.Open($"rfc2217:127.0.0.1:{server.Port}", TimeProvider.System);
        int before = server.Received;
        for (int i = 0; i < 20_000; i++)
            server.Send([Iac, (byte)(251 + (i % 4)), (byte)i]);
        server.Send([Iac, Sub, .. new byte[100_000], Iac, SubEnd, (byte)'!']);
        byte[] buffer = new byte[64];
        Assert.Equal(SerialRead.Data, port.Read(buffer, s_wait, out int count));
        Assert.Equal((byte)'!', buffer[count - 1]);
        answers = server.Received - before + 1;
    }

    /// <summary>Does what RFC 2217 asks of a server, and keeps what it was told.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly bool _agrees;
        private readonly List<byte> _raw = [];
        private Socket? _socket;

        public Server(bool agrees)
        {
            _agrees = agrees;
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            new Thread(Run) { IsBackground = true }.Start();
        }

        public int Port { get; }

        public uint Baud { get; private set; }

        public int Received { get; private set; }

        public List<byte> Data { get; } = [];

        public List<byte> Controls { get; } = [];

        public void Send(byte[] bytes) => _socket!.Send(bytes);

        public static async Task UntilAsync(Func<bool> done)
        {
            for (int i = 0; i < 500 && !done(); i++)
                await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            _socket?.Dispose();
            _listener.Dispose();
        }

        private void Run()
        {
            try
            {
                _socket = _listener.AcceptSocket();
                byte[] buffer = new byte[4096];
                for (int count; (count = _socket.Receive(buffer)) > 0;)
                {
                    Received += count;
                    _raw.AddRange(buffer.AsSpan(0, count));
                    while (TakeOne())
                    {
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // the test is over
            }
        }

        private bool TakeOne()
        {
            if (_raw.Count == 0)
                return false;
            if (_raw[0] != Iac)
                return Take(1, () => Data.Add(_raw[0]));
            if (_raw.Count < 2)
                return false;
            if (_raw[1] == Iac)
                return Take(2, () => Data.Add(Iac));
            if (_raw[1] != Sub)
                return _raw.Count >= 3 && Take(3, () => Negotiate(_raw[1], _raw[2]));
            int end = -1;
            for (int i = 2; i + 1 < _raw.Count; i++)
            {
                if (_raw[i] == Iac && _raw[i + 1] == SubEnd)
                {
                    end = i;
                    break;
                }
            }
            return end > 0 && Take(end + 2, () => Command([.. _raw.Take(end).Skip(3)]));
        }

        private bool Take(int count, Action what)
        {
            what();
            _raw.RemoveRange(0, count);
            return true;
        }

        private void Negotiate(byte verb, byte option)
        {
            if (verb == 251 && option == ComPort)
                Send([Iac, _agrees ? Do : Dont, ComPort]);
        }

        private void Command(byte[] command)
        {
            if (command[0] == 1)
                Baud = (uint)((command[1] << 24) | (command[2] << 16) | (command[3] << 8) | command[4]);
            if (command[0] == 5)
                Controls.Add(command[1]);
            Send([Iac, Sub, ComPort, (byte)(command[0] + 100), .. command[1..], Iac, SubEnd]);
        }
    }
}
