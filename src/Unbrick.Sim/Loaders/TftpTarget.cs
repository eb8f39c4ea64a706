using System.Buffers.Binary;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// A boot loader's TFTP server: takes one file, 512 bytes a block, no options (an ACK 0 is the whole answer), all from port 69, each block
/// acknowledged when it is the next one and acknowledged again when it was the last one.
/// </summary>
internal sealed class TftpTarget(UBootNetwork network)
{
    private const ushort Port = 69;
    private const ushort WriteRequest = 2;
    private const int BlockSize = 512;
    private const int MostBytes = 64 << 20;

    private readonly List<byte> _file = [];
    private (uint Ip, ushort Port) _client;
    private long _taken;

    /// <summary>The request was taken: a client sends.</summary>
    public event Action? Began;

    /// <summary>A block was stored; its number, from 1 on.</summary>
    public event Action<long>? Took;

    /// <summary>The last block was stored.</summary>
    public event Action? Done;

    /// <summary>It listens.</summary>
    public bool Open { get; private set; }

    /// <summary>The name in the request.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What came so far.</summary>
    public ReadOnlyMemory<byte> File => _file.ToArray();

    /// <summary>Keep the acknowledgement of the last block back.</summary>
    public bool SwallowsLastAck { get; init; }

    /// <summary>Listens for a new file.</summary>
    public void Start()
    {
        _file.Clear();
        (_client, _taken, Name, Open) = (default, 0, "", true);
        network.Handler = Receive;
    }

    /// <summary>Deaf.</summary>
    public void Stop() => Open = false;

    private void Receive(uint fromIp, in UdpDatagram datagram)
    {
        ReadOnlySpan<byte> packet = datagram.Payload;
        if (datagram.ToPort != Port || packet.Length < 4)
            return;
        bool isClient = _client == (fromIp, datagram.FromPort);
        switch (BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case WriteRequest when Open && (_taken == 0 || !isClient):
                _file.Clear();
                (_client, _taken, Name) = ((fromIp, datagram.FromPort), 0, TftpWire.Text(packet[2..]));
                Acknowledge(0);
                Began?.Invoke();
                break;
            case TftpWire.Data when isClient:
                Take(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), packet[4..]);
                break;
        }
    }

    private void Take(ushort block, ReadOnlySpan<byte> data)
    {
        if (!Open || block != (ushort)(_taken + 1) || _file.Count + data.Length > MostBytes)
        {
            if (block == (ushort)_taken && !(SwallowsLastAck && !Open))
                Acknowledge(block);
            return;
        }
        _taken++;
        foreach (byte one in data)
            _file.Add(one);
        bool last = data.Length < BlockSize;
        if (!(last && SwallowsLastAck))
            Acknowledge(block);
        Took?.Invoke(_taken);
        if (!last || !Open)
            return;
        Open = false;
        Done?.Invoke();
    }

    private void Acknowledge(ushort block)
    {
        Span<byte> ack = [0, (byte)TftpWire.Ack, (byte)(block >> 8), (byte)block];
        network.SendUdp(_client.Ip, _client.Port, Port, ack);
    }
}
