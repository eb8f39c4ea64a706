using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Core.Text;
using Unbrick.Hardware.Esp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Esp;

/// <summary>The jobs on an ESP: look, back up, flash, erase, restore, read the boot. Nothing is erased before a backup has proven what is there.</summary>
/// <param name="bench">Port, and where to say things.</param>
/// <param name="options">What was asked.</param>
public sealed partial class EspJob(EspWorkbench bench, EspOptions options)
{
    private const string AsBefore = "as-before", AsPlanned = "as-planned", Mixed = "mixed", Unplugged = "unplugged";

    private readonly List<Problem> _found = [];
    private EspSession? _session;
    private EspBackup? _backup;
    private bool _changed;

    private string JournalFolder => Path.Combine(bench.StateFolder, "esp");

    private EspSession Session => _session!;

    private EspIdentity Identity => Session.Identity;

    /// <summary>Which chip it is.</summary>
    public EspResult Probe(CancellationToken ct) => Guarded(() =>
    {
        Open(ct);
        if (Identity.IsEncrypted || Identity.IsSecureBoot)
            Say("locks", $"flash encryption {(Identity.IsEncrypted ? "on" : "off")}, secure boot {(Identity.IsSecureBoot ? "on" : "off")}: only the maker's images run");
        if (Identity.IsProtected)
            Say("locks", $"the flash chip is write-protected (status 0x{Identity.FlashStatus:x2})");
        EspAdvice advice = EspAdvice.For(Identity);
        Say("advice", $"{advice.Name}: erase {advice.Erase}, flash mode {advice.Mode ?? "of the image"}. {advice.Why}");
        return Result("done", AsBefore, ExitCode.Done);
    });

    /// <summary>Reads all of flash until it is proven, and keeps it.</summary>
    /// <param name="deliver">Gets the bytes, for a file of the user's; null for none.</param>
    /// <param name="ct">Stops it.</param>
    public EspResult Backup(Action<ReadOnlyMemory<byte>>? deliver, CancellationToken ct) => Guarded(() =>
    {
        Open(ct);
        _backup = TakeBackup(ct);
        deliver?.Invoke(_backup.Bytes);
        return Result("done", AsBefore, ExitCode.Done);
    });

    /// <summary>Reads the text of a start, and says what it means.</summary>
    public EspResult BootLog(CancellationToken ct) => Guarded(() =>
    {
        EspLink link = new(bench.Port, bench.Time);
        EspConnect connect = new(new EspRom(link), _ => { });
        EspBootWatch watch = new(bench.Port, bench.Time, null, options.AppBaud);
        watch.Begin();
        if (!connect.StartApplication())
            Say("now", "switch the power off and on, GPIO0 free");
        EspBootRow row = Judge(watch.Listen(options.Watch, bench.BootReader, ct), out EspBootVerdict verdict);
        int exit = verdict.Cause == EspBootVerdict.NotSeen ? ExitCode.NotFound : ExitCode.Done;
        return Result(exit == ExitCode.Done ? "done" : "failed", AsBefore, exit) with { Boot = row };
    });

    private void Open(CancellationToken ct)
    {
        _session = EspSession.Open(bench, options, TellLine, ct);
        if (_session.WishedBaud > 0)
            Tell(ProblemCatalogue.Create(ProblemCode.EspRateTooHigh, [$"no answer at {_session.WishedBaud}, an answer at {bench.Port.Baud}"], ("rate", $"{_session.WishedBaud}")));
        TellLine();
        if (!bench.Claim(Identity.Mac))
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(
                    ProblemCode.EspPortFailed, [$"{Identity.Mac} answers on another port of this command, too"], ("port", bench.Port.Info.Name),
                    ("reason", "a chip with the same address is being worked on; one after the other")),
                ExitCode.Refused);
        }
    }

    /// <summary>What the line does is told once, as soon as it is seen: who watches can still mend it.</summary>
    private void TellLine()
    {
        if (_session is EspSession session)
            TellLine(session.Rom.Link.Counts, session.StrayAtStart, session.TextAtStart);
    }

    private void TellLine(EspLineCounts counts, long strayAtStart, string text)
    {
        foreach (Problem problem in EspProblems.OfLine(counts, strayAtStart, text))
        {
            if (_found.All(told => told.Code != problem.Code))
                Tell(problem);
        }
    }

    private EspBackup TakeBackup(CancellationToken ct)
    {
        EspReader reader = new(Session.Rom, Identity);
        int size = (int)Identity.FlashSize;
        TimeSpan estimate = Session.Rom.Link.Wire((long)(size * reader.Cost * (reader.HasMd5 ? 1 : 2)));
        string faster = bench.Port.Info.HasRate && bench.Port.Baud < 460800 ? "; --baud 460800 is four times as fast" : "";
        Say("backup", $"reads {ByteText.Short(size)} {(reader.HasMd5 ? "once, proven by the MD5 of the chip" : "twice, 64 bytes at a time, which is all this ROM can")}: up to {Minutes(estimate)}{faster}");
        byte[] bytes = new byte[size];
        int differing = reader.ReadProven(0, bytes, done => Progress("backup", done, size), ct);
        EspBackup backup = new EspBackups(Path.Combine(bench.StateFolder, "backups"))
            .Keep(Identity, bytes, reader.HasMd5 ? "read, proven by MD5" : "read twice", bench.Time.GetUtcNow());
        Say("backup", $"{backup.Path}, sha256 {backup.Sha256[..12]}{(differing > 0 ? $", {differing} pieces read again" : "")}");
        Say("secret", "the backup holds names and passwords of Wi-Fi networks: keep it to yourself");
        return backup;
    }

    /// <summary>Never mains and adapter together: that kills people and computers.</summary>
    private void Mains(CancellationToken ct)
    {
        if (bench.IsSimulated)
            return;
        Say("danger", "a device that runs on mains must be UNPLUGGED: its ground is live. Power it from the adapter, 3.3 V only, never 5 V");
        Ask(new Question("esp-mains", "is it unplugged from the mains? type: unplugged", [Unplugged, Question.No], Question.No), Unplugged, ct);
    }

    private void Agree(string what, CancellationToken ct) =>
        Ask(new Question("esp-write", $"{what} now?", [Question.Yes, Question.No], Question.No), Question.Yes, ct);

    private void Ask(Question question, string wanted, CancellationToken ct)
    {
        if (bench.Ask is not IAsk ask)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.EspNotAgreed, ["nobody is there to answer"]), ExitCode.Refused);
        bench.Events.Publish(new Asked(question));
        string answer = ask.AskAsync(question, ct).AsTask().GetAwaiter().GetResult();
        bench.Events.Publish(new Answered(question.Code, answer));
        if (answer != wanted && answer != Question.Yes)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.EspNotAgreed, ["the answer was no"]), ExitCode.Refused);
    }

    /// <summary>Whatever happens, there is a result that says in which state the chip is.</summary>
    private EspResult Guarded(Func<EspResult> work)
    {
        EspResult result;
        try
        {
            result = work();
        }
        catch (EspException e)
        {
            Tell(EspProblems.Of(e, bench.Port.Info.Name));
            if (_changed)
                Say("state", "flash is half written: run the same command again, it goes on where it was");
            result = Result("failed", _changed ? Mixed : AsBefore, _changed ? ExitCode.FailedAfterChange : e.Failure is EspFailure.Gone or EspFailure.Stopped ? ExitCode.NotFound : ExitCode.Failed);
        }
        catch (UnbrickException e)
        {
            Tell(e.Problem);
            result = Result(e.ExitCode == ExitCode.Refused || e.ExitCode == ExitCode.BadImage ? "refused" : "failed", _changed ? Mixed : AsBefore, _changed ? ExitCode.FailedAfterChange : e.ExitCode);
        }
        catch (OperationCanceledException)
        {
            Say("stopped", _changed ? "flash is half written: run the same command again, it goes on where it was" : "nothing was changed");
            result = Result("failed", _changed ? Mixed : AsBefore, _changed ? ExitCode.FailedAfterChange : ExitCode.Interrupted);
        }
        TellLine();
        return result with { Diagnosis = [.. _found] };
    }

    private EspResult Result(string outcome, string state, int exit)
    {
        EspResult result = new(outcome, state, []) { Exit = exit, Port = bench.Port.Info.Name, Backup = _backup?.Path, Sha256 = _backup?.Sha256 };
        if (_session is not EspSession session)
            return result;
        EspLineCounts counts = session.Rom.Link.Counts;
        return result with
        {
            Chip = session.Identity.Name,
            Mac = session.Identity.Mac,
            Flash = new EspFlashRow(session.Identity.Jedec, session.Identity.FlashSize),
            Line = new EspLineRow(counts.Sent, counts.Received, counts.Restarts),
        };
    }

    private EspBootRow Judge(ImmutableArray<string> lines, out EspBootVerdict verdict)
    {
        verdict = bench.BootReader.Read(lines);
        foreach (string line in lines.Take(12))
            Say("log", line);
        if (verdict.IsHealthy)
            Say("boots", verdict.Meaning);
        else if (verdict.Cause == EspBootVerdict.NotSeen)
            Say("boot", $"{verdict.Meaning}. {verdict.Next}");
        else if (_session is null && ProblemCatalogue.Codes.Contains(verdict.Cause))
            Tell(ProblemCatalogue.Create(verdict.Cause, verdict.Evidence));
        else
            Tell(ProblemCatalogue.Create(ProblemCode.EspBootFailed, verdict.Evidence, ("cause", verdict.Cause), ("meaning", verdict.Meaning), ("next", verdict.Next)));
        return new EspBootRow(verdict.Cause, lines);
    }

    private void Tell(Problem problem)
    {
        _found.Add(problem);
        bench.Events.Publish(new Found(problem));
    }

    private void Progress(string what, long done, long total)
    {
        bench.Events.Publish(new Progress("", what, done, total, 0, 0, 0, 0, null));
        TellLine();
    }

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, text));

    private static string Minutes(TimeSpan time) => time.TotalSeconds < 100 ? $"{time.TotalSeconds:0} s" : $"{time.TotalMinutes:0} minutes";
}
