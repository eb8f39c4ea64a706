using System.Security.Cryptography;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats.Esp;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Esp;

/// <content>What changes flash.</content>
public sealed partial class EspJob
{
    private const int Sector = Esp8266Erase.Sector, TableAt = 0x8000, TableSize = 0xC00;

    /// <summary>Writes firmware so that the chip starts it: checked, backed up, erased as advised, proven, and its start watched.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="ct">Stops it between two blocks.</param>
    public EspResult Flash(string name, ReadOnlyMemory<byte> content, CancellationToken ct) => Guarded(() =>
    {
        EspFirmwareFile file = EspFirmwareFile.Open(name, content);
        Say("image", $"{name}: {Words(file)}, {ByteText.Exact(file.Bytes.Length)}");
        Mains(ct);
        Open(ct);
        Session.CheckWritable();
        file.CheckChip(Identity);
        EspAdvice advice = EspAdvice.For(Identity);
        bool eraseAll = options.EraseAll ?? (advice.Erase == "all" && options.Offset is null or 0);
        long offset = options.Offset ?? Place(file, ct);
        file.CheckSize(Identity, offset);
        if (eraseAll && file.Kind == EspFileKind.Application)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.EspImageKind, [$"{name}: an application alone; erasing all takes away the boot loader below it"], ("file", name), ("kind", "an application alone")),
                ExitCode.BadImage);
        }
        string? mode = options.FlashMode is "keep" ? null : options.FlashMode ?? (file.Kind == EspFileKind.Dump ? null : advice.Mode);
        ReadOnlyMemory<byte> bytes = file.Bytes;
        if (file.WithSettings(Identity, offset, mode, out string changed) is ReadOnlyMemory<byte> set)
        {
            bytes = set;
            Say("patch", changed);
        }
        Say("plan", eraseAll ? $"erase the whole chip, write {ByteText.Short(bytes.Length)} at 0x{offset:x}" : $"write {ByteText.Short(bytes.Length)} at 0x{offset:x}, keep the rest");
        if (options.EraseAll is null)
            Say("why", advice.Why);
        return Change(bytes, offset, eraseAll, ct, watch: !file.IsBlank);
    });

    /// <summary>Puts a backup back, byte for byte.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="content">As long as flash.</param>
    /// <param name="ct">Stops it between two blocks.</param>
    public EspResult Restore(string name, ReadOnlyMemory<byte> content, CancellationToken ct) => Guarded(() =>
    {
        Mains(ct);
        Open(ct);
        Session.CheckWritable();
        if (content.Length != Identity.FlashSize)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.EspRestoreSize, [$"{name}: {content.Length:N0} bytes, flash: {Identity.FlashSize:N0}"], ("file", name)), ExitCode.BadImage);
        }
        Say("plan", $"write {name} back as it is, {ByteText.Short(content.Length)}");
        return Change(content, 0, eraseAll: true, ct);
    });

    /// <summary>Erases the whole chip.</summary>
    public EspResult Erase(CancellationToken ct) => Guarded(() =>
    {
        Mains(ct);
        Open(ct);
        Session.CheckWritable();
        Say("plan", $"erase the whole chip, {ByteText.Short(Identity.FlashSize)}");
        return Change(ReadOnlyMemory<byte>.Empty, 0, eraseAll: true, ct, watch: false);
    });

    private static string Words(EspFirmwareFile file)
    {
        string what = file.Kind switch
        {
            EspFileKind.Factory => "firmware",
            EspFileKind.Application => "application (OTA image)",
            EspFileKind.BootLoader => "boot loader",
            _ => "content of a whole chip",
        };
        return $"{(file.Firmware is string name ? name + " " : "")}{what}{(file.Family is string family ? $" for {family}" : "")}";
    }

    /// <summary>Where a file belongs. An application goes into the first slot of the table that is on the chip.</summary>
    private long Place(EspFirmwareFile file, CancellationToken ct)
    {
        if (file.Kind == EspFileKind.BootLoader)
            return Identity.Chip.BootOffset.Value;
        if (file.Kind != EspFileKind.Application)
            return 0;
        byte[] table = new byte[TableSize];
        new EspReader(Session.Rom, Identity).ReadProven(TableAt, table, null, ct);
        for (int at = 0; at + EspPartition.RowSize <= table.Length && table[at] == 0xAA && table[at + 1] == 0x50; at += EspPartition.RowSize)
        {
            EspPartition row = EspPartition.Read(table.AsSpan(at, EspPartition.RowSize));
            if (row.IsApp && row.Size >= file.Bytes.Length)
            {
                Say("slot", row.ToString());
                return row.Offset;
            }
        }
        throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.EspImageKind, [$"{file.Name}: an application alone, and the chip has no partition table with a slot of {ByteText.Short(file.Bytes.Length)}"], ("file", file.Name), ("kind", "an application alone")),
            ExitCode.BadImage);
    }

    private EspResult Change(ReadOnlyMemory<byte> bytes, long offset, bool eraseAll, CancellationToken ct, bool watch = true)
    {
        EspJournal? open = EspJournal.Read(JournalFolder, Identity.Mac);
        if (options.DryRun)
            return Result("planned", AsBefore, ExitCode.Done);
        Agree(eraseAll ? "erase and write" : "write", ct);
        _backup = open is { Backup: string path, BackupSha256: string hash } ? EspBackups.Load(path, hash) : null;
        if (open is not null)
            Say("journal", $"a write of this chip was interrupted{(_backup is null ? "" : $"; the backup from before it: {_backup.Path}")}");
        if (_backup is null && options.NoBackup)
            Say("backup", "none, as asked for");
        else
            _backup ??= TakeBackup(ct);
        (int start, byte[] target) = Target(bytes, (int)offset, eraseAll, ct);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(target)) + $"@{start:x}";
        EspJournal journal = open is not null && open.Target == sha256 ? open
            : new EspJournal(Identity.Mac, sha256, _backup?.Path, _backup?.Sha256, Erased: false, start);
        EspFlasher flasher = new(Session.Rom, Identity, options.Seed, Progress);
        long began = bench.Time.GetTimestamp();
        Carry(flasher, journal, start, target, eraseAll, ct);
        List<int> wrong = flasher.ProveAndMend(start, target, options.Proof, ct);
        if (wrong.Count == 0 && target.Length < Identity.FlashSize && Session.Rom.Link.Counts.Disturbed && _backup is EspBackup before)
        {
            // On such a line a damaged command may have gone astray: what lies beside must be as it was.
            byte[] all = before.Bytes.ToArray();
            target.CopyTo(all, start);
            wrong = flasher.ProveAndMend(0, all, options.Proof, ct);
        }
        if (wrong.Count > 0)
            return Bad(wrong);
        string way = flasher.Verifier.Way;
        EspJournal.Complete(JournalFolder, Identity.Mac);
        _changed = false;
        Say("proof", Proof(flasher, way, bench.Time.GetElapsedTime(began), bytes.Length));
        EspResult result = Result(flasher.Written == 0 && !eraseAll ? "nothing-to-do" : "done", AsPlanned, ExitCode.Done) with
        {
            Written = [new EspWrittenRow(offset, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), way)],
        };
        if (!watch || options.Watch <= TimeSpan.Zero)
            return result;
        EspBootVerdict seen = Start(ct, out EspBootRow boot);
        result = result with { Boot = boot };
        if (seen.IsHealthy)
            return result;
        // What was written is proven, but nobody saw it run: that is not the same.
        return seen.Cause == EspBootVerdict.NotSeen ? result with { Outcome = "written" } : result with { Outcome = "failed", Exit = ExitCode.FailedAfterChange };
    }

    private void Carry(EspFlasher flasher, EspJournal journal, int start, byte[] target, bool eraseAll, CancellationToken ct)
    {
        journal.Save(JournalFolder);
        _changed = true;
        if (eraseAll && !journal.Erased)
        {
            flasher.EraseAll(ct);
            journal = journal with { Erased = true, Written = start };
            journal.Save(JournalFolder);
        }
        if (Identity.Chip.Can("md5"))
        {
            flasher.WriteDiffering(start, target, ct);
            return;
        }
        if (eraseAll)
        {
            int from = (int)Math.Clamp(journal.Written - start, 0, target.Length) / Sector * Sector;
            if (from > 0)
                Say("journal", $"everything below 0x{start + from:x6} is written already");
            flasher.WriteErased(start + from, target.AsMemory(from), upTo => (journal = journal with { Written = upTo }).Save(JournalFolder), ct);
            return;
        }
        foreach ((int at, int length) in Differing(start, target))
        {
            flasher.Erase(start + at, length, ct);
            flasher.WriteErased(start + at, target.AsMemory(at, length), null, ct);
        }
    }

    /// <summary>What the sectors are to hold that are touched: what lies beside the asked range in the first and the last of them stays.</summary>
    private (int Start, byte[] Target) Target(ReadOnlyMemory<byte> bytes, int offset, bool eraseAll, CancellationToken ct)
    {
        int start = eraseAll ? 0 : offset / Sector * Sector;
        int end = eraseAll ? (int)Identity.FlashSize : (offset + bytes.Length + Sector - 1) / Sector * Sector;
        byte[] target = new byte[end - start];
        target.AsSpan().Fill(0xFF);
        if (!eraseAll)
        {
            if (offset % Sector != 0)
                Old(start, target.AsSpan(0, Sector), ct);
            if ((offset + bytes.Length) % Sector != 0)
                Old(end - Sector, target.AsSpan(target.Length - Sector), ct);
        }
        bytes.Span.CopyTo(target.AsSpan(offset - start));
        return (start, target);
    }

    private void Old(int offset, Span<byte> into, CancellationToken ct)
    {
        if (_backup is EspBackup backup)
            backup.Bytes.Span.Slice(offset, into.Length).CopyTo(into);
        else
            new EspReader(Session.Rom, Identity).ReadProven(offset, into, null, ct);
    }

    /// <summary>Runs of sectors that the backup has otherwise; all of them without a backup.</summary>
    private List<(int At, int Length)> Differing(int start, byte[] target)
    {
        List<(int At, int Length)> runs = [];
        for (int at = 0; at < target.Length; at += Sector)
        {
            if (_backup is EspBackup backup && EspJournal.Read(JournalFolder, Identity.Mac) is { Erased: false, Written: var written } && written == start
                && backup.Bytes.Span.Slice(start + at, Sector).SequenceEqual(target.AsSpan(at, Sector)))
            {
                continue;
            }
            if (runs is [.., var last] && last.At + last.Length == at)
                runs[^1] = (last.At, last.Length + Sector);
            else
                runs.Add((at, Sector));
        }
        return runs;
    }

    private EspResult Bad(List<int> wrong)
    {
        Tell(ProblemCatalogue.Create(
            ProblemCode.EspFlashBad, [$"{wrong.Count} sectors after three tries: {string.Join(" ", wrong.Take(8).Select(s => $"0x{s:x6}"))}"], ("at", $"0x{wrong[0]:x6}")));
        return Result("failed", Mixed, ExitCode.FailedAfterChange);
    }

    private string Proof(EspFlasher flasher, string way, TimeSpan took, int bytes)
    {
        bool mayBeFaster = bench.Port.Info.HasRate && bench.Port.Baud < 460800;
        string all = $"a single wrong bit may have escaped: --verify full reads all in {Minutes(flasher.Verifier.Time(bytes))}{(mayBeFaster ? ", --baud 460800 makes that a quarter" : "")}";
        string how = way switch
        {
            "md5" => "the MD5 of every range is right",
            "readback" => "every byte was read back",
            _ when flasher.Written == 0 && flasher.Same == 0 => $"{flasher.Verifier.BytesRead:N0} bytes were read, some of every sector, and all are blank",
            _ => $"{flasher.Verifier.BytesRead:N0} bytes were read back, some of every sector, and every block came with the right checksum; {all}",
        };
        string same = flasher.Same > 0 ? $", {ByteText.Short(flasher.Same)} were there already" : "";
        return $"{ByteText.Short(flasher.Written)} written{same} in {took.TotalSeconds:0.0} s: {how}";
    }

    private EspBootVerdict Start(CancellationToken ct, out EspBootRow row)
    {
        EspBootWatch watch = new(bench.Port, bench.Time, Identity.Chip, options.AppBaud);
        if (bench.Port.Info.HasLines)
        {
            watch.Begin();
            Session.Connect.StartApplication();
        }
        else
        {
            // Without a reset line the loader itself is asked to start what is in flash.
            Session.Rom.Begin(EspOp.FlashBegin, Identity.Chip, 0, 0, 0x400, 0);
            Session.Rom.Leave();
            watch.Begin();
            Say("now", $"take the wire off {Identity.Chip.Strap}; if nothing starts, switch the power off and on");
        }
        row = Judge(watch.Listen(options.Watch, bench.BootReader, ct), out EspBootVerdict verdict);
        return verdict;
    }
}
