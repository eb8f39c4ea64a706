using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Serprog;
using Unbrick.Sim;

namespace Unbrick.Tests.Hardware.Spi.Serprog;

public sealed class SerprogMasterTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void The_greeting_asks_for_what_is_needed_and_drives_the_pins_last()
    {
        FakeSerprog device = new(_time) { WriteLimit = 0, ReadLimit = 0, Buffer = 300 };
        SerprogMaster master = SerprogMaster.Open(device, "serprog:here", _time, hertz: 20_000_000);

        Assert.Equal([0x10, 0x01, 0x02, 0x05, 0x12, 0x08, 0x11, 0x14, 0x04, 0x03, 0x15], device.Commands);
        Assert.True(device.IsDriving);
        Assert.Equal("fake prog (serprog:here)", master.Info.Name);
        Assert.Equal((65_536, 65_536, 8_000_000, 1e6), (master.Info.MaxWrite, master.Info.MaxRead, master.Info.ClockHz, master.Info.BytesPerSecond));
        master.Dispose();
        Assert.False(device.IsDriving);
        Assert.True(device.IsDisposed);
    }

    [Fact]
    public void Commands_go_ahead_of_their_answers_up_to_the_buffer()
    {
        FakeSerprog device = new(_time) { Buffer = 1000 };
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        SpiTransfer[] transfers = [.. Enumerable.Range(0, 500).Select(i => new SpiTransfer(new[] { (byte)i, (byte)(i >> 8) }, new byte[i % 50]))];
        int told = 0;

        Assert.Equal(500, master.Queue(transfers, transfer => ReferenceEquals(transfer, transfers[told++])));

        Assert.All(transfers, t => Assert.Equal(FakeSerprog.Answer(t.Write.Span, t.Read.Length), t.Read.ToArray()));
        Assert.InRange(device.MostAhead, 900, 1000);
    }

    [Fact]
    public void A_command_longer_than_the_buffer_goes_alone()
    {
        FakeSerprog device = new(_time) { Buffer = 16 };
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        byte[] answer = new byte[3];
        master.Queue([new(new byte[260], Memory<byte>.Empty), new(new byte[] { 5 }, answer)], _ => true);
        Assert.Equal(FakeSerprog.Answer([5], 3), answer);
        Assert.Equal(267, device.MostAhead);
    }

    [Fact]
    public void After_a_no_nothing_more_is_sent_and_the_next_answer_is_the_right_one()
    {
        FakeSerprog device = new(_time);
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        SpiTransfer[] many = [.. Enumerable.Range(0, 100).Select(i => new SpiTransfer(new[] { (byte)i }, new byte[4]))];

        Assert.Equal(3, master.Queue(many, transfer => transfer.Write.Span[0] < 2));
        Assert.Throws<TimeZoneNotFoundException>(() => master.Queue(many, _ => throw new TimeZoneNotFoundException()));

        AssertWorks(master);
    }

    [Theory]
    [InlineData(SerprogTrouble.Refuse, ProgrammerFault.Garbled)]
    [InlineData(SerprogTrouble.Garble, ProgrammerFault.Garbled)]
    [InlineData(SerprogTrouble.LoseCommandByte, ProgrammerFault.TimedOut)]
    [InlineData(SerprogTrouble.LoseAnswerByte, ProgrammerFault.TimedOut)]
    public void After_an_error_both_ends_are_brought_together_again(SerprogTrouble trouble, ProgrammerFault fault)
    {
        FakeSerprog device = new(_time);
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        device.Next = trouble;

        Assert.Equal(fault, Assert.Throws<ProgrammerException>(() => master.Transfer(new byte[260], new byte[64])).Fault);

        AssertWorks(master);
        Assert.InRange(_time.Elapsed.TotalSeconds, 0, 30);
    }

    [Fact]
    public void What_a_half_received_program_command_is_filled_up_with_changes_no_bit()
    {
        FakeSerprog device = new(_time);
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        device.Next = SerprogTrouble.LoseCommandByte;
        Assert.Throws<ProgrammerException>(() => master.Transfer([0x02, 0, 0, 0, 1, 2, 3, 4], []));
        byte[] carried = Assert.Single(device.Carried);
        Assert.Equal(0xFF, carried[^1]);
    }

    [Theory]
    [InlineData(SerprogTrouble.Close, ProgrammerFault.Gone)]
    [InlineData(SerprogTrouble.Hang, ProgrammerFault.TimedOut)]
    [InlineData(SerprogTrouble.Trickle, ProgrammerFault.TimedOut)]
    public void One_that_is_lost_is_given_up_in_time_and_stays_so(SerprogTrouble trouble, ProgrammerFault fault)
    {
        FakeSerprog device = new(_time);
        using SerprogMaster master = SerprogMaster.Open(device, "x", _time);
        device.Next = trouble;

        Assert.Equal(fault, Assert.Throws<ProgrammerException>(() => master.Transfer([1], new byte[64])).Fault);

        Assert.InRange(_time.Elapsed.TotalSeconds, 0, 60);
        if (trouble != SerprogTrouble.Trickle)
            Assert.Equal(ProgrammerFault.Gone, Assert.Throws<ProgrammerException>(() => master.Transfer([1], new byte[1])).Fault);
    }

    [Fact]
    public void What_is_no_serprog_is_refused_in_time()
    {
        FakeSerprog chatter = new(_time) { IsChatter = true };
        Assert.Equal(ProgrammerFault.TimedOut, Assert.Throws<ProgrammerException>(() => SerprogMaster.Open(chatter, "x", _time)).Fault);
        Assert.True(chatter.IsDisposed);
        FakeSerprog silent = new(_time) { Next = SerprogTrouble.Hang, IsAlways = true };
        Assert.Equal(ProgrammerFault.TimedOut, Assert.Throws<ProgrammerException>(() => SerprogMaster.Open(silent, "x", _time)).Fault);
        Assert.InRange(_time.Elapsed.TotalSeconds, 1, 120);
    }

    [Theory]
    [InlineData(2, 0x08, 4096)]
    [InlineData(1, 0x01, 4096)]
    [InlineData(1, 0x08, 3)]
    public void One_without_what_is_needed_is_not_supported(int version, byte bus, int limit)
    {
        FakeSerprog device = new(_time) { Version = (ushort)version, Bus = bus, WriteLimit = limit, ReadLimit = limit };
        Assert.Equal(ProgrammerFault.NotSupported, Assert.Throws<ProgrammerException>(() => SerprogMaster.Open(device, "x", _time)).Fault);
    }

    private static void AssertWorks(SerprogMaster master)
    {
        byte[] answer = new byte[5];
        master.Transfer([0x9F, 7], answer);
        Assert.Equal(FakeSerprog.Answer([0x9F, 7], 5), answer);
    }
}
