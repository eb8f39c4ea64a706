using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class SpiFlashProgramTests
{
    private const byte PageProgram = 0x02;
    private const byte ReadStatus = 0x05;

    [Theory]
    [InlineData("W25X05", 0, 0x1_0000)]
    [InlineData("W25Q80BV", 0x123, 0x4567)]
    [InlineData("GD25Q128C", 0xFF_FF00, 0x100)]
    [InlineData("MX25L12835F", 0x10, 1)]
    public void Bytes_get_to_their_place_and_nowhere_else(string model, int address, int length)
    {
        using SpiBench bench = new(model);
        byte[] data = SpiBench.Data(length);
        byte[] wanted = [.. Enumerable.Repeat((byte)0xFF, bench.Sim.Model.Size)];
        data.CopyTo(wanted, address);
        List<int> progress = [];

        ProgramResult result = bench.Flash.Program(address, data, default, progress.Add, TestContext.Current.CancellationToken);

        Assert.Equal(FlashOutcome.Done, result.Outcome);
        Assert.Equal(length, result.Done);
        Assert.True(bench.Content.SequenceEqual(wanted));
        Assert.Equal(result.Pages, bench.Sim.Counts.Programs);
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(length, progress[^1]);
    }

    [Fact]
    public void Empty_pages_and_those_that_are_right_already_are_left_alone()
    {
        byte[] before = SpiBench.Data(0x1000);
        using SpiBench bench = new("W25Q80BV", before);
        byte[] wanted = [.. before];
        wanted[0x250] = 0;
        byte[] blank = [.. Enumerable.Repeat((byte)0xFF, 0x1000)];

        ProgramResult first = bench.Flash.Program(0, wanted, before, null, TestContext.Current.CancellationToken);
        ProgramResult second = bench.Flash.Program(0x1000, blank, default, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Done, 1), (first.Outcome, first.Pages));
        Assert.Equal((FlashOutcome.Done, 0), (second.Outcome, second.Pages));
        Assert.Equal(1, bench.Sim.Counts.Of(PageProgram));
        Assert.True(bench.Content[..0x1000].SequenceEqual(wanted));
    }

    [Fact]
    public void Pages_follow_each_other_without_waiting_for_answers_and_none_is_late()
    {
        using SpiBench bench = new("W25Q80BV", timing: SimSpiTiming.Ch341a);
        byte[] data = SpiBench.Data(0x4_0000);
        TimeSpan begin = bench.Time.Elapsed;

        ProgramResult result = new SpiFlash(bench.Master, bench.Flash.Chip, bench.Time).Program(0, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Done, 1024, 0), (result.Outcome, result.Pages, result.Repeats));
        Assert.Equal(0, bench.Sim.Counts.IgnoredBusy);
        // 1.39 ms of wire and 0.67 ms of chip for each page; what is left are gaps between chip-selects and spare status bytes.
        Assert.InRange((bench.Time.Elapsed - begin).TotalMilliseconds / 1024, 2.0, 2.4);
        Assert.InRange(bench.Master.RoundTrips, 1, 5);
    }

    [Fact]
    public void Late_pages_stop_the_queue_and_are_put_again()
    {
        using SpiBench bench = new("W25Q80BV");
        byte[] data = SpiBench.Data(0x1_0000);
        int pages = 0;
        bench.Wires.Reaches = (_, write) =>
        {
            if (write[0] == PageProgram)
                bench.Sim.Slowness = pages++ is >= 50 and < 60 ? 12 : 1;
            return true;
        };

        ProgramResult result = bench.Flash.Program(0x1_0000, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal(FlashOutcome.Done, result.Outcome);
        Assert.InRange(result.Repeats, 1, 3);
        Assert.True(bench.Sim.Counts.IgnoredBusy > 0);
        Assert.True(bench.Content.Slice(0x1_0000, data.Length).SequenceEqual(data));
    }

    [Fact]
    public void A_chip_that_is_ten_times_slower_than_usual_is_waited_for()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 10;
        byte[] data = SpiBench.Data(0x8000);

        ProgramResult result = bench.Flash.Program(0, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal(FlashOutcome.Done, result.Outcome);
        Assert.InRange(result.Repeats, 1, 4);
        Assert.True(bench.Content[..0x8000].SequenceEqual(data));
    }

    [Fact]
    public void A_chip_that_never_gets_ready_is_given_up()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 10_000;

        ProgramResult result = bench.Flash.Program(0x500, SpiBench.Data(0x1000), default, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Late, 0, 0x500), (result.Outcome, result.Done, result.FailedAt));
        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0.1, 5);
    }

    [Theory]
    [InlineData("W25Q80BV")]
    [InlineData("MX25L12835F")]
    public void A_protected_page_is_told_from_a_late_one(string model)
    {
        using SpiBench bench = new(model);
        // The upper half.
        bench.Sim.SetStatus(1, (byte)(model == "W25Q80BV" ? 0x10 : 0x20));
        int half = bench.Sim.Model.Size / 2;

        ProgramResult result = bench.Flash.Program(half - 0x1000, SpiBench.Data(0x2000), default, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Refused, 0x1000, half), (result.Outcome, result.Done, result.FailedAt));
        Assert.False(bench.Content[half..].ContainsAnyExcept((byte)0xFF));
        Assert.Equal(0, bench.Flash.ReadStatus()!.Value.First & 3);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    public void A_contact_that_is_lost_in_the_middle_stops_at_the_first_page_that_was_not_heard(byte open)
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Wires.Open = open;
        byte[] data = SpiBench.Data(0x1_0000);
        bench.Wires.Reaches = (number, _) => number < 150;

        ProgramResult result = bench.Flash.Program(0, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal(FlashOutcome.NoContact, result.Outcome);
        Assert.InRange(result.Done, 0x2F00, 0x3200);
        Assert.Equal(result.Done, result.FailedAt);
        Assert.True(bench.Content[..result.Done].SequenceEqual(data.AsSpan(0, result.Done)));
        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0, 1);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    public void A_single_command_that_was_not_heard_is_said_again(byte open)
    {
        byte[] data = SpiBench.Data(0x1000);
        for (int lost = 0; lost < 3 * 16; lost++)
        {
            using SpiBench bench = new("W25Q80BV");
            bench.Wires.Open = open;
            int skip = lost;
            bench.Wires.Reaches = (number, _) => number != skip;

            ProgramResult result = bench.Flash.Program(0, data, default, null, TestContext.Current.CancellationToken);

            // A lost answer of ones is a lost contact: whoever called proves it again. All else is repaired here.
            bool isAnswer = open == 0xFF && lost % 3 == 2;
            Assert.Equal(isAnswer ? FlashOutcome.NoContact : FlashOutcome.Done, result.Outcome);
            Assert.True(bench.Content[..result.Done].SequenceEqual(data.AsSpan(0, result.Done)));
        }
    }

    [Fact]
    public void Pages_that_are_over_before_anybody_looks_are_no_failure()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 0;
        byte[] data = SpiBench.Data(0x4000);

        ProgramResult result = bench.Flash.Program(0, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Done, 2), (result.Outcome, result.Repeats));
        Assert.True(bench.Content[..0x4000].SequenceEqual(data));
    }

    [Fact]
    public void A_programmer_with_small_transfers_writes_parts_of_pages_and_asks_twice()
    {
        using SpiBench bench = new("W25Q80BV", timing: new() { MaxWrite = 70, MaxRead = 31, ClockHz = 1_500_000 });
        byte[] data = SpiBench.Data(0x1000);

        ProgramResult result = bench.Flash.Program(0x30, data, default, null, TestContext.Current.CancellationToken);

        Assert.Equal(FlashOutcome.Done, result.Outcome);
        Assert.True(bench.Content.Slice(0x30, data.Length).SequenceEqual(data));
        Assert.Equal(0, bench.Sim.Counts.IgnoredBusy);
    }

    [Fact]
    public void A_stop_comes_between_two_pages_and_says_how_far_it_came()
    {
        using SpiBench bench = new("W25Q80BV");
        byte[] data = SpiBench.Data(0x1_0000);
        using CancellationTokenSource stop = new();

        ProgramResult result = bench.Flash.Program(0, data, default, done => Stop(done), stop.Token);

        Assert.Equal((FlashOutcome.Cancelled, 0x2000), (result.Outcome, result.Done));
        Assert.True(bench.Content[..0x2000].SequenceEqual(data.AsSpan(0, 0x2000)));
        Assert.False(bench.Flash.ReadStatus()!.Value.IsBusy);

        void Stop(int done)
        {
            if (done == 0x2000)
                stop.Cancel();
        }
    }

    [Fact]
    public void An_unplugged_programmer_is_an_exception_and_no_endless_wait()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Wires.Spoil = (number, write, _) =>
        {
            if (write[0] == ReadStatus && number > 40)
                throw new ProgrammerException(ProgrammerFault.Gone, "unplugged");
        };

        Assert.Throws<ProgrammerException>(() =>
            bench.Flash.Program(0, SpiBench.Data(0x4000), default, null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0x10_0000, 1)]
    [InlineData(0xF_FFFF, 2)]
    public void What_is_not_inside_of_the_chip_is_the_callers_mistake(int address, int length)
    {
        using SpiBench bench = new("W25Q80BV");

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            bench.Flash.Program(address, new byte[length], default, null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Flash.Read(address, new byte[length], null, TestContext.Current.CancellationToken));
        Assert.Equal(0, bench.Wires.Count);
    }
}
