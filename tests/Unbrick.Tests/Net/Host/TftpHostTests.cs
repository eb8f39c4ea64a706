using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Tests.Net.Tftp;

namespace Unbrick.Tests.Net.Host;

/// <summary>Whole transfers over real sockets on loopback, with a small client beside the server.</summary>
public sealed class TftpHostTests
{
    [Theory]
    [InlineData(true, 300_000, 512, 1)]
    [InlineData(false, 300_000, 512, 1)]
    [InlineData(true, 3_000_000, 1428, 16)]
    [InlineData(false, 3_000_000, 1428, 16)]
    [InlineData(true, 3_000_000, 65464, 16)]
    [InlineData(false, 3_000_000, 65464, 16)]
    [InlineData(true, 65464 * 3, 65464, 1)]
    [InlineData(false, 65464 * 3, 65464, 1)]
    public async Task A_file_arrives(bool linux, int size, int blockSize, int window)
    {
        byte[] content = OneFileCatalog.Content(size);
        using Running server = new(linux, content);
        Assert.Equal(content, await server.Fetch(IPAddress.Loopback, blockSize, window));
        Assert.Equal(TransferOutcome.Complete, (await server.Ended).Outcome);
    }

    /// <summary>Several addresses on one adapter, and the client listens only to the one that it asked.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_answers_come_from_the_address_that_was_asked(bool linux)
    {
        byte[] content = OneFileCatalog.Content(5000);
        using Running server = new(linux, content);
        Assert.Equal(content, await server.Fetch(IPAddress.Parse("127.0.0.2"), 512, 1));
    }

    private sealed class Running : IDisposable
    {
        private readonly INetworkStack _stack;
        private readonly TaskCompletionSource<TransferReport> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _loop;
        private volatile bool _stop;

        public Running(bool linux, byte[] content)
        {
            _stack = linux && OperatingSystem.IsLinux()
                ? new LinuxNetworkStack(TimeProvider.System)
                : new SocketNetworkStack(TimeProvider.System);
            int free;
            using (Socket probe = Client())
                free = ((IPEndPoint)probe.LocalEndPoint!).Port;
            _loop = Task.Run(() => Loop(free, content));
        }

        public Task<TransferReport> Ended => _ended.Task.WaitAsync(TimeSpan.FromMinutes(1));

        public async Task<byte[]> Fetch(IPAddress address, int blockSize, int window)
        {
            int port = await _port.Task;
            return await Task.Run(() => Fetch(new IPEndPoint(address, port), blockSize, window));
        }

        public void Dispose()
        {
            _stop = true;
            _stack.Wake();
            _loop.Wait();
            _stack.Dispose();
        }

        private void Loop(int port, byte[] content)
        {
            TftpServer server = new(new OneFileCatalog(content), new TftpServerOptions());
            using TftpHost host = new(_stack, server, new TftpListen(port, IPAddress.Any), _ => 65536, report =>
            {
                if (report is TftpReport.Ended ended)
                    _ended.TrySetResult(ended.Transfer);
            });
            _port.SetResult(port);
            while (!_stop)
            {
                TimeSpan wait = host.NextDue - _stack.Now;
                _stack.Poll(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1));
                host.Tick();
            }
        }

        private static byte[] Fetch(IPEndPoint server, int blockSize, int window)
        {
            RfcClient client = new(blockSize, window, RfcClientHabits.None);
            using Socket socket = Client();
            byte[] buffer = new byte[65536];
            socket.SendTo(client.Request(), server);
            EndPoint? transfer = null;
            while (!client.Finished)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int length = socket.ReceiveFrom(buffer, ref from);
                Assert.Equal(server.Address, ((IPEndPoint)from).Address);
                transfer ??= from;
                Assert.Equal(transfer, from);
                Assert.NotEqual(5, BinaryPrimitives.ReadUInt16BigEndian(buffer));
                foreach (byte[] answer in client.Hear(buffer[..length], default))
                    socket.SendTo(answer, transfer);
            }
            return client.Received;
        }

        private static Socket Client()
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveTimeout = 10_000,
                ReceiveBufferSize = 4 << 20,
            };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
    }
}
