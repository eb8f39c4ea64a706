using System.Buffers;
using System.Buffers.Binary;

namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>
/// The device's side of serprog, version 1 (flashrom's serprog-protocol.txt): bytes in, bytes out, any programmer behind it. A command is one byte and its
/// parameters, the answer ACK and data, or NAK. Whatever comes in, nothing throws, and no more is kept than one write and one answer.
/// </summary>
/// <param name="master">Carries the SPI operations out. When it fails, the answer is NAK and <see cref="Failure"/> says why.</param>
/// <param name="options">What is told to the host.</param>
public sealed class SerprogServer(ISpiMaster master, SerprogServerOptions options)
{
    private const byte Ack = 0x06;
    private const byte Nak = 0x15;
    private const byte SpiBus = 0x08;
    private const int EnoughAnswer = 0x1_0000;

    private readonly int _mostWrite = Math.Min(master.Info.MaxWrite, options.MaxWrite);
    private readonly int _mostRead = Math.Min(master.Info.MaxRead, options.MaxRead);
    private readonly byte[] _parameters = new byte[6];
    private readonly List<uint> _delays = [];
    private byte[] _write = [];
    private byte _command;
    private int _have;
    private int _want;
    private int _toWrite;
    private int _written;
    private int _toRead;
    private bool _inData;

    /// <summary>What the programmer failed with last; null when it never did.</summary>
    public ProgrammerException? Failure { get; private set; }

    /// <summary>SPI operations that were carried out.</summary>
    public long Operations { get; private set; }

    /// <summary>
    /// Takes bytes of the host. Stops early once there is much to answer, so that a host that asks without reading cannot fill the memory: send
    /// the answer, then hand in the rest.
    /// </summary>
    /// <param name="data">What came.</param>
    /// <param name="answer">Gets what is to be sent back.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Receive(ReadOnlySpan<byte> data, IBufferWriter<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        int taken = 0, answered = 0;
        while (taken < data.Length && answered < EnoughAnswer)
        {
            if (_inData)
            {
                taken += TakeData(data[taken..]);
                if (_written == _toWrite)
                    answered += Operate(answer);
                continue;
            }
            byte value = data[taken++];
            if (_want == 0)
            {
                _command = value;
                _want = ParametersOf(value);
                _have = 0;
            }
            else
            {
                _parameters[_have++] = value;
            }
            if (_have == _want)
            {
                _want = 0;
                answered += Answer(answer);
            }
        }
        return taken;
    }

    /// <summary>Forgets a command that is half there; for the next host.</summary>
    public void Reset()
    {
        _want = _have = 0;
        _inData = false;
        _delays.Clear();
    }

    /// <summary>A command that is none is answered at once.</summary>
    private int ParametersOf(byte command) => command switch
    {
        0x12 or 0x15 => 1,
        0x14 => 4,
        0x0E when options.Delay is not null => 4,
        0x13 => 6,
        _ => 0,
    };

    private int TakeData(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, _toWrite - _written);
        if (_toWrite <= _mostWrite)
            data[..count].CopyTo(_write.AsSpan(_written));
        _written += count;
        return count;
    }

    /// <summary>Answers a command whose parameters are there; how many bytes.</summary>
    private int Answer(IBufferWriter<byte> answer)
    {
        Span<byte> bytes = stackalloc byte[33];
        bytes[0] = Ack;
        switch (_command)
        {
            case 0x00:
                return Send(answer, bytes[..1]);
            case 0x01:
                bytes[1] = 1;
                bytes[2] = 0;
                return Send(answer, bytes[..3]);
            case 0x02:
                CommandMap(bytes[1..]);
                return Send(answer, bytes);
            case 0x03:
                bytes[1..17].Clear();
                for (int i = 0; i < Math.Min(options.Name.Length, 15); i++)
                    bytes[1 + i] = options.Name[i] is > ' ' and <= '~' ? (byte)options.Name[i] : (byte)'-';
                return Send(answer, bytes[..17]);
            case 0x04: // the stream has flow control of its own
                bytes[1] = bytes[2] = 0xFF;
                return Send(answer, bytes[..3]);
            case 0x05:
                bytes[1] = SpiBus;
                return Send(answer, bytes[..2]);
            case 0x07 when options.Delay is not null:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[1..], options.DelayBuffer);
                return Send(answer, bytes[..3]);
            case 0x08:
                return Send(answer, Length(bytes, _mostWrite));
            case 0x11:
                return Send(answer, Length(bytes, _mostRead));
            case 0x10:
                return Send(answer, [Nak, Ack]);
            case 0x12 when (_parameters[0] & SpiBus) != 0:
            case 0x15:
                return Send(answer, bytes[..1]);
            case 0x13:
                return BeginOperation(answer);
            case 0x14:
                return SetClock(answer, bytes);
            case 0x0B or 0x0E or 0x0F when options.Delay is not null:
                return Send(answer, [Delay() ? Ack : Nak]);
            default:
                return Send(answer, [Nak]);
        }
    }

    private void CommandMap(Span<byte> map)
    {
        map.Clear();
        ReadOnlySpan<byte> known = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15];
        ReadOnlySpan<byte> delays = [0x07, 0x0B, 0x0E, 0x0F];
        foreach (byte command in known)
            map[command >> 3] |= (byte)(1 << (command & 7));
        foreach (byte command in options.Delay is null ? [] : delays)
            map[command >> 3] |= (byte)(1 << (command & 7));
    }

    /// <summary>24 bits; 0 would mean 2^24.</summary>
    private static Span<byte> Length(Span<byte> bytes, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], Math.Min(length, 0xFF_FFFF));
        return bytes[..4];
    }

    private int SetClock(IBufferWriter<byte> answer, Span<byte> bytes)
    {
        uint wish = BinaryPrimitives.ReadUInt32LittleEndian(_parameters);
        if (wish == 0)
            return Send(answer, [Nak]);
        uint real = (uint?)master.Info.ClockHz ?? wish; // it is what it is
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[1..], real);
        return Send(answer, bytes[..5]);
    }

    /// <summary>0B empties the buffer, 0E puts a wait in, 0F carries them out.</summary>
    private bool Delay()
    {
        if (_command == 0x0E)
        {
            if (_delays.Count >= options.DelayBuffer / 5)
                return false;
            _delays.Add(BinaryPrimitives.ReadUInt32LittleEndian(_parameters));
            return true;
        }
        if (_command == 0x0F)
        {
            foreach (uint microseconds in _delays)
                options.Delay!(TimeSpan.FromMicroseconds(microseconds));
        }
        _delays.Clear();
        return true;
    }

    private int BeginOperation(IBufferWriter<byte> answer)
    {
        _toWrite = _parameters[0] | _parameters[1] << 8 | _parameters[2] << 16;
        _toRead = _parameters[3] | _parameters[4] << 8 | _parameters[5] << 16;
        _written = 0;
        if (_toWrite == 0)
            return Send(answer, [Nak]); // a chip-select without a command
        if (_toWrite <= _mostWrite && _write.Length < _toWrite)
            _write = new byte[_toWrite];
        _inData = true;
        return 0;
    }

    /// <summary>What is too long was counted and dropped, so that the next command is found where it begins.</summary>
    private int Operate(IBufferWriter<byte> answer)
    {
        _inData = false;
        if (_toWrite > _mostWrite || _toRead > _mostRead)
            return Send(answer, [Nak]);
        Span<byte> bytes = answer.GetSpan(1 + _toRead)[..(1 + _toRead)];
        try
        {
            master.Transfer(_write.AsSpan(0, _toWrite), bytes[1..]);
        }
        catch (ProgrammerException failure)
        {
            Failure = failure;
            return Send(answer, [Nak]);
        }
        Operations++;
        bytes[0] = Ack;
        answer.Advance(bytes.Length);
        return bytes.Length;
    }

    private static int Send(IBufferWriter<byte> answer, ReadOnlySpan<byte> bytes)
    {
        answer.Write(bytes);
        return bytes.Length;
    }
}
