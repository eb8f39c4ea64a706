using Unbrick.Hardware.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Sim.Spi;

public sealed class SpiFaultsTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 0x1_0000).Select(i => (byte)(i * 7 ^ i >> 8))];

    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Flips_are_as_many_as_asked_for_and_the_same_every_time()
    {
        byte[] first = Read("flip=200ppm,seed=7", 0, 0x1_0000), again = Read("flip=200ppm,seed=7", 0, 0x1_0000), other = Read("flip=200ppm,seed=8", 0, 0x1_0000);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        int[] wrong = [.. Enumerable.Range(0, first.Length).Where(i => first[i] != s_content[i])];
        Assert.InRange(wrong.Length, 4, 30); // 13 are expected
        Assert.All(wrong, i => Assert.Equal(1, byte.PopCount((byte)(first[i] ^ s_content[i]))));
    }

    [Fact]
    public void Flips_do_not_depend_on_how_a_read_is_cut()
    {
        byte[] whole = Read("flip=500ppm,seed=3", 0, 0x8000);
        (SimSpiBench bench, ISpiMaster master) = Open("flip=500ppm,seed=3");
        byte[] pieces = [.. Enumerable.Range(0, 0x80).SelectMany(i => Ask(master, $"03 {i * 0x100:x6}", 0x100))];
        Assert.Equal(whole, pieces);
        bench.Dispose();
    }

    [Theory]
    [InlineData("lost=2+3", "ff")]
    [InlineData("lost=2+3/00", "00")]
    [InlineData("hold=2+3", "ff")]
    public void Contact_is_lost_for_some_transfers(string faults, string level)
    {
        (SimSpiBench bench, ISpiMaster master) = Open(faults);
        string[] ids = [.. Enumerable.Range(0, 7).Select(_ => Hex(Ask(master, "9F", 3)))];
        string lost = level + level + level;
        Assert.Equal(["ef3010", "ef3010", lost, lost, lost, "ef3010", "ef3010"], ids);
        Assert.Equal(4, bench.Chip.Counts.Of(0x9F));
    }

    [Fact]
    public void What_is_written_without_contact_is_lost_and_time_goes_on()
    {
        (SimSpiBench bench, ISpiMaster master) = Open("lost=0s+1ms");
        Ask(master, "06");
        Ask(master, "C7");
        Assert.Equal([0xFF], Ask(master, "05", 1));
        TimeSpan before = _time.Elapsed;
        int polls = 0;
        while (Ask(master, "05", 1)[0] == 0xFF)
            polls++;
        Assert.InRange(polls, 500, 700);
        Assert.InRange((_time.Elapsed - before).TotalMilliseconds, 0.9, 1.1);
        Assert.Equal([0x00], Ask(master, "05", 1));
        Assert.Equal(0, bench.Chip.Counts.ErasedBytes);
    }

    [Theory]
    [InlineData("rotated=ff", "ffffff")]
    [InlineData("rotated=00", "000000")]
    [InlineData("miso-bit=7/0", "6f3010")]
    [InlineData("miso-bit=0/1", "ef3111")]
    [InlineData("shift=1", "f79808")]
    [InlineData("shift=-1", "de6021")]
    [InlineData("mosi-bit=7/0", "ffffff")]
    [InlineData("wrong-id=1/c84018", "c84018")]
    public void Wiring_shows_in_the_id(string faults, string id)
    {
        (_, ISpiMaster master) = Open(faults);
        Assert.Equal(id, Hex(Ask(master, "9F", 3)));
    }

    [Fact]
    public void The_id_is_right_after_some_times()
    {
        (_, ISpiMaster master) = Open("wrong-id=2/c84018");
        Assert.Equal(["c84018", "c84018", "ef3010"], Enumerable.Range(0, 3).Select(_ => Hex(Ask(master, "9F", 3))));
    }

    [Fact]
    public void A_program_fails_where_and_as_often_as_it_shall_and_the_chip_is_busy_over_it()
    {
        (SimSpiBench bench, ISpiMaster master) = Open("program-fails=0x100x2");
        foreach (string address in new[] { "000100", "0001f0", "000100", "000200" })
        {
            Ask(master, "06");
            Ask(master, $"02 {address} 00");
            Assert.Equal(3, Ask(master, "05", 1)[0]);
            Wait(master);
        }
        Assert.Equal(s_content[0x1F0], bench.Chip.Content.Span[0x1F0]);
        Assert.Equal(0, bench.Chip.Content.Span[0x100]);
        Assert.Equal(0, bench.Chip.Content.Span[0x200]);
    }

    [Theory]
    [InlineData("erase-fails=0x3000", "20 003000", true)]
    [InlineData("erase-fails=0x3000", "20 002000", false)]
    [InlineData("erase-fails=0x3000", "52 000000", true)]
    [InlineData("erase-fails=0x3000", "C7", true)]
    [InlineData("erase-fails=0x9000+0x1000x1", "D8 000000", true)]
    [InlineData("erase-fails=36864x1", "D8 000000", true)]
    public void An_erase_fails_where_it_meets_the_bad_place(string faults, string command, bool fails)
    {
        (SimSpiBench bench, ISpiMaster master) = Open(faults);
        for (int turn = 0; turn < 2; turn++)
        {
            Ask(master, "06");
            Ask(master, command);
            Assert.Equal(3, Ask(master, "05", 1)[0]);
            Wait(master);
            bool stillFails = fails && (turn == 0 || !faults.Contains("x1", StringComparison.Ordinal));
            Assert.Equal(stillFails, bench.Chip.Counts.ErasedBytes == 0);
        }
    }

    [Theory]
    [InlineData("lies=2", 0, 4)]
    [InlineData("half-page=2", 2, 4)]
    public void Every_second_program_lies(string faults, int written, int all)
    {
        (SimSpiBench bench, ISpiMaster master) = Open(faults, new byte[0x1_0000].Select(_ => (byte)0xFF).ToArray());
        for (int page = 0; page < 2; page++)
        {
            Ask(master, "06");
            Ask(master, $"02 000{page}00 00 00 00 00");
            Wait(master);
        }
        Assert.Equal(all, bench.Chip.Content.Span[..0x100].Count((byte)0));
        Assert.Equal(written, bench.Chip.Content.Span[0x100..0x200].Count((byte)0));
    }

    [Fact]
    public void A_stuck_cell_reads_the_same_whatever_is_written()
    {
        (_, ISpiMaster master) = Open("stuck-cell=0x1234/f0/50");
        byte expected = (byte)(s_content[0x1234] & 0x0F | 0x50);
        Assert.Equal([expected], Ask(master, "03 001234", 1));
        Assert.Equal(expected, Ask(master, "0B 001000 00", 0x1000)[0x234]);
        Assert.Equal(expected, Ask(master, "0B 001000", 0x1000)[0x235]);
        Ask(master, "06");
        Ask(master, "20 001000");
        Wait(master);
        Assert.Equal([0xFF, 0x5F, 0xFF], Ask(master, "03 001233", 3));
    }

    [Fact]
    public void A_chip_that_never_gets_ready_tells_only_that()
    {
        (_, ISpiMaster master) = Open("never-ready=1");
        Ask(master, "06");
        Ask(master, "20 001000");
        Wait(master);
        Ask(master, "06");
        Ask(master, "20 002000");
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([3, 3], Ask(master, "05", 2));
        Assert.Equal("ffffff", Hex(Ask(master, "9F", 3)));
    }

    [Fact]
    public void A_slow_chip_takes_longer_by_the_factor()
    {
        (_, ISpiMaster master) = Open("slow=10");
        Ask(master, "06");
        Ask(master, "20 001000");
        TimeSpan begin = _time.Elapsed;
        Wait(master);
        Assert.InRange((_time.Elapsed - begin).TotalMilliseconds, 449, 452);
        Assert.Equal("ef3010", Hex(Ask(master, "9F", 3)));
    }

    [Fact]
    public void With_WP_low_a_set_SRP_stays()
    {
        (SimSpiBench bench, ISpiMaster master) = Open("wp=low");
        Ask(master, "06");
        Ask(master, "01 8C");
        Wait(master);
        Ask(master, "06");
        Ask(master, "01 00");
        Assert.Equal([0x8E], Ask(master, "05", 1));
        Assert.Equal(0x8C, bench.Chip.KeptStatus(1));
    }

    [Fact]
    public void An_unplugged_programmer_is_back_after_some_tries_and_the_chip_had_no_power()
    {
        (SimSpiBench bench, ISpiMaster master) = Open("unplug=3x2");
        Ask(master, "9F", 3);
        Ask(master, "06");
        Ask(master, "C7");
        Assert.Equal(ProgrammerFault.Gone, Assert.Throws<ProgrammerException>(() => Ask(master, "05", 1)).Fault);
        Assert.Equal(ProgrammerFault.Gone, Assert.Throws<ProgrammerException>(() => Ask(master, "05", 1)).Fault);
        Assert.Equal(ProgrammerFault.NotFound, Assert.Throws<ProgrammerException>(bench.Connect).Fault);
        Assert.Equal(ProgrammerFault.NotFound, Assert.Throws<ProgrammerException>(bench.Connect).Fault);
        master = bench.Connect();
        Assert.Equal([0x00], Ask(master, "05", 1));
        Assert.Equal("ef3010", Hex(Ask(master, "9F", 3)));
        Assert.NotEqual(s_content, bench.Chip.Content.ToArray());
        Assert.InRange(bench.Chip.Content.Span.Count((byte)0xFF), 0, 0xFFFF); // half erased
    }

    [Theory]
    [InlineData("power-cut=3")]
    [InlineData("power-cut=1ms")]
    public void After_a_power_cut_nothing_is_answered_and_the_chip_stays_as_it_was(string faults)
    {
        (SimSpiBench bench, ISpiMaster master) = Open(faults);
        Ask(master, "06");
        Ask(master, "20 000000");
        Ask(master, "05", 1);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0xFF], Ask(master, "05", 1));
        byte[] content = bench.Chip.Content.ToArray();
        Assert.NotEqual(s_content[..0x1000], content[..0x1000]);
        Assert.Equal(s_content[0x1000..], content[0x1000..]);
        Ask(master, "06");
        Ask(master, "C7");
        Assert.Equal(content, bench.Chip.Content.ToArray());

        using SimSpiBench later = new(bench.Chip, _time);
        ISpiMaster resumed = later.Connect();
        Assert.Equal("ef3010", Hex(Ask(resumed, "9F", 3)));
        Assert.Equal(content, Ask(resumed, "03 000000", 0x1_0000));
    }

    [Fact]
    public void Faults_meet_queued_transfers_in_their_order()
    {
        (_, ISpiMaster master) = Open("lost=1+2,wrong-id=1/010203");
        List<string> ids = [];
        int told = master.Queue(
            Enumerable.Range(0, 5).Select(_ => new SpiTransfer(new byte[] { 0x9F }, new byte[3])),
            transfer =>
            {
                ids.Add(Hex(transfer.Read.ToArray()));
                return true;
            });
        Assert.Equal(5, told);
        Assert.Equal(["010203", "ffffff", "ffffff", "ef3010", "ef3010"], ids);
    }

    [Fact]
    public void An_unplug_ends_a_queue_with_what_was_told()
    {
        (_, ISpiMaster master) = Open("unplug=20");
        int told = 0;
        ProgrammerException gone = Assert.Throws<ProgrammerException>(() => master.Queue(
            Enumerable.Range(0, 50).Select(_ => new SpiTransfer(new byte[] { 0x9F }, new byte[3])), _ => ++told > 0));
        Assert.Equal(ProgrammerFault.Gone, gone.Fault);
        Assert.InRange(told, 1, 19);
    }

    private byte[] Read(string faults, int address, int length)
    {
        (SimSpiBench bench, ISpiMaster master) = Open(faults);
        using (bench)
            return Ask(master, $"03 {address:x6}", length);
    }

    private (SimSpiBench Bench, ISpiMaster Master) Open(string faults, byte[]? content = null)
    {
        SimNor chip = new(SimNorModels.Find("W25X05")!, content ?? [.. s_content]);
        SimSpiBench bench = new(chip, _time, faults: SpiFaultList.Parse(faults));
        return (bench, bench.Connect());
    }

    private static void Wait(ISpiMaster master)
    {
        while ((Ask(master, "05", 1)[0] & 1) != 0)
        {
        }
    }

    private static byte[] Ask(ISpiMaster master, string write, int read = 0)
    {
        byte[] answer = new byte[read];
        master.Transfer(Convert.FromHexString(write.Replace(" ", "", StringComparison.Ordinal)), answer);
        return answer;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
