using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>A device in virtual time that stands at a prompt, and answers every command with something else.</summary>
internal sealed class LyingLoader(VirtualTime time, Lie lie) : ISerialPort
{
    private const string Prompt = "=> ";

    /// <summary>No job may take longer, whatever it is told.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1), s_byte = TimeSpan.FromSeconds(10 / 115200.0);

    private readonly Queue<(byte Byte, TimeSpan At)> _line = new();
    private readonly StringBuilder _typed = new();
    private readonly Random _random = new(7);
    private TimeSpan _free;
    private string _before = "";
    private bool _isEndless, _escaped, _isMute;

    /// <summary>Commands that Enter was pressed for.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>It stands at its prompt, with nothing typed.</summary>
    public bool IsAtPrompt => !_isEndless && !_isMute && _typed.Length == 0;

    public SerialPortInfo Info { get; } = new("lying", true, false, false, TimeSpan.Zero);

    public int Baud => 115200;

    public SerialErrors? Errors => null;

    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        Assert.True(time.Elapsed < s_longest, $"{lie}: no end after {time.Elapsed}, at {string.Join(" | ", Commands.TakeLast(3))}");
        TimeSpan until = time.Elapsed + wait;
        while (_isEndless && _line.Count < into.Length)
            Print(Endless());
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
            if (!_isMute)
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

    private void Print(string text)
    {
        _free = _free > time.Elapsed ? _free : time.Elapsed;
        foreach (char c in text)
            _line.Enqueue(((byte)c, _free += s_byte));
    }

    private void Key(byte b)
    {
        if (_escaped || b == 0x1b)
        {
            _escaped = !_escaped;
            return;
        }
        if (b == 0x03)
        {
            _isEndless &= lie != Lie.TextUntilInterrupted;
            _typed.Clear();
            if (!_isEndless)
                Print("<INTERRUPT>\r\n" + Prompt);
        }
        else if (b == 0x0d && !_isEndless)
        {
            string line = _typed.ToString();
            _typed.Clear();
            Print("\r\n");
            if (line.Trim().Length > 0)
                Run(line);
            else
                Print(Prompt);
        }
        else if (!_isEndless)
        {
            _typed.Append((char)b);
            Print((lie == Lie.OtherEcho && _typed.Length > 3 ? (char)(b ^ 1) : (char)b).ToString());
        }
    }

    private void Run(string line)
    {
        Commands.Add(line);
        string mark = line.Split("; echo @\"\"") is [_, string number] ? $"@{number.Split(' ')[0]} 0\r\n" : "";
        bool isReady = lie is Lie.ReadyAndEndless or Lie.ReadyAndSilent && line.StartsWith("load", StringComparison.Ordinal);
        if (isReady)
        {
            Print("## Ready for binary (any) download to 0x00001000 at 115200 bps...\r\n");
            (_isEndless, _isMute) = (lie == Lie.ReadyAndEndless, lie == Lie.ReadyAndSilent);
            return;
        }
        string? answer = lie switch
        {
            Lie.ReadyAndEndless or Lie.ReadyAndSilent => "",
            Lie.Nothing => "",
            Lie.Word => "42\r\n",
            Lie.Unknown => $"Unknown command '{line.Split(' ')[0]}' - try 'help'\r\n",
            Lie.Text => string.Concat(Enumerable.Range(0, 30).Select(_ => Random(80) + "\r\n")),
            Lie.Bytes => string.Concat(Enumerable.Range(0, 600).Select(_ => (char)_random.Next(256))),
            Lie.OneBehind => _before + "\r\n",
            Lie.Success => (line.StartsWith("echo @", StringComparison.Ordinal) ? "@m 0\r\n" : "OK\r\ndone\r\n") + mark,
            Lie.Form => Form(line) + mark,
            Lie.GarbledReady => line.StartsWith("load", StringComparison.Ordinal) ? "## Re~dy f*r bin@ry (ym?dem) d.wnl.ad t. .x81000000 at 115200 bps...\r\n" : "",
            Lie.Prompts => string.Concat(Enumerable.Repeat(Prompt + "\r\n", 50)),
            _ => null,
        };
        _before = line;
        _isMute = lie == Lie.Silence;
        _isEndless = answer is null && !_isMute;
        Print(answer is null ? "" : answer + Prompt);
    }

    /// <summary>What has the right form, and is wrong.</summary>
    private string Form(string line)
    {
        string[] words = line.Split(';')[0].Trim().Split(' ');
        return words[0] switch
        {
            "echo" => "@m 0\r\n",
            "printenv" => $"{(words.Length > 1 ? words[1] : "x")}=something else\r\n",
            "crc32" => $"crc32 for {words[1]} ... {words[1]} ==> {_random.Next():x8}\r\n",
            "md.b" => string.Concat(Enumerable.Range(0, 1024).Select(i => $"{Convert.ToInt32(words[1], 16) + i * 16:x8}: 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff    ..\"3DUfw........\r\n")),
            "cmp.b" => "Total of 3 byte(s) were the same\r\n",
            "loady" => "## Ready for binary (ymodem) download to 0x1000 at 115200 bps...\r\n",
            _ => "",
        };
    }

    private string Endless() => lie switch
    {
        Lie.EndlessLine => Random(500),
        Lie.EndlessPrompts => "\r\n" + Prompt,
        Lie.EndlessBytes => string.Concat(Enumerable.Range(0, 200).Select(_ => (char)_random.Next(256))),
        _ => Random(78) + "\r\n",
    };

    private string Random(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)_random.Next(0x20, 0x7f)));
}

/// <summary>What it answers.</summary>
public enum Lie
{
    /// <summary>Its prompt alone.</summary>
    Nothing,

    /// <summary>A word.</summary>
    Word,

    /// <summary>It has no command at all.</summary>
    Unknown,

    /// <summary>Random text.</summary>
    Text,

    /// <summary>Random bytes.</summary>
    Bytes,

    /// <summary>The command before.</summary>
    OneBehind,

    /// <summary>That all is well, and does nothing.</summary>
    Success,

    /// <summary>What an answer looks like, with a wrong content.</summary>
    Form,

    /// <summary>A damaged line that it is ready, and a prompt.</summary>
    GarbledReady,

    /// <summary>Fifty prompts.</summary>
    Prompts,

    /// <summary>Another echo than what was typed.</summary>
    OtherEcho,

    /// <summary>Nothing ever again.</summary>
    Silence,

    /// <summary>Lines without end.</summary>
    EndlessText,

    /// <summary>Lines until Ctrl-C.</summary>
    TextUntilInterrupted,

    /// <summary>One line without end.</summary>
    EndlessLine,

    /// <summary>Prompts without end.</summary>
    EndlessPrompts,

    /// <summary>Bytes without end.</summary>
    EndlessBytes,

    /// <summary>It takes a file, and then prints without end.</summary>
    ReadyAndEndless,

    /// <summary>It takes a file, and then says nothing.</summary>
    ReadyAndSilent,
}
