using Unbrick.Hardware.Spi;
using Unbrick.Recovery.Spi;

namespace Unbrick.Tests.Recovery.Spi;

/// <summary>Plan, write, journal and resume on a simulated chip, with what goes wrong on the way.</summary>
public sealed class FlashWriterTests
{
    private const int Size = 0x1_0000;

    [Fact]
    public void An_edit_touches_the_sectors_that_differ_and_no_other()
    {
        byte[] before = ChipBench.Noise(Size, 1);
        (before[0x3004], before[0x9FFF]) = (0x0F, 0x7E);
        byte[] after = [.. before];
        (after[0x3004], after[0x9FFF]) = (0xF0, 0xFF);
        using ChipBench bench = new(before);
        VerifiedBackup backup = bench.Backup();
        long erased = bench.Chip.Counts.ErasedBytes;

        WriteResult result = bench.Write(backup, after);

        Assert.True(result.IsComplete);
        Assert.Equal((2, 2), (result.Changed, result.Erased));
        Assert.Equal(0x2000, bench.Chip.Counts.ErasedBytes - erased);
        Assert.True(bench.Chip.Content.Span.SequenceEqual(after));
        Assert.Null(FlashJournal.Read(bench.JournalFolder));
    }

    [Fact]
    public void Bits_that_only_go_to_zero_need_no_erase()
    {
        byte[] before = [.. Enumerable.Repeat((byte)0xFF, Size)], after = ChipBench.Noise(Size, 2);
        using ChipBench bench = new(before);

        WriteResult result = bench.Write(bench.Backup(), after);

        Assert.True(result.IsComplete);
        Assert.Equal((16, 0), (result.Changed, result.Erased));
        Assert.True(bench.Chip.Content.Span.SequenceEqual(after));
    }

    [Fact]
    public void Power_may_go_after_any_command_and_the_next_run_ends_it()
    {
        byte[] before = ChipBench.Noise(Size, 3), after = [.. before];
        ChipBench.Noise(0x2800, 4).CopyTo(after, 0x1C00);
        after.AsSpan(0x8000, 0x1000).Fill(0xFF);
        long all = Cut(before, after, long.MaxValue);
        Assert.InRange(all, 100, 10_000);
        for (long left = 0; left < all; left++)
            Cut(before, after, left);
    }

    [Fact]
    public void A_full_write_over_other_content_is_cut_and_resumed_at_many_places()
    {
        byte[] before = ChipBench.Noise(Size, 5), after = ChipBench.Noise(Size, 6);
        long all = Cut(before, after, long.MaxValue);
        for (long left = 3; left < all; left += 7)
            Cut(before, after, left);
    }

    [Fact]
    public void What_does_not_belong_together_is_no_plan()
    {
        byte[] before = ChipBench.Noise(Size, 7);
        before[0x5000] = 0;
        byte[] after = [.. before];
        after[0x5000] = 1;
        using ChipBench bench = new(before);
        VerifiedBackup once = bench.Backup(twice: false);
        SectorSet elsewhere = new(Size);
        elsewhere.Add(0x6000, 1);

        Assert.Contains("not proven", Assert.Throws<ArgumentException>(() => new FlashPlan(once, after, bench.Facts, bench.Master.Info)).Message);
        Assert.Contains("may not be touched", Assert.Throws<ArgumentException>(() => new FlashPlan(bench.Backup(), after, bench.Facts, bench.Master.Info, elsewhere)).Message);
        Assert.Throws<ArgumentException>(() => new FlashPlan(once, after.AsMemory(1), bench.Facts, bench.Master.Info));
        SectorSet touched = new(Size);
        touched.Add(0x5000, 1);
        VerifiedBackup proven = new BackupReader(bench.Flash, bench.Identity).Prove(once, touched, null, CancellationToken.None)!;
        Assert.Equal(0x1000, proven.ProvenBytes);
        Assert.Equal([new PlanStep(0x5000, 0x1000, ChipBench.Erases[0])], new FlashPlan(proven, after, bench.Facts, bench.Master.Info).Steps);
    }

    [Fact]
    public void Reads_that_tip_over_now_and_then_do_not_get_into_a_backup()
    {
        byte[] before = ChipBench.Noise(Size, 8);
        using ChipBench bench = new(before);
        Random dice = new(9);
        bench.Master.Answer = (_, answer) =>
        {
            for (int n = dice.Next(20_000); n < answer.Length; n += 1 + dice.Next(20_000))
                answer[n] ^= (byte)(1 << dice.Next(8));
        };

        BackupResult result = new BackupReader(bench.Flash, bench.Identity).Read(true, null, CancellationToken.None);

        Assert.True(result.Backup!.Bytes.Span.SequenceEqual(before));
        Assert.True(result.Disagreements > 0);
    }

    [Fact]
    public void A_kept_backup_is_recognised_while_the_chip_holds_it()
    {
        byte[] before = ChipBench.Noise(Size, 10);
        using ChipBench bench = new(before);
        string kept = bench.Store.Keep(bench.Backup(), "read twice", DateTimeOffset.UnixEpoch);
        Assert.Equal(before, File.ReadAllBytes(kept));

        VerifiedBackup? again = bench.Store.Recognise(bench.Flash, bench.Identity, out string path, CancellationToken.None);

        Assert.Equal((kept, true), (path, again!.IsWhole));
        Assert.Null(bench.Store.Recognise(bench.Flash, bench.Identity with { UniqueId = "0102030405060708" }, out _, CancellationToken.None));
        bench.Chip.Content.Span[..0x8000].Fill(0x55);
        Assert.Null(bench.Store.Recognise(bench.Flash, bench.Identity, out _, CancellationToken.None));
    }

    /// <summary>Writes with the power cut after so many transfers, resumes, and says how many it took in all.</summary>
    private static long Cut(byte[] before, byte[] after, long left)
    {
        using ChipBench bench = new(before);
        VerifiedBackup backup = bench.Backup();
        long from = bench.Master.Transfers;
        bench.Master.Left = left;
        try
        {
            Assert.True(bench.Write(backup, after).IsComplete);
        }
        catch (ProgrammerException)
        {
            WriteResult? rest = bench.Resume();
            Assert.True(rest is null or { IsComplete: true }, $"cut after {left}: {rest}");
        }
        Assert.True(bench.Chip.Content.Span.SequenceEqual(after), $"cut after {left}");
        Assert.Null(FlashJournal.Read(bench.JournalFolder));
        return bench.Master.Transfers - from;
    }
}
