using System.Net;
using System.Net.Sockets;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

/// <summary>What both stacks must do, on loopback.</summary>
public abstract class NetworkStackTests : IDisposable
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);
    private readonly INetworkStack _stack;
    private readonly byte[] _buffer = new byte[65536];

    protected NetworkStackTests(INetworkStack stack) => _stack = stack;

    public void Dispose()
    {
        _stack.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_datagram_comes_with_its_sender_its_length_and_the_address_it_was_sent_to()
    {
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 0)), Keep(heard));
        using Socket client = Client(IPAddress.Loopback);
        client.SendTo([1, 2, 3], new IPEndPoint(IPAddress.Parse("127.0.0.2"), port.Local.Port));
        PollUntil(() => heard.Count == 1);
        Assert.Equal([1, 2, 3], heard[0].Bytes);
        Assert.Equal(client.LocalEndPoint, heard[0].Arrival.From);
        Assert.Equal(IPAddress.Parse("127.0.0.2"), heard[0].Arrival.To);
        Assert.NotEqual(0, heard[0].Arrival.AdapterIndex);
    }

    [Fact]
    public void An_answer_goes_to_whoever_asked()
    {
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort), _ => { });
        using Socket client = Client(IPAddress.Loopback);
        port.Send([4, 5], (IPEndPoint)client.LocalEndPoint!);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        Assert.Equal(2, client.ReceiveFrom(_buffer, ref from));
        Assert.Equal([4, 5], _buffer[..2]);
        Assert.Equal(port.Local, from);
    }

    [Fact]
    public void A_port_bound_to_another_address_answers_from_there()
    {
        using Socket client = Client(IPAddress.Loopback);
        using IUdpPort port = _stack.OpenUdp(
            new UdpBinding(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0), (IPEndPoint)client.LocalEndPoint!), _ => { });
        port.Send([1]);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        client.ReceiveFrom(_buffer, ref from);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port.Local.Port), from);
    }

    [Fact]
    public void A_port_with_a_peer_hears_nobody_else()
    {
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        using Socket peer = Client(IPAddress.Loopback), stranger = Client(IPAddress.Loopback);
        using Socket elsewhere = Client(IPAddress.Parse("127.0.0.3"));
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort, (IPEndPoint)peer.LocalEndPoint!), Keep(heard));
        stranger.SendTo([9], port.Local);
        elsewhere.SendTo([8], port.Local);
        peer.SendTo([1], port.Local);
        PollUntil(() => heard.Count > 0);
        _stack.Poll(TimeSpan.Zero);
        Assert.Equal([1], Assert.Single(heard).Bytes);
        Assert.Equal(peer.LocalEndPoint, heard[0].Arrival.From);
    }

    [Fact]
    public void A_port_that_is_taken_says_so()
    {
        using IUdpPort first = _stack.OpenUdp(new UdpBinding(s_anyPort), _ => { });
        NetworkException e = Assert.Throws<NetworkException>(() => _stack.OpenUdp(new UdpBinding(first.Local), _ => { }));
        Assert.Equal(NetworkFailure.PortTaken, e.Failure);
        Assert.Contains(first.Local.Port.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_not_ours_says_so()
    {
        NetworkException e = Assert.Throws<NetworkException>(
            () => _stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)), _ => { }));
        Assert.Equal(NetworkFailure.NoSuchAddress, e.Failure);
    }

    [Fact]
    public async Task Wake_ends_a_poll_from_another_thread()
    {
        using ManualResetEventSlim polling = new();
        Task poll = Task.Run(() =>
        {
            polling.Set();
            _stack.Poll(TimeSpan.FromMinutes(5));
        }, TestContext.Current.CancellationToken);
        polling.Wait(TestContext.Current.CancellationToken);
        _stack.Wake();
        await poll.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_wake_before_the_poll_is_not_lost_and_counts_once()
    {
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort), Keep(heard));
        _stack.Wake();
        _stack.Poll(TimeSpan.FromMinutes(5));
        port.Send([1], port.Local);
        PollUntil(() => heard.Count == 1);
    }

    [Fact]
    public void A_port_may_close_itself_and_another_one_while_it_is_called()
    {
        IUdpPort?[] ports = new IUdpPort?[2];
        int calls = 0;
        void CloseAll(IUdpPort self)
        {
            calls++;
            foreach (IUdpPort? port in ports)
                port!.Dispose();
        }
        for (int i = 0; i < 2; i++)
            ports[i] = _stack.OpenUdp(new UdpBinding(s_anyPort), CloseAll);
        using Socket client = Client(IPAddress.Loopback);
        client.SendTo([1], ports[0]!.Local);
        client.SendTo([1], ports[1]!.Local);
        PollUntil(() => calls > 0);
        _stack.Poll(TimeSpan.Zero);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_port_may_be_opened_while_another_one_is_called()
    {
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        IUdpPort? second = null;
        using IUdpPort first = _stack.OpenUdp(new UdpBinding(s_anyPort), port =>
        {
            port.TryReceive(_buffer, out Arrival arrival);
            second = _stack.OpenUdp(new UdpBinding(s_anyPort, arrival.From), Keep(heard));
            second.Send([7]);
        });
        using Socket client = Client(IPAddress.Loopback);
        client.SendTo([1], first.Local);
        PollUntil(() => second is not null);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        client.ReceiveFrom(_buffer, ref from);
        client.SendTo([2], from);
        PollUntil(() => heard.Count == 1);
        second!.Dispose();
    }

    [Fact]
    public void A_long_datagram_is_cut_and_the_next_one_comes_whole()
    {
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort), _ => { });
        using Socket client = Client(IPAddress.Loopback);
        client.SendTo(new byte[1000], port.Local);
        client.SendTo([], port.Local);
        client.SendTo([5], port.Local);
        List<int> lengths = [];
        while (lengths.Count < 3)
        {
            _stack.Poll(s_most);
            while (port.TryReceive(_buffer.AsSpan(0, 100), out Arrival arrival))
                lengths.Add(arrival.Length);
        }
        Assert.Equal([100, 0, 1], lengths);
    }

    [Theory]
    [InlineData(12, 1, 12)]
    [InlineData(12, 5, 12)]
    [InlineData(516, 64, 516)]
    [InlineData(1472, 44, 100)]
    [InlineData(1472, 130, 1472)] // more than one call takes
    [InlineData(20_004, 3, 4)]
    public void Segments_arrive_as_the_datagrams_they_are(int segment, int count, int last)
    {
        byte[] all = new byte[segment * (count - 1) + last];
        new Random(segment).NextBytes(all);
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        using IUdpPort receiver = _stack.OpenUdp(new UdpBinding(s_anyPort), Keep(heard));
        using IUdpPort sender = _stack.OpenUdp(new UdpBinding(s_anyPort, receiver.Local), _ => { });
        sender.SendSegments(all, segment);
        PollUntil(() => heard.Count == count);
        for (int i = 0; i < count; i++)
            Assert.True(heard[i].Bytes.AsSpan().SequenceEqual(all.AsSpan(i * segment, i == count - 1 ? last : segment)));
    }

    [Fact]
    public void A_port_that_was_closed_receives_nothing_and_may_be_closed_again()
    {
        IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort), _ => { });
        using Socket client = Client(IPAddress.Loopback);
        client.SendTo([1], port.Local);
        port.Dispose();
        port.Dispose();
        Assert.False(port.TryReceive(_buffer, out _));
        port.Send([1], (IPEndPoint)client.LocalEndPoint!);
        _stack.Poll(TimeSpan.Zero);
    }

    /// <summary>After a client went away the system reports an error on the next call; that must cost no packet of another one.</summary>
    [Fact]
    public void A_peer_that_is_gone_does_no_harm()
    {
        List<(byte[] Bytes, Arrival Arrival)> heard = [];
        IPEndPoint gone;
        using (Socket client = Client(IPAddress.Loopback))
            gone = (IPEndPoint)client.LocalEndPoint!;
        using IUdpPort port = _stack.OpenUdp(new UdpBinding(s_anyPort), Keep(heard));
        using IUdpPort connected = _stack.OpenUdp(new UdpBinding(s_anyPort, gone), p => p.TryReceive(_buffer, out _));
        using Socket other = Client(IPAddress.Loopback);
        for (int i = 0; i < 5; i++)
        {
            port.Send([1], gone);
            connected.Send([1]);
            other.SendTo([(byte)i], port.Local);
            PollUntil(() => heard.Count == i + 1);
        }
    }

    private static Socket Client(IPAddress address)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private Action<IUdpPort> Keep(List<(byte[] Bytes, Arrival Arrival)> heard) => port =>
    {
        while (port.TryReceive(_buffer, out Arrival arrival))
            heard.Add((_buffer[..arrival.Length], arrival));
    };

    private void PollUntil(Func<bool> done)
    {
        TimeSpan end = _stack.Now + s_most;
        while (!done())
        {
            Assert.True(_stack.Now < end, "nothing came");
            _stack.Poll(end - _stack.Now);
        }
    }
}
