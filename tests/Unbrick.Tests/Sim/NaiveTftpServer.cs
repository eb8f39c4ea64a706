using System.Buffers.Binary;
using System.Net;
using System.Text;
using Unbrick.Net.Host;
using Unbrick.Sim.Network;

namespace Unbrick.Tests.Sim;

/// <summary>How the little server answers a time-out of the block it waits for.</summary>
internal enum Resend
{
    /// <summary>The block again.</summary>
    Same,

    /// <summary>The block before it, then the block: what wakes a legacy loader whose ACK was lost.</summary>
    PreviousThenSame,

    /// <summary>The block and the next one: what moves a strict loader whose ACK was lost.</summary>
    SameAndNext,
}

/// <summary>
/// The least TFTP server that can be: one file, one client, one fixed time-out. For proving what the simulated loaders do, nothing
/// else.
/// </summary>
internal sealed class NaiveTftpServer : IDisposable
{
    private readonly INetworkStack _stack;
    private readonly IUdpPort _listener;
    private readonly byte[] _file;
    private readonly TimeSpan _timeout;
    private readonly Resend _resend;
    private readonly bool _options;
    private readonly byte[] _buffer = new byte[2048];
    private IUdpPort? _port;
    private IPEndPoint? _client;
    private int _blockSize = 512;
    private long _block;
    private bool _oackOpen;
    private bool _done;
    private TimeSpan _due = TimeSpan.MaxValue;

    public NaiveTftpServer(SimNetworkHost host, byte[] file, TimeSpan timeout, Resend resend = Resend.Same, bool options = false)
    {
        _stack = host.OpenStack();
        (_file, _timeout, _resend, _options) = (file, timeout, resend, options);
        _listener = _stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 69)), OnRequest);
    }

    public int Requests { get; private set; }

    public int Timeouts { get; private set; }

    public List<string> LastRequest { get; private set; } = [];

    private long LastBlock => _file.Length / _blockSize + 1;

    /// <summary>Serves until <paramref name="enough"/>, or until so much virtual time is over.</summary>
    public void Run(Func<bool> enough, TimeSpan atMost)
    {
        TimeSpan end = _stack.Now + atMost;
        while (_stack.Now < end && !enough())
        {
            // Not longer than a second at a time: the device does things that send no packet.
            TimeSpan wait = new[] { _due, end, _stack.Now + TimeSpan.FromSeconds(1) }.Min() - _stack.Now;
            _stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            if (_stack.Now >= _due)
                TimedOut();
        }
    }

    public void Dispose() => _stack.Dispose();

    private void OnRequest(IUdpPort port)
    {
        if (!port.TryReceive(_buffer, out Arrival arrival) || _buffer[1] != 1)
            return;
        Requests++;
        LastRequest = [.. Encoding.ASCII.GetString(_buffer, 2, arrival.Length - 2).Split('\0')];
        bool sameTry = _port is not null && _block == 1 && arrival.From.Equals(_client);
        if (!sameTry)
        {
            _port?.Dispose();
            _client = arrival.From;
            _port = _stack.OpenUdp(new UdpBinding(new IPEndPoint(arrival.To, 0), _client), OnAck);
        }
        (_block, _done, _blockSize) = (1, false, 512);
        int asked = LastRequest.IndexOf("blksize");
        _oackOpen = _options && asked > 0;
        if (_oackOpen)
            _blockSize = int.Parse(LastRequest[asked + 1]);
        Send();
    }

    private void OnAck(IUdpPort port)
    {
        while (port.TryReceive(_buffer, out Arrival arrival))
        {
            if (_done || arrival.Length < 4 || _buffer[1] != 4)
                continue;
            ushort acked = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2));
            if (_oackOpen && acked == 0)
            {
                _oackOpen = false;
                Send();
            }
            else if (acked == (ushort)_block || (_resend == Resend.SameAndNext && acked == (ushort)(_block + 1)))
            {
                _block += (ushort)(acked - (ushort)_block) + 1;
                _done = _block > LastBlock;
                _due = TimeSpan.MaxValue;
                if (!_done)
                    Send();
            }
        }
    }

    private void TimedOut()
    {
        Timeouts++;
        if (_resend == Resend.PreviousThenSame && _block > 1 && !_oackOpen)
            SendBlock(_block - 1);
        Send();
        if (_resend == Resend.SameAndNext && _block < LastBlock && !_oackOpen)
            SendBlock(_block + 1);
    }

    private void Send()
    {
        _due = _stack.Now + _timeout;
        if (_oackOpen)
            _port!.Send(Encoding.ASCII.GetBytes($"\0\u0006blksize\0{_blockSize}\0timeout\05\0"));
        else
            SendBlock(_block);
    }

    private void SendBlock(long block)
    {
        int at = (int)((block - 1) * _blockSize);
        int length = Math.Min(_blockSize, _file.Length - at);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, 3);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(2), (ushort)block);
        _file.AsSpan(at, length).CopyTo(_buffer.AsSpan(4));
        _port!.Send(_buffer.AsSpan(0, 4 + length));
    }
}
