using System.Buffers.Binary;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>
/// A client as the RFCs describe one, after tftp-hpa's (tftp/tftp.c: answers a repeat of the block before, ignores all else) and RFC 7440
/// s4 (names a gap by an ACK of the last block in order). It has its own timer of 1 s, and answers repeats after the end, too.
/// </summary>
internal sealed class RfcClient(int blockSize, int window, RfcClientHabits habits)
{
    private static readonly TimeSpan s_timer = TimeSpan.FromSeconds(1);
    private readonly List<byte> _received = [];
    private long _next = 1;
    private int _sinceAck;
    private bool _options, _gapNamed;

    /// <summary>When its timer runs out.</summary>
    public TimeSpan Due { get; private set; }

    public bool Finished { get; private set; }

    public byte[] Received => [.. _received];

    private bool AsksOptions => blockSize != 512 || window > 1;

    public byte[] Request() => TftpBench.Request(
        "RRQ f octet" + (blockSize != 512 ? $" blksize {blockSize}" : "") + (window > 1 ? $" windowsize {window}" : ""));

    /// <summary>A packet from the server; what it answers, in order.</summary>
    public IEnumerable<byte[]> Hear(byte[] packet, TimeSpan now)
    {
        ushort number = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
        Due = now + s_timer;
        if (packet[1] == 6)
        {
            _options = true;
            return _next == 1 ? Ack(0) : [];
        }
        if (packet[1] != 3 || AsksOptions && !_options)
            return [];
        if (number == (ushort)_next && !Finished)
            return Store(packet.AsSpan(4));
        if (window > 1)
        {
            bool answer = !_gapNamed || Finished;
            _gapNamed = true;
            _sinceAck = 0;
            return answer ? Ack(_next - 1) : [];
        }
        return number == (ushort)(_next - 1) ? Ack(_next - 1) : [];
    }

    /// <summary>Its timer ran out.</summary>
    public IEnumerable<byte[]> Again(TimeSpan now)
    {
        Due = Finished ? TimeSpan.MaxValue : now + s_timer;
        _gapNamed = false;
        if (Finished)
            return [];
        return _next == 1 && !_options ? [Request()] : Ack(_next - 1);
    }

    private IEnumerable<byte[]> Store(ReadOnlySpan<byte> data)
    {
        _received.AddRange(data);
        _next++;
        _gapNamed = false;
        Finished = data.Length < blockSize;
        bool early = habits.HasFlag(RfcClientHabits.AcksInsideTheWindow) && _next % 3 == 0;
        if (++_sinceAck < window && !Finished && !early)
            return [];
        _sinceAck = 0;
        return Ack(_next - 1);
    }

    private IEnumerable<byte[]> Ack(long block)
    {
        byte[] ack = TftpBench.Packet($"ACK {block & 0xffff}");
        return habits.HasFlag(RfcClientHabits.AcksTwice) ? [ack, ack] : [ack];
    }
}
