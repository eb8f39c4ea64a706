using System.Collections.Immutable;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// From the boots of a log to one answer. The last boot counts, unless it was cut off before the place where the one before it failed; boots
/// that end without a word are a cause of their own; and what cannot be told is <c>unknown</c>, because a wrong advice costs more.
/// </summary>
internal sealed class Reasoner(SignatureLibrary library, IReadOnlyList<BootCycle> cycles, FactBook facts, LogTally tally, TimeSpan now)
{
    private const double MuchGarbage = 0.15;
    private const int EarlyKernel = 40;
    private const int LongGarbage = 24;
    private const int Told = 20, FirstLines = 5;
    private const int Few = 4, Many = 8; // signs that are no text
    private static readonly TimeSpan s_longSilence = TimeSpan.FromSeconds(45);

    public BootVerdict Judge()
    {
        CycleReader[] readers = [.. cycles.Select(c => new CycleReader(c, facts))];
        Reading[] readings = [.. readers.Select(r => r.Read())];
        Reading answer = Garbled(readings) ?? Loops(readers, readings) ?? Last(readings);
        answer = Hanging(answer) ?? Forgotten(answer) ?? Editions(answer, readers);
        if (answer.Cause == "unknown")
            answer = Hearsay() ?? Again() ?? answer;
        bool silent = now - tally.LastHeard > s_longSilence;
        if (silent && answer is { Firm: false, Healthy: true } && cycles.Count > 0 && cycles[^1].Furthest == BootStage.Kernel)
            answer = new Reading("kernel-hang", 0.6, answer.Proof, true);
        return Verdict(answer, readers);
    }

    /// <summary>Bytes that are no text: all of it, or all that comes after the part of the ROM.</summary>
    private Reading? Garbled(Reading[] readings)
    {
        // Few signs are enough behind the last line of a chip whose applications mostly talk at another rate.
        if (tally.Garbage < Few)
            return null;
        bool esp = cycles is [.., { Events: [.., { Signature.Family: "esp" }] }];
        if (tally.Garbage < Many && !esp)
            return null;
        bool rom = esp || cycles.Any(c => c.Events.Any(e => e is { Kind: SignKind.Start, Stage: BootStage.Rom }));
        if (rom && tally.GarbageTail >= (esp ? Few : Many) && tally.GarbageTail * 4 >= tally.TextTail && readings is [.., { Cause: "unknown" or "esp-wdt" or "esp-app-hang" or "ok-bootloader" } last])
            return new Reading("wrong-baud-after-rom", 0.75, last.Proof, true);
        // Or between the part of the ROM and the next start.
        if (readings is [.., { Cause: "unknown" or "esp-wdt" or "esp-app-hang" or "ok-bootloader" } end] && cycles.SkipLast(1).Any(IsGarbledBehindRom))
            return new Reading("wrong-baud-after-rom", 0.7, end.Proof, true);
        // A system that was told to start again has nothing to do with what comes then.
        bool restarted = cycles.Count > 0 && cycles[^1].Events.LastOrDefault(e => !e.Hearsay)?.Is("k-reboot") == true;
        if ((tally.GarbageTail >= LongGarbage || tally.GarbageTail >= Many && cycles is [.., { CleanEnd: 0, Events: [.., { Kind: SignKind.Handover } or { Signature.Code: "boots" }] }]) && tally.GarbageTail * (cycles is [.., { CleanEnd: 0 }] ? 4 : 2) >= tally.TextTail && readings is [.., { Healthy: true } or { Cause: "unknown" or "console-silent-after-kernel" }] && (restarted || !readings[^1].Firm || readings[^1].Cause == "unknown"))
            return new Reading("wrong-baud", 0.6, readings[^1].Proof, true);
        if (tally.Garbage >= tally.Characters * MuchGarbage && tally.ToldLines < 4 && cycles is not [.., { EndsClean: true }] && readings.All(r => r.Cause is "unknown" || r.Confidence < 0.6))
            return new Reading("wrong-baud", 0.8, [], true);
        return null;
    }

    private static bool IsGarbledBehindRom(BootCycle cycle) =>
        cycle.Tail.Garbage >= 8 && cycle.Tail.Garbage * 4 >= cycle.Tail.Characters && !cycle.EndsClean && cycle.Events.Exists(e => e is { Kind: SignKind.Start, Stage: BootStage.Rom });

    /// <summary>Starts that follow each other without a reason.</summary>
    private Reading? Loops(CycleReader[] readers, Reading[] readings)
    {
        for (int i = 1; i < cycles.Count; i++)
        {
            // A kernel after a kernel, and no boot loader in between: it starts itself anew.
            if (readers[i - 1].Kernel is { } before && readers[i].Kernel is { } again && again.Line == cycles[i].FirstLine
                && cycles[i - 1].Lines < EarlyKernel + (before.Line - cycles[i - 1].FirstLine) && cycles[i - 1].Furthest == BootStage.Kernel && !Failing(readings[i - 1]))
                return new Reading("kernel-early-loop", 0.85, [before, again], true);
        }
        if (tally.Boots < 3 || readings.Any(r => Failing(r) && (r.Firm || r.Cause != "bootrom-no-header") || r is { Healthy: true, Firm: true }))
            return null;
        BootStage furthest = cycles.Max(c => c.Furthest ?? BootStage.Rom);
        if (readings.All(r => r.Cause == readings[0].Cause) && readings[0].Cause == "bootrom-no-header")
            return readings[^1] with { Confidence = 0.8, Firm = true };
        BootEvent? watchdog = cycles.SelectMany(c => c.Events).LastOrDefault(e => e.Signature.Cause is "watchdog-reset" or "esp-wdt" && !e.Hearsay);
        if (watchdog is not null)
            return new Reading(watchdog.Signature.Cause!, 0.65, [watchdog], true);
        ImmutableArray<BootEvent> starts = [.. cycles.TakeLast(3).Select(c => c.Events.FirstOrDefault(e => e.Kind == SignKind.Start)).OfType<BootEvent>()];
        return furthest >= BootStage.Kernel ? new Reading("kernel-hang", 0.5, starts, true) : new Reading("bootloop", 0.6, starts, true);
    }

    /// <summary>What nobody here knows ends with its first line, again and again.</summary>
    private Reading? Again() =>
        cycles is [.., { SameLines: >= FirstLines } last] && last.LastText == last.FirstText ? new Reading("bootloop", 0.5, [], true) : null;

    private static bool Failing(Reading reading) => reading is { Healthy: false } && reading.Cause != "unknown" && reading.Confidence >= 0.5;

    private Reading Last(Reading[] readings)
    {
        if (readings.Length == 0)
            return Reading.Unknown;
        Reading last = readings[^1];
        if (readings.Length > 1 && last.Healthy && Failing(readings[^2]) && readings[^2].Firm && IsBeginOf(cycles[^1], cycles[^2], readings[^2].Proof[0]))
            return readings[^2] with { Confidence = Math.Max(0.5, readings[^2].Confidence - 0.05) };
        for (int i = readings.Length - 2; i >= 0 && !last.Firm; i--)
        {
            // The last boot was cut off before the place where this one failed.
            if (Failing(readings[i]) && readings[i].Firm && readings[i].Stage is BootStage failed
                && (!(cycles[^1].Furthest > failed) || readings[i].Proof.Length > 0 && IsBeginOf(cycles[^1], cycles[i], readings[i].Proof[^1])))
                return readings[i] with { Confidence = Math.Max(0.5, readings[i].Confidence - 0.05) };
            if (last.Cause == "unknown" && (readings[i].Healthy || cycles[^1].Lines <= Few && readings[i].Cause != "unknown"))
                return readings[i];
        }
        return last;
    }

    /// <summary>A boot says nothing that the one before did not say until it failed: it was cut off before that.</summary>
    private static bool IsBeginOf(BootCycle cycle, BootCycle before, BootEvent failure)
    {
        HashSet<string> said = [.. before.Events.Where(e => !e.Hearsay && e.Line <= failure.Line).Select(e => e.Signature.Id)];
        return cycle.Lines <= failure.Line - before.FirstLine + 1 && cycle.Events.All(e => e.Hearsay || said.Contains(e.Signature.Id));
    }

    /// <summary>Nothing is wrong as far as the log goes, but it goes no further, and who posted it says so.</summary>
    private Reading? Hanging(Reading answer)
    {
        if (answer is { Firm: false, Cause: "ok-bootloader" } && cycles.SelectMany(c => c.Events).FirstOrDefault(e => e.Hearsay && e.Is("say-keys")) is { } keys)
            return new Reading("rx-not-reaching", 0.5, [keys], true) { Others = [(answer.Cause, 0.3)] };
        if (answer.Firm || answer.Cause is not ("ok-bootloader" or "ok-normal-boot" or "unknown") || cycles.Count == 0
            || !cycles.SelectMany(c => c.Events).Any(e => e.Hearsay && e.Is("say-hang")) || cycles[^1].Events.Any(e => e.Kind is SignKind.Prompt or SignKind.Ok && !e.Hearsay))
            return null;
        BootEvent? last = cycles[^1].Events.LastOrDefault(e => !e.Hearsay);
        string? cause = cycles[^1].Furthest switch
        {
            BootStage.Kernel => "kernel-hang",
            BootStage.Image when cycles[^1].KernelLines > 0 => "kernel-hang",
            BootStage.Loader or BootStage.Spl => "uboot-hang",
            _ => null,
        };
        return cause is null || last is null ? null : new Reading(cause, 0.5, [last], true) { Others = [(answer.Cause, 0.3)] };
    }

    /// <summary>Settings that were saved, and are gone at the next start.</summary>
    private Reading? Forgotten(Reading answer)
    {
        if (answer.Cause != "ok-bootloader" || cycles.SelectMany(c => c.Events).FirstOrDefault(e => e.Signature.Code == "env-save") is not { } saved)
            return null;
        BootEvent? gone = cycles.Where(c => c.FirstLine > saved.Line).SelectMany(c => c.Events).FirstOrDefault(e => e.Signature.Code == "env-default");
        return gone is null ? null : new Reading("env-bad-crc", 0.6, [saved, gone], true) { Others = [(answer.Cause, 0.3)] };
    }

    /// <summary>A whole and signed image of another edition is written without complaint, and does not start (thread 002).</summary>
    private Reading Editions(Reading answer, CycleReader[] readers)
    {
        if (answer.Cause != "ok-flash-write" || facts["loader"] is not string loader || facts["transfer.size"] is not string size)
            return answer;
        LoaderEdition? box = library.EditionFacts.Loaders.FirstOrDefault(l => loader.Contains(l.Loader, StringComparison.OrdinalIgnoreCase));
        ImageEdition? image = library.EditionFacts.Images.FirstOrDefault(i => size == i.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (box is null || image is null || box.Device != image.Device || box.Edition == image.Edition)
            return answer;
        facts.Set("image.edition", image.Edition);
        facts.Set("loader.edition", box.Edition);
        BootEvent? loaded = cycles[^1].Events.LastOrDefault(e => e.Is("tftp-done"));
        return new Reading("wrong-region-image", 0.8, [.. new[] { loaded, readers[^1].Written }.OfType<BootEvent>()], true)
        {
            Others = [("ok-flash-write", 0.15)],
        };
    }

    /// <summary>No log, or none that tells: what somebody wrote about one. What people guess at ("maybe the checksum") is no evidence.</summary>
    private Reading? Hearsay()
    {
        BootEvent? said = cycles.SelectMany(c => c.Events).Where(e => e.Hearsay && BootReader.IsSaid(e.Signature) && e.Signature.Weight >= Told)
            .MaxBy(e => e.Signature.Weight);
        return said is null ? null : new Reading(said.Signature.Cause!, 0.35, [said], false);
    }

    private BootVerdict Verdict(Reading answer, CycleReader[] readers)
    {
        List<OtherCause> others = [];
        double left = 1 - answer.Confidence;
        foreach (IGrouping<string, (string Cause, double Weight)> group in answer.Others.Where(o => o.Cause != answer.Cause).GroupBy(o => o.Cause)
            .OrderByDescending(g => g.Max(o => o.Weight)).Take(3))
        {
            double part = Math.Round(Math.Min(left, group.Max(o => o.Weight) * 0.4), 2);
            left -= part;
            if (part > 0)
                others.Add(new OtherCause(group.Key, part));
        }
        ImmutableArray<ToldLine> told = [.. answer.Proof.OrderBy(e => e.Line).Select(e => new ToldLine(e.Line, SafeText.Show(e.Text, 120), e.Signature.Says))];
        BootCycle? last = cycles.Count > 0 ? cycles[^1] : null;
        return new BootVerdict
        {
            Cause = answer.Cause,
            Confidence = Math.Round(answer.Confidence, 2),
            Lines = told.IsEmpty && tally.FirstGarbage > 0 && answer.Cause.StartsWith("wrong-baud", StringComparison.Ordinal)
                ? [tally.FirstGarbage] : [.. told.Select(t => t.Line).Distinct()],
            Evidence = told,
            Facts = facts.Read(),
            Alternatives = [.. others],
            Harmless = [.. (last?.Events ?? []).Where(e => e.Kind == SignKind.Harmless && !e.Hearsay).Select(e => new HarmlessLine(e.Line, e.Signature.Code!)).Take(50)],
            Stage = last?.Furthest,
            Boots = tally.Boots,
            Period = tally.Period(),
            Writing = readers.Length > 0 && readers[^1].Writing,
            Length = tally.Lines,
        };
    }
}
