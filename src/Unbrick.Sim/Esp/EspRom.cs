using System.Buffers.Binary;
using Unbrick.Sim.Esp.Faults;

namespace Unbrick.Sim.Esp;

/// <summary>
/// The serial loader in the ROM, byte for byte as measured on the real ones: reasons and values of answers are stale, a block with a bad checksum is
/// counted but not written, an unknown command is answered with the name of the one before. Source of each rule: Espressif's documentation of the
/// serial protocol, and the transcripts in <c>tests/Unbrick.Tests/Sim/Esp/golden</c>.
/// </summary>
internal sealed partial class EspRom
{
    private const byte Begin = 0x02, Data = 0x03, End = 0x04, MemoryBegin = 0x05, MemoryEnd = 0x06, MemoryData = 0x07, Sync = 0x08;
    private const byte WriteRegister = 0x09, ReadRegister = 0x0A, SetParameters = 0x0B, Attach = 0x0D, ReadSlow = 0x0E, ChangeBaud = 0x0F;
    private const byte DeflateBegin = 0x10, DeflateData = 0x11, DeflateEnd = 0x12, Md5 = 0x13, SecurityInfo = 0x14;
    private const byte BadMessage = 0x05, Failed = 0x06, BadChecksum = 0x07, BadWrite = 0x08, BadRead = 0x0A, BadDeflate = 0x0B;
    private const int Header = 8, MostFrame = 0x1_1000, SyncAnswers = 8;
    private const long Handling = 100_000; // nanoseconds for anything at all
    private const uint SyncValue = 0x2012_0707;

    private readonly EspModel _model;
    private readonly EspFlash _flash;
    private readonly EspSpiController _spi;
    private readonly EspMemory _memory;
    private readonly EspFaults _faults;
    private readonly IEspRomHost _host;
    private readonly byte[] _frame = new byte[MostFrame];
    private readonly byte[] _answer = new byte[0x200];
    private int _length = -1;
    private bool _escaped;
    private bool _synced;
    private bool _greeted;
    private int _commands;
    private byte _named;
    private byte _reason;
    private uint _value;

    public EspRom(EspModel model, EspFlash flash, EspSpiController spi, EspMemory memory, EspFaults faults, IEspRomHost host)
    {
        (_model, _flash, _spi, _memory, _faults, _host) = (model, flash, spi, memory, faults, host);
        Reset();
    }

    /// <summary>When it is done with what it was asked for.</summary>
    public long BusyUntil { get; private set; }

    /// <summary>Whether a SYNC was answered since the last reset.</summary>
    public bool IsSynchronized => _synced;

    /// <summary>As after a reset; what lies in its buffers does not matter to it, and stays.</summary>
    public void Reset()
    {
        _length = -1;
        _escaped = _synced = _greeted = false;
        _commands = 0;
        (_named, _reason, _value) = (Sync, 0, 0);
        _answer.AsSpan().Clear();
        _flashing = _inflating = null;
        _loading = null;
        BusyUntil = 0;
    }

    /// <summary>A byte has arrived.</summary>
    public void Receive(byte value, long at)
    {
        if (_length < 0)
        {
            if (value == 0xC0)
                (_length, _escaped) = (0, false);
        }
        else if (_escaped)
        {
            _escaped = false;
            Add(value switch { 0xDC => 0xC0, 0xDD => 0xDB, _ => value });
        }
        else if (value == 0xDB)
        {
            _escaped = true;
        }
        else if (value != 0xC0)
        {
            Add(value);
        }
        else if (_length > 0) // an empty frame: this end is the beginning of the next one
        {
            int length = _length;
            _length = -1;
            Handle(length, at);
        }
    }

    private void Add(byte value)
    {
        if (_length == _frame.Length)
            _length = -1;
        else
            _frame[_length++] = value;
    }

    private void Handle(int length, long at)
    {
        if (length < Header || _frame[0] != 0)
            return;
        byte op = _frame[1];
        uint checksum = Word(-4);
        _flash.Now = Math.Max(Math.Max(at, BusyUntil), _flash.Now) + Handling;
        if (++_commands > _faults.Hang)
            return;
        if (op == Sync)
            Synchronize(length - Header);
        else if (_synced)
            Command(op, length - Header, checksum);
        BusyUntil = _flash.Now;
    }

    private void Command(byte op, int length, uint checksum)
    {
        switch (op)
        {
            case Begin:
                BeginFlash(length);
                break;
            case Data:
                WriteFlash(length, checksum);
                break;
            case End:
                EndFlash(End);
                break;
            case MemoryBegin:
                BeginMemory();
                break;
            case MemoryData:
                WriteMemory(length, checksum);
                break;
            case MemoryEnd:
                EndMemory();
                break;
            case WriteRegister:
                WriteRegisters(length);
                break;
            case ReadRegister:
                ReadWord();
                break;
            default:
                if (_model.Is8266 || !TryLater(op, length, checksum))
                    Reply(op, 1, BadMessage);
                break;
        }
    }

    private void Synchronize(int length)
    {
        ReadOnlySpan<byte> data = _frame.AsSpan(Header, length);
        bool right = data.Length == 36 && data.StartsWith<byte>([0x07, 0x07, 0x12, 0x20]) && !data[4..].ContainsAnyExcept((byte)0x55);
        if (!right)
        {
            Reply(Sync, 1, BadMessage);
            return;
        }
        _synced = true;
        _value = SyncValue;
        if (!_greeted && _faults.Noise > 0)
        {
            byte[] noise = new byte[_faults.Noise];
            for (int i = 0; i < noise.Length; i++)
                noise[i] = (byte)_faults.Draw(EspFaults.NoiseLane, i);
            _host.Send(noise, _flash.Now);
        }
        _greeted = true;
        for (int i = 0; i < SyncAnswers; i++)
            Reply(Sync);
    }

    private void ReadWord()
    {
        uint address = Word(0); // a request that is too short is filled up by the one before
        if (!_memory.IsMapped(address))
        {
            _host.Crash(_flash.Now);
            return;
        }
        _value = _memory.Read(address);
        Reply(ReadRegister);
    }

    private void WriteRegisters(int length)
    {
        for (int at = 0; at == 0 || at + 16 <= length; at += 16)
        {
            uint address = Word(at), value = Word(at + 4), mask = Word(at + 8);
            if (!_memory.IsMapped(address))
            {
                _host.Crash(_flash.Now);
                return;
            }
            _flash.Now += Math.Min(Word(at + 12), 1_000_000) * 1_000L;
            _memory.Write(address, mask == uint.MaxValue ? value : _memory.Read(address) & ~mask | value & mask);
        }
        Reply(WriteRegister);
    }

    /// <summary>A word of the request's data, as it lies in the buffer.</summary>
    private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_frame.AsSpan(Header + at));

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0xEF;
        foreach (byte value in bytes)
            sum ^= value;
        return sum;
    }

    /// <summary>Answers. The reason is only told when there is one, and otherwise stays from before, as does what lies behind it.</summary>
    private void Reply(byte op, byte status = 0, byte reason = 0, ReadOnlySpan<byte> data = default)
    {
        if (op <= _model.LastOpcode)
            _named = op;
        if (status != 0 || _named is Sync or WriteRegister or ReadRegister || !data.IsEmpty)
            _reason = reason;
        data.CopyTo(_answer);
        (_answer[data.Length], _answer[data.Length + 1]) = (status, _reason);
        int length = data.Length + (_model.Is8266 ? 2 : 4);
        Span<byte> packet = stackalloc byte[Header + length];
        (packet[0], packet[1]) = (1, _named);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[2..], (ushort)length);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[4..], _value);
        _answer.AsSpan(0, length).CopyTo(packet[Header..]);
        _flash.Now += _faults.Slow.Ticks * TimeSpan.NanosecondsPerTick;
        _host.Send(Slip(packet), _flash.Now);
    }

    private static byte[] Slip(ReadOnlySpan<byte> packet)
    {
        List<byte> bytes = [0xC0];
        foreach (byte value in packet)
        {
            if (value is 0xC0 or 0xDB)
                bytes.AddRange([0xDB, value == 0xC0 ? (byte)0xDC : (byte)0xDD]);
            else
                bytes.Add(value);
        }
        bytes.Add(0xC0);
        return [.. bytes];
    }
}
