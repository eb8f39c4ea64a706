using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Recovery.Spi;

/// <summary>The jobs as a user starts them, on simulated chips by address.</summary>
public sealed class SpiJobTests : IDisposable
{
    private const int Size = 0x1_0000; // W25X05

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-job-");
    private readonly List<UnbrickEvent> _events = [];

    [Fact]
    public void A_clip_that_is_put_on_is_watched_until_it_sits()
    {
        using SimSpiBench sim = Open("fault:lost=0+400:sim:spi/W25X05");

        SpiResult result = Job(sim).Watch(() => sim.Time.Advance(TimeSpan.FromMilliseconds(200)), CancellationToken.None);

        Assert.Equal((ExitCode.Done, "ef3010"), (result.Exit, result.Chip!.Jedec));
        string[] clip = [.. Notes("clip")];
        Assert.StartsWith("ffffff  nothing answers", clip[0]);
        Assert.Contains("ef3010  sits: let go", clip);
    }

    [Fact]
    public void Without_contact_nothing_is_read_and_the_cause_is_named()
    {
        using SimSpiBench sim = Open("fault:rotated=ff:sim:spi/W25X05");

        UnbrickException stopped = Assert.Throws<UnbrickException>(() => Job(sim).Backup(null, CancellationToken.None));

        Assert.Equal(("spi-no-answer", ExitCode.NotFound), (stopped.Problem.Code, stopped.ExitCode));
    }

    [Fact]
    public void Nobody_who_says_yes_means_that_nothing_is_written()
    {
        using SimSpiBench sim = Open("sim:spi/W25X05?seed=4");
        byte[] before = sim.Chip.Content.ToArray(), wanted = ChipBench.Noise(Size, 12);

        UnbrickException stopped = Assert.Throws<UnbrickException>(() => Job(sim).Write("x.bin", wanted, CancellationToken.None));
        Assert.Equal(("spi-not-agreed", ExitCode.Refused), (stopped.Problem.Code, stopped.ExitCode));
        SpiResult planned = Job(sim, new SpiOptions { DryRun = true }).Write("x.bin", wanted, CancellationToken.None);
        Assert.Equal(("planned", 16), (planned.Outcome, planned.Sectors!.Changed));
        Assert.Equal(before, sim.Chip.Content.ToArray());

        SpiResult done = Job(sim, yes: true).Write("x.bin", wanted, CancellationToken.None);

        Assert.Equal(("done", "as-planned", ExitCode.Done), (done.Outcome, done.State, done.Exit));
        Assert.Equal(wanted, sim.Chip.Content.ToArray());
        Assert.Equal("nothing-to-do", Job(sim, yes: true).Write("x.bin", wanted, CancellationToken.None).Outcome);
    }

    [Fact]
    public void What_a_device_wrote_since_its_backup_is_backed_up_before_it_is_replaced()
    {
        using SimSpiBench sim = Open("sim:spi/W25X05?seed=4");
        byte[] first = ChipBench.Noise(Size, 14), second = [.. first];
        first.CopyTo(sim.Chip.Content);
        Job(sim).Backup(null, CancellationToken.None);
        second.AsSpan(0x3000, 0x1000).Fill(0x11);
        sim.Chip.Content.Span[0x3FFF] ^= 0xFF; // and it is none of the sectors by which a backup is recognised, or it is: both must end right
        byte[] changed = sim.Chip.Content.ToArray();

        Assert.Equal(ExitCode.Done, Job(sim, yes: true).Write("x.bin", second, CancellationToken.None).Exit);

        Assert.Equal(second, sim.Chip.Content.ToArray());
        Assert.Contains(Directory.EnumerateFiles(_folder.FullName, "*.bin", SearchOption.AllDirectories), f => File.ReadAllBytes(f).AsSpan().SequenceEqual(changed));
    }

    [Fact]
    public void A_backup_that_is_written_back_is_compared_with_every_byte_of_the_chip()
    {
        using SimSpiBench sim = Open("sim:spi/W25Q128BV?seed=4");
        byte[] before = new byte[sim.Chip.Content.Length];
        ChipBench.Noise(before.Length, 30).CopyTo(before, 0);
        before.CopyTo(sim.Chip.Content.Span);
        Job(sim).Backup(null, CancellationToken.None);
        sim.Chip.Content.Span[0x12_3456] ^= 0x10; // between the samples

        SpiResult back = Job(sim, yes: true).Write("backup.bin", before, CancellationToken.None);

        Assert.Equal((ExitCode.Done, "done", 1), (back.Exit, back.Outcome, back.Sectors!.Changed));
        Assert.True(sim.Chip.Content.Span.SequenceEqual(before));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Over_a_noisy_contact_a_write_ends_right_and_no_wrong_backup_is_kept(int seed)
    {
        using SimSpiBench sim = Open($"fault:flip=300ppb,seed={seed}:sim:spi/W25Q128BV");
        byte[] before = ChipBench.Noise(sim.Chip.Content.Length, 31), wanted = [.. before];
        before.CopyTo(sim.Chip.Content.Span);
        for (int at = 0; at < wanted.Length; at += 0x8000)
            wanted[at] ^= 0xFF;

        SpiResult done = Job(sim, yes: true).Write("x.bin", wanted, CancellationToken.None);

        Assert.Equal((ExitCode.Done, "as-planned", 512), (done.Exit, done.State, done.Sectors!.Changed));
        Assert.True(sim.Chip.Content.Span.SequenceEqual(wanted));
        string[] kept = Directory.GetFiles(_folder.FullName, "*.bin", SearchOption.AllDirectories);
        Assert.Equal(2, kept.Length);
        Assert.All(kept.Select(File.ReadAllBytes), bytes => Assert.True(bytes.AsSpan().SequenceEqual(before) || bytes.AsSpan().SequenceEqual(wanted)));
    }

    [Fact]
    public void A_file_of_another_length_is_refused_before_anything()
    {
        using SimSpiBench sim = Open("sim:spi/W25X05");

        UnbrickException stopped = Assert.Throws<UnbrickException>(() => Job(sim, yes: true).Write("short.bin", new byte[Size - 1], CancellationToken.None));

        Assert.Equal(("spi-image-size", ExitCode.BadImage), (stopped.Problem.Code, stopped.ExitCode));
    }

    [Fact]
    public void A_sector_that_never_takes_its_bytes_is_named_and_the_rest_is_right()
    {
        using SimSpiBench sim = Open("fault:program-fails=0x3000+0x1000:sim:spi/W25X05");
        byte[] wanted = ChipBench.Noise(Size, 13);

        SpiResult done = Job(sim, yes: true).Write("x.bin", wanted, CancellationToken.None);

        Assert.Equal(("mixed", ExitCode.FailedAfterChange), (done.State, done.Exit));
        Assert.Equal([0x3000L], done.Sectors!.Bad);
        wanted.AsSpan(0x3000, 0x1000).CopyTo(sim.Chip.Content.Span[0x3000..]);
        Assert.Equal(wanted, sim.Chip.Content.ToArray());
    }

    [Fact]
    public void A_dump_of_the_users_is_a_backup_only_while_the_chip_holds_it()
    {
        using SimSpiBench sim = Open("sim:spi/W25X05?seed=4");
        byte[] before = ChipBench.Noise(Size, 20), wanted = [.. before], other = ChipBench.Noise(Size, 21);
        before.CopyTo(sim.Chip.Content.Span);
        wanted[0x3000] ^= 0xFF;

        UnbrickException stopped = Assert.Throws<UnbrickException>(
            () => Job(sim, new SpiOptions { Backup = new GivenBackup("other.bin", other) }, yes: true).Write("x.bin", wanted, CancellationToken.None));
        Assert.Equal(("spi-backup-other", ExitCode.Refused), (stopped.Problem.Code, stopped.ExitCode));
        Assert.Equal(before, sim.Chip.Content.ToArray());
        SpiResult done = Job(sim, new SpiOptions { Backup = new GivenBackup("mine.bin", before) }, yes: true).Write("x.bin", wanted, CancellationToken.None);

        Assert.Equal((ExitCode.Done, 1), (done.Exit, done.Sectors!.Changed));
        Assert.Equal(wanted, sim.Chip.Content.ToArray());
    }

    [Fact]
    public void What_does_not_belong_to_the_journal_is_not_gone_on_with()
    {
        using SimSpiBench sim = Open("sim:spi/W25X05");

        UnbrickException stopped = Assert.Throws<UnbrickException>(() => Job(sim, yes: true).Resume(CancellationToken.None));

        Assert.Equal(("spi-nothing-to-resume", ExitCode.NotFound), (stopped.Problem.Code, stopped.ExitCode));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static SimSpiBench Open(string address) => SpiSims.Open(address, new VirtualTime(DateTimeOffset.UnixEpoch));

    private SpiJob Job(SimSpiBench sim, SpiOptions? options = null, bool yes = false)
    {
        SpiWorkbench bench = new(
            sim.Connect(), new ChipLibrary(), new Recorder(_events), new BackupStore(Path.Combine(_folder.FullName, "backups")),
            Path.Combine(_folder.FullName, "spi"), sim.Time, yes ? new Yes() : null);
        return new SpiJob(bench, options ?? new SpiOptions());
    }

    private IEnumerable<string> Notes(string topic) => _events.OfType<Note>().Where(n => n.Topic == topic).Select(n => n.Text);

    private sealed class Recorder(List<UnbrickEvent> events) : IEventSink
    {
        public void Publish(UnbrickEvent item) => events.Add(item);
    }

    private sealed class Yes : IAsk
    {
        public ValueTask<string> AskAsync(Question question, CancellationToken ct) => ValueTask.FromResult(Question.Yes);
    }
}
