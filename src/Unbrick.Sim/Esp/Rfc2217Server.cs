using System.Buffers;
using System.Buffers.Binary;
using Unbrick.Hardware.Serial;

namespace Unbrick.Sim.Esp;

/// <summary>
/// The server's side of RFC 2217, a serial port over Telnet: unpacks what a client sends and does it at the port, in order. Pure but for the port; any
/// bytes are fine. Rate, DTR and RTS are done, the rest is agreed to and kept.
/// </summary>
/// <param name="port">The port.</param>
public sealed class Rfc2217Server(ISerialPort port)
{
    private const byte Iac = 255, Dont = 254, Do = 253, Wont = 252, Will = 251, Sub = 250, SubEnd = 240;
    private const byte Binary = 0, Echo = 1, NoGoAhead = 3, ComPort = 44;
    private const byte SetRate = 1, SetControl = 5, Answer = 100, DtrOn = 8, DtrOff = 9, RtsOn = 11, RtsOff = 12;
    private const int MostSub = 64;

    private readonly List<byte> _sub = [];
    private readonly List<byte> _plain = [];
    private readonly byte[] _kept = [0, 0, 8, 1, 1]; // data bits, parity, stop bits as in the RFC
    private State _state;
    private byte _verb;
    private bool _dtr;
    private bool _rts;

    private enum State
    {
        Plain,
        Command,
        Option,
        Sub,
        SubCommand,
    }

    /// <summary>Takes what a client sent.</summary>
    /// <param name="bytes">As it came.</param>
    /// <param name="answer">Gets what goes back besides the port's own bytes.</param>
    public void Receive(ReadOnlySpan<byte> bytes, IBufferWriter<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        foreach (byte value in bytes)
            Receive(value, answer);
        Flush();
    }

    /// <summary>Packs what the port has received for the client.</summary>
    public static void Pack(ReadOnlySpan<byte> bytes, IBufferWriter<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        foreach (byte value in bytes)
        {
            if (value == Iac)
                into.Write([Iac, Iac]);
            else
                into.Write([value]);
        }
    }

    private void Receive(byte value, IBufferWriter<byte> answer)
    {
        switch (_state)
        {
            case State.Plain when value == Iac:
                _state = State.Command;
                break;
            case State.Plain:
                _plain.Add(value);
                break;
            case State.Command:
                Command(value);
                break;
            case State.Option:
                _state = State.Plain;
                Negotiate(value, answer);
                break;
            case State.Sub when value == Iac:
                _state = State.SubCommand;
                break;
            case State.Sub:
                AddSub(value);
                break;
            case State.SubCommand when value == SubEnd:
                _state = State.Plain;
                Flush();
                Act(answer);
                break;
            default:
                _state = State.Sub;
                AddSub(value);
                break;
        }
    }

    private void Command(byte value)
    {
        _state = State.Plain;
        if (value == Iac)
        {
            _plain.Add(value);
        }
        else if (value == Sub)
        {
            _sub.Clear();
            _state = State.Sub;
        }
        else if (value is Will or Wont or Do or Dont)
        {
            _verb = value;
            _state = State.Option;
        }
    }

    private void AddSub(byte value)
    {
        if (_sub.Count < MostSub)
            _sub.Add(value);
    }

    private void Negotiate(byte option, IBufferWriter<byte> answer)
    {
        bool known = option is Binary or Echo or NoGoAhead or ComPort;
        if (_verb == Do)
            answer.Write([Iac, known ? Will : Wont, option]);
        else if (_verb == Will)
            answer.Write([Iac, known ? Do : Dont, option]);
    }

    private void Act(IBufferWriter<byte> answer)
    {
        if (_sub.Count < 3 || _sub[0] != ComPort)
            return;
        byte command = _sub[1];
        byte[] value = [.. _sub[2..]];
        if (command == SetRate && value.Length == 4)
        {
            uint rate = BinaryPrimitives.ReadUInt32BigEndian(value);
            if (rate is > 0 and <= int.MaxValue)
                port.TrySetBaud((int)rate);
            BinaryPrimitives.WriteInt32BigEndian(value, port.Baud);
        }
        else if (command is > SetRate and < SetControl)
        {
            if (value[0] != 0)
                _kept[command] = value[0];
            value[0] = _kept[command];
        }
        else if (command == SetControl && value[0] is DtrOn or DtrOff or RtsOn or RtsOff)
        {
            if (value[0] is DtrOn or DtrOff)
                _dtr = value[0] == DtrOn;
            else
                _rts = value[0] == RtsOn;
            port.SetLines(_dtr, _rts);
        }
        answer.Write([Iac, Sub, ComPort, (byte)(command + Answer)]);
        Pack(value, answer);
        answer.Write([Iac, SubEnd]);
    }

    private void Flush()
    {
        if (_plain.Count == 0)
            return;
        port.Write([.. _plain]);
        _plain.Clear();
    }
}
