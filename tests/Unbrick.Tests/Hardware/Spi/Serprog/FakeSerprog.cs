using System.Buffers.Binary;
using Unbrick.Hardware.Spi.Serprog;
using Unbrick.Sim;

namespace Unbrick.Tests.Hardware.Spi.Serprog;

/// <summary>A serprog as a stream: carries out commands when their answers are read, so that it sees how far the client goes ahead.</summary>
internal sealed class FakeSerprog(VirtualTime time) : Stream
{
    private readonly Queue<byte> _in = new(), _out = new();

    public SerprogTrouble Next { get; set; }

    public bool IsAlways { get; init; }

    public bool IsChatter { get; init; }

    public ushort Version { get; init; } = SerprogCommand.Version;

    public byte Bus { get; init; } = SerprogCommand.SpiBus;

    public int WriteLimit { get; init; } = 4096;

    public int ReadLimit { get; init; } = 4096;

    public ushort Buffer { get; init; } = 0xFFFF;

    public List<byte> Commands { get; } = [];

    public List<byte[]> Carried { get; } = [];

    public bool IsDriving { get; private set; }

    public bool IsDisposed { get; private set; }

    public int MostAhead { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    public override int ReadTimeout { get; set; }

    public override int WriteTimeout { get; set; }

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static byte[] Answer(ReadOnlySpan<byte> write, int length)
    {
        byte[] answer = new byte[length];
        for (int i = 0; i < length; i++)
            answer[i] = (byte)(write[0] + write[^1] + i);
        return answer;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (Next == SerprogTrouble.Close)
            return 0;
        if (Next is SerprogTrouble.Hang)
            return Late();
        if (IsChatter)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            Array.Fill(buffer, (byte)0x15, offset, count);
            return count;
        }
        while (_out.Count == 0 && Carry())
            continue;
        if (_out.Count == 0)
            return Late();
        if (Next == SerprogTrouble.Trickle && _out.Count > 1)
        {
            time.Advance(TimeSpan.FromSeconds(3));
            buffer[offset] = _out.Dequeue();
            return 1;
        }
        int taken = Math.Min(count, _out.Count);
        for (int i = 0; i < taken; i++)
            buffer[offset + i] = _out.Dequeue();
        return taken;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        IEnumerable<byte> bytes = buffer.AsSpan(offset, count).ToArray();
        if (Next == SerprogTrouble.LoseCommandByte)
        {
            bytes = bytes.SkipLast(1);
            Next = SerprogTrouble.None;
        }
        foreach (byte value in bytes)
            _in.Enqueue(value);
        MostAhead = Math.Max(MostAhead, _in.Count);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private int Late()
    {
        time.Advance(TimeSpan.FromMilliseconds(ReadTimeout));
        throw new TimeoutException();
    }

    /// <summary>One command; false when it is not there as a whole.</summary>
    private bool Carry()
    {
        byte[] bytes = [.. _in];
        int size = bytes.Length == 0 ? 1 : bytes[0] switch
        {
            SerprogCommand.SetBus or SerprogCommand.SetPins => 2,
            SerprogCommand.SetSpiClock => 5,
            SerprogCommand.SpiOperation => bytes.Length < 7 ? 7 : 7 + U24(bytes, 1),
            _ => 1,
        };
        if (bytes.Length < size)
            return false;
        for (int i = 0; i < size; i++)
            _in.Dequeue();
        Commands.Add(bytes[0]);
        Do(bytes[0], bytes.AsSpan(0, size));
        return true;
    }

    private void Do(byte command, ReadOnlySpan<byte> bytes)
    {
        switch (command)
        {
            case SerprogCommand.SyncNop:
                Send(SerprogCommand.Nak, SerprogCommand.Ack);
                break;
            case SerprogCommand.QueryInterface:
                Send(SerprogCommand.Ack, (byte)Version, (byte)(Version >> 8));
                break;
            case SerprogCommand.QueryCommandMap:
                Send([SerprogCommand.Ack, 0x3F, 0x01, 0x3E, .. new byte[29]]); // 0-5, 8, 11-15
                break;
            case SerprogCommand.QueryName:
                Send([SerprogCommand.Ack, .. "fake prog"u8, .. new byte[7]]);
                break;
            case SerprogCommand.QuerySerialBuffer:
                Send(SerprogCommand.Ack, (byte)Buffer, (byte)(Buffer >> 8));
                break;
            case SerprogCommand.QueryBus:
                Send(SerprogCommand.Ack, Bus);
                break;
            case SerprogCommand.QueryWriteLength:
                Send(SerprogCommand.Ack, (byte)WriteLimit, (byte)(WriteLimit >> 8), 0);
                break;
            case SerprogCommand.QueryReadLength:
                Send(SerprogCommand.Ack, (byte)ReadLimit, (byte)(ReadLimit >> 8), 0);
                break;
            case SerprogCommand.SetSpiClock:
                byte[] clock = new byte[5];
                clock[0] = SerprogCommand.Ack;
                BinaryPrimitives.WriteInt32LittleEndian(clock.AsSpan(1), Math.Min(8_000_000, BinaryPrimitives.ReadInt32LittleEndian(bytes[1..])));
                Send(clock);
                break;
            case SerprogCommand.SetPins:
                IsDriving = bytes[1] != 0;
                Send(SerprogCommand.Ack);
                break;
            case SerprogCommand.SpiOperation:
                Operate(bytes[7..].ToArray(), U24(bytes, 4));
                break;
            default:
                Send(command is SerprogCommand.Nop or SerprogCommand.SetBus ? SerprogCommand.Ack : SerprogCommand.Nak);
                break;
        }
    }

    private void Operate(byte[] write, int read)
    {
        Carried.Add(write);
        byte[] answer = [SerprogCommand.Ack, .. Answer(write, read)];
        answer = Next switch
        {
            SerprogTrouble.Refuse => [SerprogCommand.Nak],
            SerprogTrouble.Garble => [0x77, .. answer],
            SerprogTrouble.LoseAnswerByte => answer[1..] is [.., _] ? [SerprogCommand.Ack, .. answer[2..]] : answer,
            _ => answer,
        };
        if (Next is not SerprogTrouble.Trickle && !IsAlways)
            Next = SerprogTrouble.None;
        Send(answer);
    }

    private void Send(params ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            _out.Enqueue(value);
    }

    private static int U24(ReadOnlySpan<byte> bytes, int at) => bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
}
