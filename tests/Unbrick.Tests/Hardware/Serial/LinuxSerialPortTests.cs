using Unbrick.Hardware.Serial;
using Unbrick.Tests.Hardware.Serial.Native;

namespace Unbrick.Tests.Hardware.Serial;

/// <summary>On pseudo-terminals: everything but modem lines, counters and the rate on a wire.</summary>
public sealed class LinuxSerialPortTests
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(10);

    [Fact]
    public void Every_byte_comes_and_goes_as_it_is()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open(other.Path, TimeProvider.System);
        byte[] all = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];

        port.Write(all);
        Assert.Equal(all, other.Receive(256));
        other.Send(all);
        Assert.Equal(all, Receive(port, 256));
        Assert.Equal(SerialRead.Silent, port.Read(new byte[1], TimeSpan.Zero, out int count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void A_rate_can_be_any_number_and_keeps_what_has_come()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open($"{other.Path}:74880", TimeProvider.System);
        Assert.Equal(74_880, port.Baud);
        other.Send("before"u8);

        Assert.True(port.TrySetBaud(1_500_000));
        Assert.Equal(1_500_000, port.Baud);
        Assert.False(port.TrySetBaud(49));
        Assert.False(port.TrySetBaud(4_000_001));
        Assert.Equal(1_500_000, port.Baud);
        Assert.Equal("before"u8.ToArray(), Receive(port, 6));
    }

    /// <summary>What tcgetattr(3) gives to a program at the other end: codes of asm-generic/termbits.h.</summary>
    [Theory]
    [InlineData(9600, 0xD)]
    [InlineData(38_400, 0xF)]
    [InlineData(57_600, 0x1001)]
    [InlineData(115_200, 0x1002)]
    [InlineData(460_800, 0x1004)]
    [InlineData(4_000_000, 0x100F)]
    [InlineData(74_880, 0x1000)]
    public void A_usual_rate_has_the_code_that_every_program_knows(int baud, uint code)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open($"{other.Path}:1200", TimeProvider.System);

        Assert.True(port.TrySetBaud(baud));

        Assert.Equal((code, baud), other.Rate);
    }

    [Fact]
    public void What_a_pseudo_terminal_does_not_have_is_said()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open(other.Path, TimeProvider.System);
        Assert.Equal(new SerialPortInfo(other.Path, true, false, false, TimeSpan.Zero), port.Info);
        Assert.False(port.SetLines(true, true));
        Assert.Null(port.Errors);
    }

    [Fact]
    public void A_port_that_goes_away_is_a_value_and_stays_one()
    {
        if (!OperatingSystem.IsLinux())
            return;
        PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open(other.Path, TimeProvider.System);
        other.Dispose();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SerialRead.Gone, port.Read(new byte[8], s_wait, out int count));
            Assert.Equal(0, count);
            port.Write("nobody"u8);
        }
        Assert.False(port.TrySetBaud(9600));
        Assert.False(port.SetBreak(true));
        port.Discard();
    }

    [Fact]
    public void Two_programs_do_not_share_a_port()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using (ISerialPort port = SerialPorts.Open(other.Path, TimeProvider.System))
        {
            SerialPortException e = Assert.Throws<SerialPortException>(() => SerialPorts.Open(other.Path, TimeProvider.System));
            Assert.Equal(SerialStatus.Busy, e.Status);
        }
        using ISerialPort again = SerialPorts.Open(other.Path, TimeProvider.System);
        Assert.Equal(115_200, again.Baud);
    }

    [Fact]
    public void What_came_and_was_not_read_can_be_thrown_away()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using PseudoTerminal other = new();
        using ISerialPort port = SerialPorts.Open(other.Path, TimeProvider.System);
        other.Send("old"u8);
        Assert.Equal(1, ReadOne(port));
        port.Discard();
        other.Send("new"u8);
        Assert.Equal("new"u8.ToArray(), Receive(port, 3));
    }

    [Theory]
    [InlineData("/dev/ttyNone0", SerialStatus.NotFound)]
    [InlineData("/dev/null", SerialStatus.NotSupported)]
    [InlineData("ttyUSB0", SerialStatus.NotSupported)]
    public void What_cannot_be_opened_says_why(string uri, SerialStatus expected)
    {
        SerialPortException e = Assert.Throws<SerialPortException>(() => SerialPorts.Open(uri, TimeProvider.System));
        Assert.Equal(OperatingSystem.IsLinux() ? expected : SerialStatus.NotSupported, e.Status);
        Assert.NotEmpty(e.Message);
    }

    private static int ReadOne(ISerialPort port)
    {
        Assert.Equal(SerialRead.Data, port.Read(new byte[1], s_wait, out int count));
        return count;
    }

    private static byte[] Receive(ISerialPort port, int count)
    {
        byte[] all = new byte[count];
        int done = 0;
        while (done < count)
        {
            Assert.Equal(SerialRead.Data, port.Read(all.AsSpan(done), s_wait, out int got));
            done += got;
        }
        return all;
    }
}
