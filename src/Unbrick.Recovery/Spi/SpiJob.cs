using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Spi.Nand;

namespace Unbrick.Recovery.Spi;

/// <summary>The jobs on a flash chip behind a clip: look, back up, write, go on, compare. Nothing is erased before a backup has proven what is there.</summary>
/// <param name="bench">Programmer, facts, and where to say things.</param>
/// <param name="options">What was asked.</param>
public sealed partial class SpiJob(SpiWorkbench bench, SpiOptions options)
{
    private readonly BackupDesk _desk = new(bench);

    private const string AsBefore = "as-before", AsPlanned = "as-planned", Mixed = "mixed";

    /// <summary>Which chip it is and how good the contact is.</summary>
    public SpiResult Probe(CancellationToken ct)
    {
        if (NandJob.Of(bench, options, ct) is NandJob nand)
            return nand.Probe();
        SpiSession session = SpiSession.Open(bench, options, ct);
        if (session.Contact.IsProven)
            Say("contact", "proven: a backup or a write may follow");
        return Result(session, "done", AsBefore) with { Exit = ExitCode.Done };
    }

    /// <summary>Looks at the clip again and again until it sits, then as <see cref="Probe"/>.</summary>
    /// <param name="pause">Waits a moment between two looks: some five looks a second are what a hand can follow.</param>
    /// <param name="ct">Ends it.</param>
    public SpiResult Watch(Action pause, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(pause);
        const int looks = 8, length = 3;
        NorCommands chip = new(bench.Programmer);
        ContactWatch watch = new();
        long began = bench.Time.GetTimestamp();
        string shown = "";
        byte[] answers = new byte[looks * length];
        while (!ct.IsCancellationRequested)
        {
            for (int i = 0; i < looks; i++)
                chip.ReadId(answers.AsSpan(i * length, length));
            ContactWatchState state = watch.Add(bench.Time.GetElapsedTime(began), answers, length);
            string now = $"{state.Id}  {Words(state.State)}";
            if (now != shown)
                Say("clip", now);
            shown = now;
            if (state.State == ClipState.Stable)
                return Probe(ct);
            pause();
        }
        return new SpiResult("failed", AsBefore, []) { Exit = ExitCode.Interrupted };
    }

    private static string Words(ClipState state) => state switch
    {
        ClipState.Silent => "nothing answers",
        ClipState.Unsteady => "something answers, each time something else",
        ClipState.Sitting => "a chip answers: hold still",
        _ => "sits: let go",
    };

    /// <summary>Reads all of the chip twice and keeps it.</summary>
    /// <param name="deliver">Gets the bytes, for a file of the user's; null for none.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="deliverNand">Gets the bytes of a SPI NAND, which may be too many for one piece; null for none.</param>
    public SpiResult Backup(Action<ReadOnlyMemory<byte>>? deliver, CancellationToken ct, Action<Stream>? deliverNand = null)
    {
        if (NandJob.Of(bench, options, ct) is NandJob nand)
            return nand.Backup(deliverNand, ct);
        SpiSession session = SpiSession.Open(bench, options, ct);
        BackupResult read = _desk.Read(session, twice: true, ct, isAll: true);
        VerifiedBackup backup = read.Backup!;
        deliver?.Invoke(backup.Bytes);
        return Result(session, "done", AsBefore) with { Reads = read.Reads, Identical = backup.IsWhole, Sha256 = backup.Sha256, Backup = _desk.Path };
    }

    /// <summary>Compares the chip with a file.</summary>
    public SpiResult Verify(string name, ReadOnlyMemory<byte> wanted, CancellationToken ct)
    {
        if (NandJob.Of(bench, options, ct) is NandJob nand)
            return nand.Verify(name, wanted, ct);
        SpiSession session = SpiSession.Open(bench, options, ct);
        CheckSize(session, name, wanted.Length);
        byte[] bytes = new byte[session.Chip.Size];
        SteadyReader reader = new(session.Flash);
        if (!reader.Read(0, bytes, Telling("read", bytes.Length), ct))
            throw BackupDesk.Lost(session, "read", "unbrick spi verify");
        SectorSet wrong = FlashPlan.Differing(bytes, wanted.Span);
        foreach (int at in wrong.Addresses().ToArray())
        {
            int length = Math.Min(SectorSet.Sector, bytes.Length - at);
            if (!reader.Prove(at, bytes.AsMemory(at, length), ct))
                throw BackupDesk.Lost(session, "read", "unbrick spi verify");
        }
        wrong = FlashPlan.Differing(bytes, wanted.Span);
        bool same = wrong.Count == 0;
        Say("verify", same ? $"the chip holds {name}" : $"{wrong.Count:N0} sectors differ: {Places(wrong.Addresses())}");
        return Result(session, same ? "done" : "failed", AsBefore) with
        {
            Reads = 1,
            Identical = same,
            Exit = same ? ExitCode.Done : ExitCode.Failed,
            Sectors = new SpiSectorRow(wrong.Count, 0, 0, 0, []),
        };
    }

    /// <summary>Makes the chip hold a file.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="content">As long as the chip.</param>
    /// <param name="ct">Stops it between two steps.</param>
    public SpiResult Write(string name, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        Change(name, content, backup => Guarded(name, backup, content), ct);

    /// <summary>Changes variables and addresses of what the chip holds. What is written comes from this unit's own backup, so that no region is foreign.</summary>
    /// <param name="request">The changes.</param>
    /// <param name="ct">Stops it between two steps.</param>
    public SpiResult Edit(EditRequest request, CancellationToken ct)
    {
        return Change("the edited backup", null, Edited, ct);

        ReadOnlyMemory<byte> Edited(VerifiedBackup backup)
        {
            EditedImage edited = ImageEditor.Edit(backup.Bytes, request, options.Device);
            foreach (Edit edit in edited.Edits)
                Say("edit", $"0x{edit.At:x6}  {Convert.ToHexStringLower(edit.Old.Span)} -> {Convert.ToHexStringLower(edit.New.Span)}  {edit.Why}");
            return edited.Bytes;
        }
    }

    /// <param name="name">Of what is written, for messages.</param>
    /// <param name="file">A file that it is made of: all of it that differs from a kept backup is compared with the chip first. Null without one.</param>
    /// <param name="make">Makes it from the backup.</param>
    /// <param name="ct">Stops it between two steps.</param>
    private SpiResult Change(string name, ReadOnlyMemory<byte>? file, Func<VerifiedBackup, ReadOnlyMemory<byte>> make, CancellationToken ct)
    {
        if (NandJob.Of(bench, options, ct) is NandJob nand)
            throw nand.Refused();
        SpiSession session = SpiSession.Open(bench, options, ct, brief: true);
        CheckSize(session, name, file?.Length ?? session.Chip.Size);
        if (FlashJournal.Read(JournalOf(session)) is OpenWrite open)
            throw new UnbrickException(Unfinished(open.Folder, open.Verified, open.Steps), ExitCode.Refused);
        VerifiedBackup backup = options.Backup is GivenBackup given ? _desk.Given(session, given, ct) : _desk.Known(session, ct);
        ReadOnlyMemory<byte> target = file ?? make(backup);
        SectorSet differing = FlashPlan.Differing(backup.Bytes.Span, target.Span);
        // Samples do not show a sector that its device wrote since; where nothing seems to differ, that would be all there is to do.
        bool isOld = _desk.IsKept && (differing.Count == 0 || !BackupDesk.StillHolds(session, backup, differing, ct));
        if (isOld)
        {
            Say("backup", differing.Count == 0 ? "it is what is to be written: reading all of the chip to compare" : "the chip was changed since: a new one");
            backup = _desk.Fresh(session, ct);
        }
        if (isOld || file is not null)
        {
            target = make(backup);
            differing = FlashPlan.Differing(backup.Bytes.Span, target.Span);
        }
        if (differing.Count == 0)
        {
            Say("plan", "the chip holds it already");
            return Result(session, "nothing-to-do", AsPlanned) with { Backup = _desk.Path, Sha256 = backup.Sha256, Identical = backup.IsWhole };
        }
        VerifiedBackup proven = _desk.Proven(session, backup, differing, ct);
        if (proven.Sha256 != backup.Sha256)
        {
            // Where one bit came wrong others may have: a backup that counts is proven in all of its bytes then.
            Say("backup", "some of it had been read wrong: all of it is read again");
            proven = _desk.Whole(session, proven, ct);
            target = make(proven);
        }
        backup = proven;
        FlashPlan plan = new(backup, target, session.Chip, bench.Programmer.Info);
        Say("plan", $"{Sectors(plan.Changed)} of {session.Chip.Size / SectorSet.Sector:N0} to change: {Places(FlashPlan.Differing(backup.Bytes.Span, target.Span).Addresses())}");
        if (options.DryRun)
            return Result(session, "planned", AsBefore) with { Backup = _desk.Path, Sectors = new SpiSectorRow(plan.Changed, 0, 0, 0, []) };
        Agree(plan, ct);
        using FlashJournal journal = FlashJournal.Begin(JournalOf(session), plan);
        SpiResult result = Carry(session, journal, writer => writer.Write(plan, Telling(plan.Steps.Sum(s => (long)s.Length)), ct), backup.Bytes, target);
        if (result.Exit == ExitCode.Done && file is not null && _desk.IsKept)
            Say("note", $"all else was compared with the kept backup in samples; unbrick spi verify {name} compares every byte");
        return result;
    }

    /// <summary>Goes on with a write that was interrupted.</summary>
    public SpiResult Resume(CancellationToken ct)
    {
        if (NandJob.Of(bench, options, ct) is NandJob nand)
            throw nand.Refused();
        SpiSession session = SpiSession.Open(bench, options, ct);
        if (FlashJournal.Read(JournalOf(session)) is not OpenWrite open || !open.Chip.MayBe(session.Identity)
            || !new SteadyReader(session.Flash).Holds(open.Target, open.Samples(), ct))
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.SpiNothingToResume, [JournalOf(session)], ("chip", session.Identity.Key)), ExitCode.NotFound);
        }
        Say("journal", $"{open.Verified:N0} of {Counted(open.Steps, "step")} verified; going on with the rest");
        using FlashJournal journal = FlashJournal.Continue(open);
        return Carry(session, journal, writer => writer.Resume(open, Telling(open.Rest(session.Chip).Sum(r => (long)r.Step.Length)), ct), open.Before, open.Target);
    }

    /// <summary>What of a file may be written: all of it that the device takes, but nothing that this unit cannot get back from anywhere.</summary>
    private ReadOnlyMemory<byte> Guarded(string name, VerifiedBackup backup, ReadOnlyMemory<byte> target)
    {
        if (options.Region is null && !options.Anyway)
            CheckImage(name, backup, target);
        Layout layout = LayoutOf(backup.Bytes);
        if (options.Region is string part)
        {
            Region region = layout.Find(part) ?? throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.RegionUnknown, layout.Regions.Select(r => r.Name), ("name", part)), ExitCode.Usage);
            target = WriteGuard.Only(region, backup.Bytes.Span, target.Span);
        }
        ImmutableArray<Region> refused = WriteGuard.Refused(layout, backup.Bytes.Span, target.Span, options.Overwrite);
        if (refused.IsEmpty)
            return target;
        string kinds = string.Join(",", refused.Select(r => r.Kind.ToString().ToLowerInvariant()).Distinct());
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiRegionKept, refused.Select(r => $"{r.Name} at 0x{r.Offset:x6}, {ByteText.Short(r.Length)}: not as in the backup"),
                ("regions", string.Join(", ", refused.Select(r => r.Name))), ("flag", $"--overwrite {kinds}")),
            ExitCode.Refused);
    }

    /// <summary>
    /// A file for a device is one that the device takes. Where the device is not known, a dump may not have damage that the chip does not have.
    /// </summary>
    private void CheckImage(string name, VerifiedBackup backup, ReadOnlyMemory<byte> target)
    {
        Expectation expected = options.Device is null ? new Expectation() : ExpectedValues.Of(options.Device);
        ImageVerdict verdict = ImageCheck.Check(CheckedImage.Of(name, target), options.Device, ImageWay.Spi, expected);
        if (verdict.Answer != ImageAnswer.Refused)
            return;
        if (options.Device is null)
        {
            if (verdict.Purpose != ImagePurpose.FullDump)
                return;
            ImageVerdict present = ImageCheck.Check(CheckedImage.Of("backup", backup.Bytes), null, ImageWay.Spi, expected);
            ImmutableArray<ImageReason> added = [.. verdict.Reasons.Where(r => r.Refuses && !present.Reasons.Any(p => p.Code == r.Code && p.Seen == r.Seen))];
            if (added.IsEmpty)
                return;
            verdict = verdict with { Reasons = added };
        }
        throw verdict.Refusal(name, options.Device);
    }

    /// <summary>The device's own regions, or what can be seen in the bytes.</summary>
    private Layout LayoutOf(ReadOnlyMemory<byte> content) =>
        (options.Device is null ? null : DeviceLayout.Of(options.Device)) ?? Layout.OfContent(ImageScan.Tile(content));

    private static void CheckSize(SpiSession session, string name, int length)
    {
        if (length == session.Chip.Size)
            return;
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiImageSize, [$"{name}: {length:N0} bytes, chip: {session.Chip.Size:N0}"], ("file", name), ("size", ByteText.Exact(length)),
                ("chip", ByteText.Exact(session.Chip.Size))),
            ExitCode.BadImage);
    }

    private static SpiResult Result(SpiSession session, string outcome, string state) =>
        new(outcome, state, []) { Chip = session.ChipRow, Contact = session.ContactRow };

    private string JournalOf(SpiSession session) => Path.Combine(bench.JournalFolder, session.Identity.Key);

    private Action<int> Telling(string what, long total) => done => bench.Events.Publish(new Progress("", what, done, total, 0, 0, 0, 0, null));

    private Action<int, long> Telling(long total) => (_, bytes) => bench.Events.Publish(new Progress("", "write", bytes, total, 0, 0, 0, 0, null));

    private static string Sectors(int count) => Counted(count, "sector");

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count:N0} {what}s";

    private static string Places(IEnumerable<int> addresses)
    {
        int[] all = [.. addresses];
        return string.Join(" ", all.Take(6).Select(a => $"0x{a:x6}")) + (all.Length > 6 ? $" and {all.Length - 6:N0} more" : "");
    }

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, text));
}
