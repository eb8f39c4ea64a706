using System.Net;
using System.Net.Sockets;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

/// <summary>Many clients at once: served in rounds while they keep the server busy, asked about again when they do not.</summary>
public sealed class LinuxCrowdTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(1);
    private readonly HandClock _time = new();
    private readonly LinuxNetworkStack _stack;
    private readonly List<Socket> _clients = [];
    private readonly List<IUdpPort> _ports = [];
    private readonly byte[] _buffer = new byte[64];
    private int _heard;

    public LinuxCrowdTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "this stack is the one for Linux");
        _stack = new LinuxNetworkStack(_time);
    }

    public void Dispose()
    {
        _ports.ForEach(port => port.Dispose());
        _clients.ForEach(client => client.Dispose());
        _stack.Dispose();
    }

    [Theory]
    [InlineData(16, 4, true)] // every fourth within a millisecond
    [InlineData(16, 3, false)]
    [InlineData(15, 15, false)] // no crowd
    public void Rounds_begin_when_a_crowd_is_busy(int clients, int sending, bool expected)
    {
        Open(clients);
        AllSend(sending);
        Assert.Equal(sending, _heard);
        _time.Advance(s_period);
        _stack.Poll(TimeSpan.Zero);
        Assert.Equal(expected, _stack.InRounds);
    }

    [Fact]
    public void Every_datagram_is_heard_before_in_and_after_the_rounds()
    {
        Open(20);
        AllSend(20);
        _time.Advance(s_period);
        AllSend(20);
        Assert.True(_stack.InRounds);
        Assert.Equal(40, _heard);
        _time.Advance(s_period * 100);
        _stack.Poll(TimeSpan.Zero);
        Assert.False(_stack.InRounds);
        AllSend(1);
        Assert.Equal(41, _heard);
    }

    [Fact]
    public void A_port_without_a_peer_is_heard_between_two_rounds()
    {
        InRounds();
        bool asked = false;
        using IUdpPort requests = _stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Loopback, 0)), port => asked = port.TryReceive(_buffer, out _));
        _clients[0].SendTo([1], requests.Local);
        _stack.Poll(TimeSpan.Zero);
        Assert.True(_stack.InRounds);
        Assert.True(asked);
    }

    [Fact]
    public void A_wake_in_the_rounds_costs_no_datagram()
    {
        InRounds();
        int before = _heard;
        _stack.Wake();
        AllSend(20);
        Assert.Equal(before + 20, _heard);
    }

    [Fact]
    public void Ports_may_be_closed_and_opened_in_the_middle_of_a_round()
    {
        InRounds();
        int before = _heard;
        bool done = false;
        void Disturb(IUdpPort port)
        {
            if (done)
                return;
            done = true;
            port.Dispose();
            _ports[3].Dispose();
            _ports[17].Dispose();
            Open(1);
        }
        using Socket client = Client();
        IUdpPort last = _stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Loopback, 0), (IPEndPoint)client.LocalEndPoint!), Disturb);
        foreach (int open in (int[])[0, 9, 19])
            _clients[open].SendTo([1], _ports[open].Local);
        _stack.Poll(TimeSpan.Zero);
        Assert.True(done);
        Assert.False(last.TryReceive(_buffer, out _));
        Assert.Equal(before + 3, _heard);
        _clients[20].SendTo([1], _ports[20].Local);
        _stack.Poll(TimeSpan.Zero);
        Assert.Equal(before + 4, _heard);
    }

    private void InRounds()
    {
        Open(20);
        AllSend(20);
        _time.Advance(s_period);
        _stack.Poll(TimeSpan.Zero);
        Assert.True(_stack.InRounds);
    }

    private void Open(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Socket client = Client();
            _clients.Add(client);
            _ports.Add(_stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Loopback, 0), (IPEndPoint)client.LocalEndPoint!), port =>
            {
                if (port.TryReceive(_buffer, out _))
                    _heard++;
            }));
        }
    }

    /// <summary>On loopback a datagram is in the receiver's queue when the call that sends it returns, so one look finds them all.</summary>
    private void AllSend(int count)
    {
        for (int i = 0; i < count; i++)
            _clients[i].SendTo([1], _ports[i].Local);
        _stack.Poll(TimeSpan.Zero);
    }

    private static Socket Client()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
