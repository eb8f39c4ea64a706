using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Hardware.Serial.Network;

/// <summary>
/// Telnet as RFC 2217 needs it, without a socket: takes what came and gives the line's bytes, answers and what the server said about the port.
/// Whatever a server sends, no more is kept than one command of 64 bytes, and no more is answered than once for each option.
/// </summary>
internal sealed class TelnetStream
{
    /// <summary>Option 44 (RFC 2217), and what is needed to have all bytes: binary (RFC 856), no go-ahead (RFC 858).</summary>
    public const byte ComPort = 44;

    private const byte Iac = 255, Dont = 254, Do = 253, Wont = 252, Will = 251, Sub = 250, SubEnd = 240, Binary = 0, NoGoAhead = 3, Echo = 1;
    private const int LongestCommand = 64, HighestOption = 49; // IANA, Telnet options, without the experiments from 138 up

    private readonly List<byte> _sub = new(LongestCommand);
    private readonly HashSet<(byte, byte)> _answered = [];
    private State _state;
    private byte _verb;

    private enum State
    {
        Data,
        Command,
        Option,
        Sub,
        SubCommand,
    }

    /// <summary>What is to be sent to the server.</summary>
    public List<byte> Answers { get; } = [];

    /// <summary>The server said no to RFC 2217.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The server said something in Telnet.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>The server agreed to RFC 2217.</summary>
    public bool IsAgreed { get; private set; }

    /// <summary>Answers of the server about its port since the last look: command (101 and up) and value.</summary>
    public Queue<(byte Command, uint Value)> Told { get; } = new();

    /// <summary>What opens the conversation.</summary>
    public static byte[] Opening { get; } =
        [Iac, Will, Binary, Iac, Do, Binary, Iac, Do, NoGoAhead, Iac, Will, NoGoAhead, Iac, Will, ComPort];

    /// <summary>The same for a server that has no RFC 2217.</summary>
    public static ReadOnlySpan<byte> Plain => Opening.AsSpan(0, Opening.Length - 3);

    /// <summary>Whether a server that was not asked anything begins with Telnet: two demands, as no line begins by chance.</summary>
    public static bool IsGreeting(ReadOnlySpan<byte> first) => first.Length >= 6 && IsDemand(first) && IsDemand(first[3..]);

    /// <summary>What a server said before it closed the connection, for a message.</summary>
    public static string Said(List<byte> bytes)
    {
        string text = SafeText.Show(Encoding.Latin1.GetString([.. bytes]).Trim());
        return text.Length == 0 ? "" : $": \"{text}\"";
    }

    /// <summary>A byte of 255 is sent twice.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> bytes)
    {
        List<byte> all = new(bytes.Length + 8);
        foreach (byte value in bytes)
        {
            all.Add(value);
            if (value == Iac)
                all.Add(value);
        }
        return [.. all];
    }

    /// <summary>A command about the port.</summary>
    public static byte[] Command(byte command, params ReadOnlySpan<byte> value) => [Iac, Sub, ComPort, command, .. Escape(value), Iac, SubEnd];

    /// <summary>Takes what came; the line's bytes go to <paramref name="data"/>.</summary>
    public void Take(ReadOnlySpan<byte> bytes, List<byte> data)
    {
        foreach (byte value in bytes)
        {
            switch (_state)
            {
                case State.Data when value == Iac:
                    _state = State.Command;
                    break;
                case State.Data:
                    data.Add(value);
                    break;
                case State.Command:
                    TakeCommand(value, data);
                    break;
                case State.Option:
                    Negotiate(_verb, value);
                    _state = State.Data;
                    break;
                case State.Sub when value == Iac:
                    _state = State.SubCommand;
                    break;
                case State.Sub:
                    Keep(value);
                    break;
                default:
                    _state = value == SubEnd ? State.Data : State.Sub;
                    if (value == SubEnd)
                        EndSub();
                    else if (value == Iac)
                        Keep(value);
                    break;
            }
        }
    }

    private static bool IsDemand(ReadOnlySpan<byte> bytes) => bytes[0] == Iac && bytes[1] is Will or Wont or Do or Dont && bytes[2] <= HighestOption;

    private void TakeCommand(byte value, List<byte> data)
    {
        _state = State.Data;
        switch (value)
        {
            case Iac:
                data.Add(Iac);
                break;
            case Will or Wont or Do or Dont:
                (_verb, _state) = (value, State.Option);
                break;
            case Sub:
                _sub.Clear();
                _state = State.Sub;
                break;
        }
    }

    private void Keep(byte value)
    {
        if (_sub.Count < LongestCommand)
            _sub.Add(value);
    }

    private void Negotiate(byte verb, byte option)
    {
        HasSpoken = true;
        if (option == ComPort)
        {
            IsAgreed |= verb is Do or Will;
            IsRefused |= verb is Dont or Wont;
        }
        bool wanted = option is Binary or NoGoAhead or ComPort || (option == Echo && verb == Will);
        byte answer = verb switch
        {
            Will => wanted ? Do : Dont,
            Do => wanted && option != Echo ? Will : Wont,
            Wont => Dont,
            _ => Wont,
        };
        // What the opening asked for is not said again, or two ends answer each other for ever (RFC 854).
        bool opened = (answer is Will or Do && option is Binary or NoGoAhead) || (answer == Will && option == ComPort);
        if (!opened && _answered.Add((verb, option)))
            Answers.AddRange([Iac, answer, option]);
    }

    private void EndSub()
    {
        if (_sub.Count < 2 || _sub[0] != ComPort)
            return;
        uint value = 0;
        foreach (byte b in _sub.Skip(2).Take(4))
            value = (value << 8) | b;
        if (Told.Count < LongestCommand)
            Told.Enqueue((_sub[1], value));
    }
}
