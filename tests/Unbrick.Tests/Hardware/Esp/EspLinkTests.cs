using Unbrick.Hardware.Esp;
using Unbrick.Hardware.Serial;
using Unbrick.Sim;
using Unbrick.Sim.Esp;
using EspRom = Unbrick.Hardware.Esp.EspRom;

namespace Unbrick.Tests.Hardware.Esp;

/// <summary>Answers that come late are not answers that are lost.</summary>
public sealed class EspLinkTests
{
    private const uint MagicAt = 0x4000_1000;

    [Fact]
    public void A_host_that_slept_looks_once_more()
    {
        using SleepyPort port = new();
        EspRom rom = Contact(port);

        port.Sleeps = TimeSpan.FromSeconds(10);

        Assert.NotNull(rom.ReadRegister(MagicAt));
        Assert.False(rom.Link.Counts.Disturbed);
    }

    [Fact]
    public void An_answer_that_comes_whole_after_all_was_not_lost()
    {
        using SleepyPort port = new();
        EspRom rom = Contact(port);

        port.Stall(TimeSpan.FromSeconds(4));
        Assert.Null(rom.ReadRegister(MagicAt));
        Assert.True(rom.Link.Counts.Disturbed);
        port.Stall(TimeSpan.Zero);

        Assert.True(rom.Recover());
        Assert.False(rom.Link.Counts.Disturbed);
        Assert.NotNull(rom.ReadRegister(MagicAt));
    }

    [Fact]
    public void An_answer_that_never_comes_was_lost()
    {
        using SleepyPort port = new();
        EspRom rom = Contact(port);

        port.Stall(TimeSpan.FromSeconds(4));
        Assert.Null(rom.ReadRegister(MagicAt));
        port.Stall(TimeSpan.Zero);
        port.Discard();

        Assert.True(rom.Recover());
        Assert.Equal(1, rom.Link.Counts.TimeOuts);
    }

    private static EspRom Contact(SleepyPort port)
    {
        EspRom rom = new(new EspLink(port, port.Time));
        Assert.Equal(EspConnectState.DownloadMode, new EspConnect(rom, _ => { }).Run(TimeSpan.FromSeconds(8), CancellationToken.None));
        return rom;
    }

    /// <summary>A simulated board on a host that is busy with other things.</summary>
    private sealed class SleepyPort : ISerialPort
    {
        private readonly ISerialPort _inner;
        private TimeSpan _until;

        public SleepyPort() => _inner = EspSims.Open("sim:esp/esp8266?flash=256K", Time);

        public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

        /// <summary>So long after each write.</summary>
        public TimeSpan Sleeps { get; set; }

        public SerialPortInfo Info => _inner.Info;

        public int Baud => _inner.Baud;

        public SerialErrors? Errors => _inner.Errors;

        /// <summary>Nothing is handed on for that long.</summary>
        public void Stall(TimeSpan time) => _until = Time.Elapsed + time;

        public bool TrySetBaud(int baud) => _inner.TrySetBaud(baud);

        public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
        {
            count = 0;
            if (Time.Elapsed >= _until)
                return _inner.Read(into, wait, out count);
            Time.Advance(wait);
            return SerialRead.Silent;
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _inner.Write(bytes);
            Time.Advance(Sleeps);
        }

        public bool SetLines(bool dtr, bool rts) => _inner.SetLines(dtr, rts);

        public bool SetBreak(bool on) => false;

        public void Discard() => _inner.Discard();

        public void Dispose() => _inner.Dispose();
    }
}
