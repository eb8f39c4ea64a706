using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi;

/// <content>Carries a plan out and says how it ended.</content>
public sealed partial class SpiJob
{
    /// <summary>Nothing is erased without a yes.</summary>
    private void Agree(FlashPlan plan, CancellationToken ct)
    {
        if (bench.Ask is not IAsk ask)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.SpiNotAgreed, [$"{plan.Changed:N0} sectors would change"]), ExitCode.Refused);
        Question question = new("spi-write", $"erase and write {Sectors(plan.Changed)} now?", [Question.Yes, Question.No], Question.No);
        bench.Events.Publish(new Asked(question));
        string answer = ask.AskAsync(question, ct).AsTask().GetAwaiter().GetResult();
        bench.Events.Publish(new Answered(question.Code, answer));
        if (answer != Question.Yes)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.SpiNotAgreed, ["the answer was no"]), ExitCode.Refused);
    }

    private SpiResult Carry(
        SpiSession session, FlashJournal journal, Func<FlashWriter, WriteResult> work, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> target)
    {
        try
        {
            ProtectionResult open = session.Flash.Unprotect();
            if (ContactProblems.Of(open) is Problem locked)
            {
                journal.Complete();
                throw new UnbrickException(locked, ExitCode.Refused);
            }
            if (ContactProblems.LiftedWords(open) is string lifted)
                Say("protection", lifted);
            return Told(session, journal, work(new FlashWriter(session.Flash, session.Chip, journal)), before, target);
        }
        catch (ProgrammerException e)
        {
            // Unplugged, or its connection went: the journal says how far it came.
            journal.Dispose();
            int verified = FlashJournal.Read(JournalOf(session))?.Verified ?? 0;
            return Stopped(session, new WriteResult(StepEnd.NoContact, 0, 0, verified, 0, [], 0, null), e.Message);
        }
        finally
        {
            PutBack(session.Flash);
        }
    }

    private SpiResult Told(SpiSession session, FlashJournal journal, WriteResult done, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> target)
    {
        int written = done.Changed - done.Bad.Length;
        SpiSectorRow row = new(done.Changed, done.Erased, written, written, [.. done.Bad.Select(b => (long)b)]);
        SpiResult result = Result(session, "failed", Mixed) with { Backup = _desk.Path, Sectors = row, Exit = ExitCode.FailedAfterChange };
        switch (done.End)
        {
            case StepEnd.Verified:
                journal.Complete();
                KeepWritten(session, target);
                Say("done", $"{Sectors(done.Changed)} as planned, read back{(done.Repairs > 0 ? $"; {done.Repairs:N0} repairs on the way" : "")}");
                return result with { Outcome = "done", State = AsPlanned, Exit = ExitCode.Done };
            case StepEnd.BadSectors:
                journal.Complete();
                return result with { Diagnosis = [Bad(done, before, target)] };
            case StepEnd.Cancelled when done.Verified == 0:
                journal.Complete();
                return result with { State = AsBefore, Exit = ExitCode.Failed };
            case StepEnd.Cancelled:
                return Say(Unfinished(JournalOf(session), done.Verified, done.Steps), result) with { Journal = JournalOf(session) };
            case StepEnd.Refused:
                Problem refused = ProblemCatalogue.Create(
                    ProblemCode.SpiProtected, [$"step at 0x{done.StoppedAt?.At ?? 0:x6}"], ("what", "it does not take the commands to erase and program"));
                return Say(refused, result) with { Journal = JournalOf(session) };
            default:
                return Stopped(session, done, session.Identity.ShortName) with { Sectors = row };
        }
    }

    private SpiResult Say(Problem problem, SpiResult result)
    {
        bench.Events.Publish(new Found(problem));
        return result with { Diagnosis = [problem] };
    }

    private static Problem Unfinished(string folder, int verified, int steps) => ProblemCatalogue.Create(
        ProblemCode.SpiUnfinished, [folder], ("done", $"{verified}"), ("steps", $"{steps}"), ("backup", Path.Combine(folder, "before.bin")));

    /// <summary>It ended in the middle: what is as planned, what is as before, and how to go on.</summary>
    private SpiResult Stopped(SpiSession session, WriteResult done, string seen)
    {
        string half = done.StoppedAt is { } at ? $", the one at 0x{at.At:x6} half done" : "";
        string state = $"{Counted(done.Verified, "step")} of the plan as planned{half}, the rest as before";
        string boot = "nothing of it was changed";
        if (FlashJournal.Read(JournalOf(session)) is OpenWrite open)
        {
            (SectorSet planned, SectorSet good, SectorSet broken) = open.Sectors();
            boot = new BootOutlook(LayoutOf(open.Before), planned, good, broken).Words;
        }
        Problem lost = ProblemCatalogue.Create(
            ProblemCode.SpiContactLost, [seen], ("what", "written"), ("state", state), ("boot", boot), ("next", "unbrick spi write --resume"));
        bench.Events.Publish(new Found(lost));
        return Result(session, "failed", Mixed) with
        {
            Backup = _desk.Path,
            Journal = JournalOf(session),
            Diagnosis = [lost],
            Exit = ExitCode.FailedAfterChange,
        };
    }

    private Problem Bad(WriteResult done, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> target)
    {
        SectorSet planned = FlashPlan.Differing(before.Span, target.Span), broken = new(target.Length);
        foreach (int at in done.Bad)
            broken.Add(at, 1);
        string boot = new BootOutlook(LayoutOf(before), planned, planned, broken).Words;
        Problem problem = ProblemCatalogue.Create(
            ProblemCode.SpiBadSectors, [.. done.Bad.Take(8).Select(b => $"0x{b:x6}")], ("count", $"{done.Bad.Length:N0}"), ("all", $"{done.Changed:N0}"),
            ("places", Places(done.Bad)), ("boot", boot));
        bench.Events.Publish(new Found(problem));
        return problem;
    }

    /// <summary>What was just written and read back is what the chip holds: the next job recognises it.</summary>
    private void KeepWritten(SpiSession session, ReadOnlyMemory<byte> target)
    {
        SectorSet all = new(target.Length);
        all.Add(0, target.Length);
        _desk.Keep(new VerifiedBackup(session.Identity, target, all, null, null), "written and read back");
    }

    /// <summary>Puts protection back; at the end of a run that failed there may be nobody to talk to.</summary>
    private void PutBack(SpiFlash flash)
    {
        try
        {
            if (!flash.Restore())
                Say("protection", "it did not go back; it will with the chip's next power-on");
        }
        catch (ProgrammerException)
        {
            // It is gone; the chip's protection comes back with its next power-on.
        }
    }
}
