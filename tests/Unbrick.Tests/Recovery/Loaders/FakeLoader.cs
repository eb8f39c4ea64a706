using System.Globalization;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>A small U-Boot in virtual time behind a serial line of 115200 baud: enough to be stopped, asked, written and cut off.</summary>
internal sealed class FakeLoader(VirtualTime time, bool shell = true) : ISerialPort
{
    private const int MemoryAt = 0x1000, FlashAt = 0x9000, Size = 0x8000;

    private static readonly TimeSpan s_byte = TimeSpan.FromSeconds(10 / 115200.0);

    private readonly Queue<(byte Byte, TimeSpan At)> _line = new();
    private readonly StringBuilder _typed = new();
    private readonly Random _random = new(5), _stalls = new(6);
    private TimeSpan _free, _autobootEnds;
    private int _code;
    private bool _on, _stopped, _escaped;

    public byte[] Memory { get; } = new byte[Size];

    public byte[] Flash { get; } = Enumerable.Repeat((byte)0xFF, Size).ToArray();

    public Dictionary<string, string> Saved { get; } = new() { ["bootdelay"] = "2" };

    public Dictionary<string, string> Variables { get; private set; } = [];

    /// <summary>All that was sent to it.</summary>
    public List<byte> Keys { get; } = [];

    /// <summary>Commands that it ran.</summary>
    public List<string> Commands { get; } = [];

    public int Starts { get; private set; }

    /// <summary>Share of its bytes that are lost.</summary>
    public double Drop { get; init; }

    /// <summary>Share of the bytes to it that are lost.</summary>
    public double DropThere { get; init; }

    /// <summary>It, or what carries its line, does nothing for so long now and then.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>Time before each answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Its power is cut while it runs a command that begins so; once.</summary>
    public string? CutAt { get; set; }

    public Func<FakeLoader, string, bool>? Extra { get; init; }

    public SerialPortInfo Info { get; } = new("fake", true, false, false, TimeSpan.Zero);

    public int Baud => 115200;

    public SerialErrors? Errors => null;

    public void PowerOn()
    {
        (_on, _stopped, _code) = (true, false, 0);
        Starts++;
        _typed.Clear();
        _line.Clear();
        Array.Clear(Memory);
        Variables = new(Saved);
        _free = time.Elapsed + TimeSpan.FromMilliseconds(200);
        Print("\r\n\r\nU-Boot 2023.01 (Jan 01 2023)\r\n\r\nDRAM:  256 MiB\r\nIn:    serial\r\nNet:   eth0\r\nHit any key to stop autoboot:  2 ");
        _autobootEnds = _free + TimeSpan.FromSeconds(2);
    }

    public void Print(string text)
    {
        _free = _free > time.Elapsed ? _free : time.Elapsed;
        if (_free == time.Elapsed)
            _free += Latency;
        if (Stall > TimeSpan.Zero && _stopped && _stalls.Next(40) == 0)
            _free += Stall;
        foreach (char c in text)
        {
            _free += s_byte;
            if (_random.NextDouble() >= Drop)
                _line.Enqueue(((byte)c, _free));
        }
    }

    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        TimeSpan until = time.Elapsed + wait;
        Autoboot();
        if (_line.Count == 0 || _line.Peek().At > until)
        {
            time.AdvanceTo(until);
            count = 0;
            return SerialRead.Silent;
        }
        if (_line.Peek().At > time.Elapsed)
            time.AdvanceTo(_line.Peek().At);
        for (count = 0; count < into.Length && _line.Count > 0 && _line.Peek().At <= time.Elapsed; count++)
            into[count] = _line.Dequeue().Byte;
        return SerialRead.Data;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            Keys.Add(b);
            if (_on && _random.NextDouble() >= DropThere)
                Key(b);
        }
    }

    public bool TrySetBaud(int baud) => true;

    public bool SetLines(bool dtr, bool rts) => false;

    public bool SetBreak(bool on) => false;

    public void Discard() => _line.Clear();

    public void Dispose()
    {
        // nothing to give back
    }

    private void Autoboot()
    {
        if (!_on || _stopped || time.Elapsed < _autobootEnds)
            return;
        _on = false;
        Print("\r\nStarting kernel ...\r\n");
    }

    private void Key(byte b)
    {
        if (!_stopped)
        {
            // a key that waits counts when the count-down begins
            _stopped = true;
            _free = _free > time.Elapsed ? _free : time.Elapsed;
            Print("\b\b\b 0 \r\n=> ");
            return;
        }
        // U-Boot's line editor: what follows an Escape and is no sequence is taken as it is, be it Ctrl-C
        if (_escaped || b == 0x1b)
        {
            _escaped = !_escaped;
            if (!_escaped)
            {
                _typed.Append('\x1b').Append((char)b);
                Print($"\x1b{(char)b}");
            }
            return;
        }
        switch (b)
        {
            case 0x03:
                _typed.Clear();
                _code = 1;
                Print("<INTERRUPT>\r\n=> ");
                break;
            case 0x0d:
                string line = _typed.ToString();
                _typed.Clear();
                Print("\r\n");
                foreach (string command in line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    if (!Run(command))
                        return;
                }
                Print("=> ");
                break;
            default:
                _typed.Append((char)b);
                Print(((char)b).ToString());
                break;
        }
    }

    private bool Run(string command)
    {
        Commands.Add(command);
        if (CutAt is not null && command.StartsWith(CutAt, StringComparison.Ordinal))
        {
            CutAt = null;
            PowerOn();
            return false;
        }
        if (Extra?.Invoke(this, command) == true)
            return true;
        string[] words = command.Split(' ');
        string text = words[0] switch
        {
            "echo" => Echo(command["echo".Length..].TrimStart()),
            "printenv" => Get(words[1]),
            "setenv" => Set(words),
            "saveenv" => Save(),
            "crc32" => $"crc32 for {words[1]} ... {N(words[1]) + N(words[2]) - 1:x} ==> {Crc32.Zlib(At(words[1], words[2])):x8}\r\n",
            "md.b" => Dump(N(words[1]), N(words[2])),
            "erase" => Erase(words),
            "protect" => "Un-Protected 1 sectors\r\n",
            "cp.b" => Copy(words),
            "cmp.b" => Compare(words),
            _ => $"Unknown command '{words[0]}' - try 'help'\r\n",
        };
        if (words[0] != "echo")
            _code = text.StartsWith("Unknown", StringComparison.Ordinal) || text.Contains("not defined", StringComparison.Ordinal) ? 1 : 0;
        Print(text);
        return true;
    }

    private string Echo(string what) =>
        (shell ? what.Replace("\"", "", StringComparison.Ordinal).Replace("$?", $"{_code}", StringComparison.Ordinal) : what) + "\r\n";

    private string Get(string name) => Variables.TryGetValue(name, out string? value) ? $"{name}={value}\r\n" : $"## Error: \"{name}\" not defined\r\n";

    private string Set(string[] words)
    {
        Variables.Remove(words[1]);
        if (words.Length > 2)
            Variables[words[1]] = string.Join(' ', words[2..]).Trim('\'');
        return "";
    }

    private string Save()
    {
        Saved.Clear();
        foreach ((string name, string value) in Variables)
            Saved[name] = value;
        return "Saving Environment to Flash... done\r\nOK\r\n";
    }

    private string Dump(int at, int count)
    {
        StringBuilder text = new();
        for (int i = 0; i < count; i += 16)
        {
            byte[] bytes = At($"{at + i:x}", $"{Math.Min(16, count - i):x}").ToArray();
            text.Append(CultureInfo.InvariantCulture, $"{at + i:x8}: {string.Concat(bytes.Select(b => $"{b:x2} ")).PadRight(49)} ");
            text.Append([.. bytes.Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.')]).Append("\r\n");
        }
        return text.ToString();
    }

    private string Erase(string[] words)
    {
        Flash.AsSpan(N(words[1]) - FlashAt, N(words[2][1..])).Fill(0xFF);
        return ". done\r\nErased 1 sectors\r\n";
    }

    private string Copy(string[] words)
    {
        Span<byte> to = At(words[2], words[3]);
        Span<byte> from = At(words[1], words[3]);
        for (int i = 0; i < to.Length; i++)
            to[i] &= from[i]; // flash only clears bits
        return "Copy to Flash... done\r\n";
    }

    private string Compare(string[] words)
    {
        Span<byte> left = At(words[1], words[3]), right = At(words[2], words[3]);
        int same = left.CommonPrefixLength(right);
        string wrong = same == left.Length ? "" : $"byte at 0x{N(words[1]) + same:x} (0x{left[same]:x2}) != byte at 0x{N(words[2]) + same:x} (0x{right[same]:x2})\r\n";
        return $"{wrong}Total of {same} byte(s) were the same\r\n";
    }

    private Span<byte> At(string at, string count) => N(at) >= FlashAt ? Flash.AsSpan(N(at) - FlashAt, N(count)) : Memory.AsSpan(N(at) - MemoryAt, N(count));

    private static int N(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier);
}
