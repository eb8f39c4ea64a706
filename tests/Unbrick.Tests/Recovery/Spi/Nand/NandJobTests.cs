using System.Security.Cryptography;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Tests.Recovery.Spi.Nand;

/// <summary>The jobs on a SPI NAND as a user starts them, on simulated chips by address.</summary>
public sealed class NandJobTests : IDisposable
{
    private const int Block = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-nand-");
    private readonly List<UnbrickEvent> _events = [];

    public static TheoryData<string> Models => [.. SimNandModels.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_kind_of_chip_is_known_by_its_id(string model)
    {
        using SimSpiBench sim = Open(model);
        Fill(sim);

        SpiResult result = Job(sim, new SpiOptions { AdapterMillivolts = model == "W25N01GW" ? 1_800 : null }).Probe(CancellationToken.None);

        Assert.Equal((ExitCode.Done, sim.Nand!.Model.Size), (result.Exit, result.Chip!.Size));
        Assert.EndsWith(model, result.Chip.Name, StringComparison.Ordinal);
        Assert.Equal((112, 0L), (result.Contact!.Reads, result.Contact.Errors));
    }

    [Theory]
    [InlineData("W25N01GV")]
    [InlineData("GD5F1GQ4UExxG")]
    [InlineData("GD5F1GQ4UFxxG")]
    [InlineData("W25M02GV")]
    public void A_backup_has_all_pages_and_names_bad_blocks_and_what_was_corrected(string model)
    {
        using SimSpiBench sim = Open(model, "bad=12,700&flips=70x1,130x1");
        Fill(sim);
        using MemoryStream file = new();

        SpiResult result = Job(sim).Backup(null, CancellationToken.None, bytes => bytes.CopyTo(file));

        Assert.Equal(("done", "as-before", ExitCode.Done, true), (result.Outcome, result.State, result.Exit, result.Identical));
        Assert.Equal([12, 700], result.BadBlocks!.Value);
        Assert.Equal((sim.Nand!.Model.Pages - (2 * Block) - 2, 2, 0), (result.Ecc!.Clean, result.Ecc.Corrected, result.Ecc.Failed));
        AssertSame(sim, file.GetBuffer().AsSpan(0, (int)file.Length), sim.Nand.Model.Page);
        Assert.Equal(result.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(result.Backup!))));
        Assert.Contains("2 bad blocks: 12, 700", Notes("backup"));
        using JsonDocument record = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(result.Backup!, ".json")));
        Assert.Equal([70, 130], record.RootElement.GetProperty("corrected").EnumerateArray().Select(p => p.GetInt32()));
        Assert.Equal([12, 700], record.RootElement.GetProperty("bad_blocks").EnumerateArray().Select(p => p.GetInt32()));
    }

    [Fact]
    public void Pages_beyond_correction_are_named_and_the_file_is_there_all_the_same()
    {
        using SimSpiBench sim = Open("MX35LF1GE4AB", "bad=5&flips=200x9");
        Fill(sim);
        long length = 0;

        SpiResult result = Job(sim).Backup(null, CancellationToken.None, bytes => length = bytes.Length);

        Assert.Equal(("failed", ExitCode.Failed, false), (result.Outcome, result.Exit, result.Identical));
        Assert.Equal((1, sim.Nand!.Model.Size), (result.Ecc!.Failed, length));
        Assert.Equal([200 * 2048L], result.Ecc.FailedAt);
        Assert.Equal("spi-nand-uncorrected", Assert.Single(result.Diagnosis).Code);
        Assert.Contains("0x0064000", result.Diagnosis[0].Title, StringComparison.Ordinal);
        Assert.True(File.Exists(result.Backup));
    }

    [Fact]
    public void Spare_bytes_stand_behind_their_page_and_without_correction_the_cells_are_read()
    {
        using SimSpiBench sim = Open("W25N01GV", "flips=200x9");
        Fill(sim);
        using MemoryStream file = new();

        SpiResult result = Job(sim, new SpiOptions { Oob = true, Raw = true }).Backup(null, CancellationToken.None, bytes => bytes.CopyTo(file));

        Assert.Equal((ExitCode.Done, null), (result.Exit, result.Ecc));
        ReadOnlySpan<byte> bytes = file.GetBuffer().AsSpan(0, (int)file.Length);
        byte[] raw = new byte[2112];
        sim.Nand!.Array.Sense(200, raw, corrects: false);
        Assert.Equal(raw, bytes.Slice(200 * 2112, 2112).ToArray());
        sim.Nand.Array.Flip(200, 0);
        sim.Nand.Array.Read(200, raw);
        raw.CopyTo(file.GetBuffer().AsSpan(200 * 2112));
        AssertSame(sim, file.GetBuffer().AsSpan(0, (int)file.Length), 2112);
    }

    [Theory]
    [InlineData("flip=1ppm,seed=3")]
    [InlineData("flip-mosi=20ppm,seed=4")]
    [InlineData("lost=200000+1/00,lost=200700+1/00,lost=250001+1,lost=300002+1")]
    [InlineData("lost=200000+2000/00")]
    [InlineData("hold=9000+50")]
    [InlineData("wrong-id=3/c84018")]
    public void What_goes_wrong_for_a_while_is_read_again(string faults)
    {
        using SimSpiBench sim = SpiSims.Open($"fault:{faults}:sim:spi/W25N01GV?bad=12", new VirtualTime(DateTimeOffset.UnixEpoch));
        Fill(sim);
        using MemoryStream file = new();

        SpiResult result = Job(sim).Backup(null, CancellationToken.None, bytes => bytes.CopyTo(file));

        Assert.Equal((ExitCode.Done, 0), (result.Exit, result.Ecc!.Failed));
        Assert.Equal([12], result.BadBlocks!.Value);
        AssertSame(sim, file.GetBuffer().AsSpan(0, (int)file.Length), 2048);
    }

    [Theory]
    [InlineData("unplug=100000", "spi-contact-lost", ExitCode.Failed)]
    [InlineData("lost=100000+900000/00", "spi-contact-lost", ExitCode.Failed)]
    [InlineData("power-cut=15s", "spi-contact-lost", ExitCode.Failed)]
    [InlineData("flip=200ppm,seed=3", "spi-contact-noisy", ExitCode.Refused)]
    [InlineData("never-ready=0", "spi-contact-lost", ExitCode.Failed)]
    [InlineData("rotated=00", "spi-no-answer", ExitCode.NotFound)]
    public void What_stays_wrong_is_told_and_nothing_is_kept(string faults, string code, int exit)
    {
        using SimSpiBench sim = SpiSims.Open($"fault:{faults}:sim:spi/W25N01GV", new VirtualTime(DateTimeOffset.UnixEpoch));
        Fill(sim);

        UnbrickException stopped = Assert.Throws<UnbrickException>(() => Job(sim).Backup(null, CancellationToken.None, _ => Assert.Fail("delivered")));

        Assert.Equal((code, exit), (stopped.Problem.Code, stopped.ExitCode));
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_backup_can_be_compared_with_its_chip()
    {
        using SimSpiBench sim = Open("W25N01GV", "bad=9&flips=70x1");
        Fill(sim);
        byte[] bytes = [];
        Job(sim).Backup(null, CancellationToken.None, stream => stream.ReadExactly(bytes = new byte[stream.Length]));

        bytes[9 * Block * 2048] ^= 0xFF; // in the bad block: not compared
        SpiResult same = Job(sim).Verify("x.bin", bytes, CancellationToken.None);
        Assert.Equal((ExitCode.Done, true), (same.Exit, same.Identical));

        bytes[5 * 2048] ^= 1;
        SpiResult other = Job(sim).Verify("x.bin", bytes, CancellationToken.None);
        Assert.Equal((ExitCode.Failed, "failed", false), (other.Exit, other.Outcome, other.Identical));
        Assert.Contains("1 page differs: 0x0002800", Notes("verify"));
        Assert.Equal("spi-image-size", Assert.Throws<UnbrickException>(() => Job(sim).Verify("x.bin", bytes.AsMemory(1), CancellationToken.None)).Problem.Code);
    }

    [Fact]
    public void Through_a_CH341A_it_takes_what_the_wire_takes_twice()
    {
        using SimSpiBench sim = Open("W25N01GV", "timing=ch341a");

        Assert.Equal(ExitCode.Done, Job(sim).Backup(null, CancellationToken.None).Exit);

        double wire = 2.0 * (128 << 20) * 8 / 1_500_000;
        Assert.InRange(sim.Time.Elapsed.TotalSeconds / wire, 1, 1.06);
    }

    [Fact]
    public void It_is_not_written()
    {
        using SimSpiBench sim = Open("GD5F1GQ4UExxG");
        foreach (Func<SpiJob, SpiResult> work in (Func<SpiJob, SpiResult>[])[
            job => job.Write("x.bin", new byte[1 << 27], CancellationToken.None), job => job.Resume(CancellationToken.None)])
        {
            UnbrickException refused = Assert.Throws<UnbrickException>(() => work(Job(sim)));
            Assert.Equal(("spi-nand-read-only", ExitCode.Refused), (refused.Problem.Code, refused.ExitCode));
        }
    }

    [Fact]
    public void A_part_for_1_8_V_is_not_driven_with_more()
    {
        using SimSpiBench sim = Open("W25N01GW");
        UnbrickException refused = Assert.Throws<UnbrickException>(() => Job(sim).Probe(CancellationToken.None));
        Assert.Equal(("spi-voltage", ExitCode.Refused), (refused.Problem.Code, refused.ExitCode));
        Assert.Equal(0, sim.Nand!.PageReads);
    }

    [Fact]
    public void More_marks_than_a_maker_allows_are_not_bad_blocks()
    {
        using SimSpiBench sim = Open("W25N01GV");
        for (int block = 0; block < 300; block++)
            sim.Nand!.Array.Write(block * Block, 2048, [0x19]);

        SpiResult result = Job(sim).Backup(null, CancellationToken.None);

        Assert.Equal((ExitCode.Done, 65_536), (result.Exit, result.Ecc!.Clean));
        Assert.Empty(result.BadBlocks!.Value);
        Assert.Contains(Notes("backup"), n => n.StartsWith("300 blocks have a mark, more than the maker allows (20)", StringComparison.Ordinal));
    }

    [Fact]
    public void It_can_be_stopped_and_leaves_nothing()
    {
        using SimSpiBench sim = Open("W25N01GV");
        using CancellationTokenSource stop = new();
        SpiJob job = Job(sim, onProgress: p => { if (p.Done > 1 << 20) stop.Cancel(); });

        Assert.Throws<OperationCanceledException>(() => job.Backup(null, stop.Token));

        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static SimSpiBench Open(string model, string query = "") => SpiSims.Open($"sim:spi/{model}?{query}", new VirtualTime(DateTimeOffset.UnixEpoch));

    /// <summary>Some pages of noise, all over the chip.</summary>
    private static void Fill(SimSpiBench sim)
    {
        SimNandModel model = sim.Nand!.Model;
        Random random = new(model.Pages);
        byte[] page = new byte[model.RawPage];
        for (int block = 0; block < model.Blocks; block += block < 16 ? 1 : 37)
        {
            for (int i = 0; i < Block; i++)
            {
                random.NextBytes(page);
                page[model.Page] = 0xFF;
                sim.Nand.Array.Write((block * Block) + i, 0, page);
            }
        }
    }

    private static void AssertSame(SimSpiBench sim, ReadOnlySpan<byte> file, int length)
    {
        SimNandModel model = sim.Nand!.Model;
        Assert.Equal((long)model.Pages * length, file.Length);
        byte[] page = new byte[model.RawPage];
        for (int i = 0; i < model.Pages; i++)
        {
            if (sim.Nand.Array.Bad.Contains(i / Block))
                continue;
            sim.Nand.Array.Read(i, page);
            Assert.True(page.AsSpan(0, length).SequenceEqual(file.Slice(i * length, length)), $"page {i}");
        }
    }

    private SpiJob Job(SimSpiBench sim, SpiOptions? options = null, Action<Progress>? onProgress = null)
    {
        SpiWorkbench bench = new(
            sim.Connect(), new ChipLibrary(), new Recorder(_events, onProgress), new BackupStore(Path.Combine(_folder.FullName, "backups")),
            Path.Combine(_folder.FullName, "spi"), sim.Time);
        return new SpiJob(bench, options ?? new SpiOptions());
    }

    private IEnumerable<string> Notes(string topic) => _events.OfType<Note>().Where(n => n.Topic == topic).Select(n => n.Text);

    private sealed class Recorder(List<UnbrickEvent> events, Action<Progress>? onProgress) : IEventSink
    {
        public void Publish(UnbrickEvent item)
        {
            events.Add(item);
            if (item is Progress progress)
                onProgress?.Invoke(progress);
        }
    }
}
