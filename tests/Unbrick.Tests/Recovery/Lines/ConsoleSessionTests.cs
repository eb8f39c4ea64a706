using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Lines;
using Unbrick.Sim;
using Unbrick.Sim.Lines;

namespace Unbrick.Tests.Recovery.Lines;

public sealed class ConsoleSessionTests
{
    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StringBuilder _shown = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Keys_from_a_pipe_are_sent_and_the_answer_is_waited_for()
    {
        SimLine line = Line("boot\r\n");
        byte[] boot = new byte[64];
        while (line.Read(boot, TimeSpan.FromSeconds(1), out _) == SerialRead.Data)
        {
            // It comes to its prompt; before, it does not listen.
        }
        ConsoleSession session = Session(new ConsoleSessionOptions());
        session.Type("\rhelp"u8);
        session.EndKeys();
        Assert.Equal(ConsoleEnd.KeysEnded, session.Run(line, CancellationToken.None));
        Assert.Contains("\r\n=> help", _shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_read_only_nothing_is_sent()
    {
        SimLine line = Line("boot\r\n");
        ConsoleSession session = Session(new ConsoleSessionOptions { ReadOnly = true, Limit = TimeSpan.FromSeconds(3) });
        session.Type("\r\r"u8);
        session.Send([13, 13]);
        session.Command(ConsoleCommandKey.Break);
        Assert.Equal(ConsoleEnd.Quit, session.Run(line, CancellationToken.None));
        Assert.Empty(line.Understood);
        Assert.Contains("nothing is sent: --read-only", _said);
    }

    [Fact]
    public void A_file_is_sent_at_the_pace_of_the_line()
    {
        SimLine line = Line("");
        ConsoleSession session = Session(new ConsoleSessionOptions { Limit = TimeSpan.FromSeconds(30) });
        byte[] file = [.. Enumerable.Repeat((byte)'a', 5000)];
        session.Send(file);
        session.EndKeys();
        Assert.Equal(ConsoleEnd.KeysEnded, session.Run(line, CancellationToken.None));
        Assert.InRange(_time.Elapsed.TotalSeconds, 5, 9);
        Assert.Equal(file, line.Understood);
    }

    [Fact]
    public void A_port_that_vanishes_ends_the_session_or_is_waited_for()
    {
        ConsoleSession session = Session(new ConsoleSessionOptions());
        Assert.Equal(ConsoleEnd.Gone, session.Run(new VanishingPort(), CancellationToken.None));

        SimLine line = Line("again\r\n");
        int tries = 0;
        ConsoleSession patient = Session(new ConsoleSessionOptions { Reconnects = true, Limit = TimeSpan.FromSeconds(20) }, () => ++tries < 3 ? null : line);
        Assert.Equal(ConsoleEnd.Quit, patient.Run(new VanishingPort(), CancellationToken.None));
        Assert.Equal(3, tries);
        Assert.Contains("again", _shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("gone0 went away; waiting for it", _said);
    }

    [Fact]
    public void A_port_that_comes_back_has_the_rate_that_was_set_last()
    {
        SimLine line = Line("again\r\n");
        ConsoleSession session = Session(new ConsoleSessionOptions { Reconnects = true, Limit = TimeSpan.FromSeconds(5) }, () => line);
        session.Run(new VanishingPort(57_600), CancellationToken.None);
        Assert.Equal(57_600, line.Baud);
    }

    [Fact]
    public void A_port_that_never_comes_back_is_waited_for_no_longer_than_the_session_may_last()
    {
        ConsoleSession session = Session(new ConsoleSessionOptions { Reconnects = true, Limit = TimeSpan.FromSeconds(10) }, () => null);
        Assert.Equal(ConsoleEnd.Quit, session.Run(new VanishingPort(), CancellationToken.None));
        Assert.InRange(_time.Elapsed.TotalSeconds, 10, 11);
    }

    [Fact]
    public void A_file_is_not_sent_on_behind_a_gap()
    {
        SimLine line = Line("");
        ConsoleSession session = Session(new ConsoleSessionOptions { Reconnects = true, Limit = TimeSpan.FromSeconds(10) }, () => line);
        session.Send(new byte[5000]);
        session.Run(new VanishingPort(), CancellationToken.None);
        Assert.Empty(line.Understood);
        Assert.Contains(_said, s => s.StartsWith("the file was not sent on: ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_typed_while_the_port_is_away_does_not_meet_the_next_prompt()
    {
        SimLine line = Line("");
        ConsoleSession? session = null;
        session = Session(new ConsoleSessionOptions { Reconnects = true, Limit = TimeSpan.FromSeconds(10) }, () =>
        {
            session!.Type("erase all\r"u8);
            return line;
        });
        session.Run(new VanishingPort(), CancellationToken.None);
        Assert.Empty(line.Understood);
        Assert.Contains("what was typed meanwhile was not sent: 10 bytes", _said);
    }

    [Fact]
    public void The_rate_is_found_from_within()
    {
        SimLine line = Line("", 57_600);
        ConsoleSession session = Session(new ConsoleSessionOptions { Limit = TimeSpan.FromSeconds(15) });
        session.Command(ConsoleCommandKey.FindBaud);
        session.Run(line, CancellationToken.None);
        Assert.Contains("text at 57600", _said);
        Assert.Equal(57_600, line.Baud);
    }

    [Fact]
    public void The_prefix_parts_commands_from_keys()
    {
        ConsoleKeys keys = new();
        List<byte> sent = [];
        List<ConsoleCommandKey> commands = [];
        keys.Take([1, 0x14], sent, commands);
        keys.Take([(byte)'b', 2, 0x14, 0x14, 0x14, (byte)'Q', 0x14, (byte)'%', 3], sent, commands);
        Assert.Equal([1, 2, 0x14, 3], sent);
        Assert.Equal([ConsoleCommandKey.Break, ConsoleCommandKey.Quit, ConsoleCommandKey.Unknown], commands);
    }

    [Fact]
    public void Times_stand_before_lines_and_columns_are_counted_without_colours()
    {
        LineStamper stamper = new(true);
        List<byte> into = [];
        stamper.Stamp("\r\nab"u8, TimeSpan.FromSeconds(1.5), into);
        stamper.Stamp("\e[31mc\e[0m\n\nd"u8, TimeSpan.FromSeconds(2), into);
        Assert.Equal("\r\n[    1.500] ab\e[31mc\e[0m\n\n[    2.000] d", Encoding.ASCII.GetString([.. into]));
        Assert.Equal(13, stamper.Column);
    }

    private SimLine Line(string text, int baud = 115_200) =>
        new(new SimLineOptions { Stages = [new(baud, [.. Encoding.ASCII.GetBytes(text)])], LongestPause = 0 }, _time);

    private ConsoleSession Session(ConsoleSessionOptions options, Func<ISerialPort?>? reopen = null) =>
        new(options, _time, ConsoleRecord.Create(null), null)
        {
            Show = (text, _) => _shown.Append(Encoding.Latin1.GetString(text.Span)),
            Say = _said.Add,
            Reopen = reopen,
            Wait = wait =>
            {
                _time.Advance(wait);
                return false;
            },
        };

    private sealed class VanishingPort(int baud = 115_200) : ISerialPort
    {
        public SerialPortInfo Info => new("gone0", true, false, false, TimeSpan.Zero);

        public int Baud => baud;

        public SerialErrors? Errors => null;

        public bool TrySetBaud(int baud) => false;

        public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
        {
            count = 0;
            return SerialRead.Gone;
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
        }

        public bool SetLines(bool dtr, bool rts) => false;

        public bool SetBreak(bool on) => false;

        public void Discard()
        {
        }

        public void Dispose()
        {
        }
    }
}
