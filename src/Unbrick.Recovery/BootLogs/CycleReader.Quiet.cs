namespace Unbrick.Recovery.BootLogs;

// A boot in which nothing says why it ended: how far it came, and what it does there.
internal sealed partial class CycleReader
{
    private const int Weak = 30, Least = 20;
    private const int ManyBad = 8, Often = 4, ManyLines = 60, LongKernel = 25, ManyLate = 12, Turns = 3;

    /// <summary>Lines before the end of a log within which a complaint is what it ends with.</summary>
    private const int NearEnd = 8;

    /// <summary>Nothing says a cause in words of its own: how far did it come, and what does it wait for?</summary>
    private Reading Quiet()
    {
        if (_typed is not null && (_handover ?? _kernel) is not null)
            return new Reading("rx-not-reaching", 0.75, [_typed], true);
        if (_up is not null)
            return new Reading("ok-normal-boot", 0.95, [_up], true);
        if (_open.Where(e => e.Kind == SignKind.Vague && Weight(e) >= Weak).MaxBy(Weight) is { } vague)
            return Failed(vague);
        if (_open.Where(e => e.Kind == SignKind.Fail && Weight(e) >= Weak).MaxBy(Weight) is { } weak && _kernel is null)
            return Failed(weak) with { Firm = false };
        if ((_kernel ?? _init ?? _off) is not null || cycle.KernelLines > 0)
            return Kernelly();
        if (_written is not null)
            return new Reading("ok-flash-write", 0.9, [_written], true);
        if (_begun is not null && _bad >= Often)
            return new Reading("nand-badblock", 0.5, [_firstBad!], false);
        if (_begun is not null)
            return new Reading("ok-flash-write", 0.5, [_begun], true);
        if (_handover is not null)
            return Silent(_handover);
        return Waiting();
    }

    private Reading Kernelly()
    {
        if (Repeated() is { } repeated)
            return repeated;
        if (_init is not null)
            return new Reading("ok-normal-boot", 0.85, [_init], true);
        if (_off is not null && cycle.LastLine - _off.Line <= FewLines)
            return new Reading("console-silent-after-kernel", 0.6, [_off], false);
        if (_written is not null && cycle.KernelLines < LongKernel)
            return new Reading("ok-flash-write", 0.7, [_written], true);
        BootEvent? sign = _kernel ?? _handover ?? (cycle.KernelLines >= LongKernel ? _last : null);
        if (Warned() is { } warned)
            return warned;
        if (sign is null && cycle.SameLines >= Turns)
            return new Reading("kernel-hang", 0.4, [], false);
        // Who copies a log that ends in the kernel mostly does so because it ended there; but not where programs have spoken since.
        if (_kernel is not null && cycle is { KernelLines: >= LongKernel, LateLines: < ManyLate })
            return new Reading("kernel-hang", 0.45, [_last!], false) { Others = [("ok-normal-boot", 0.8)] };
        return sign is null ? Reading.Unknown : new Reading("ok-normal-boot", 0.6, [sign], false) { Others = [("kernel-hang", 0.5)] };
    }

    private Reading Silent(BootEvent handover)
    {
        long after = cycle.LastLine - handover.Line;
        if (facts["console.kernel"] == "0")
            return new Reading("console-silent-after-kernel", 0.9, [handover], true);
        if (after <= FewLines && _seen.Contains("img-name-talks"))
            return new Reading("kernel-hang", 0.5, [handover], false) { Others = [("console-silent-after-kernel", 0.9)] };
        // A system that is no Linux says other things.
        return after > 12 ? new Reading("ok-normal-boot", 0.5, [handover], false) : new Reading("console-silent-after-kernel", 0.65, [handover], false);
    }

    private Reading Waiting()
    {
        if (_loaded is not null)
            return new Reading("ok-tftp-load", 0.85, [_loaded], false);
        if (_last?.Is("tftp-rows") == true && (cycle.LastText.StartsWith("done", StringComparison.OrdinalIgnoreCase) || cycle.LastText.EndsWith('#')))
            return new Reading("ok-tftp-load", 0.7, [_last], false);
        if (_wait?.Signature.Cause is string waits && !cycle.Events.Exists(e => e.Line > _wait.Line && e is { Kind: SignKind.Prompt or SignKind.Reach, Stage: BootStage.Loader, Hearsay: false }))
            return new Reading(waits, Math.Max(0.5, Weight(_wait) / 100.0), [_wait], false);
        if (_wait is not null && _wait.Is("dhcp-bcast") && _transfer is null)
            return new Reading("dhcp-no-answer", 0.5, [_wait], false);
        if (_bad >= ManyBad)
            return new Reading("nand-worn", 0.6, [_firstBad!], false);
        if (_last is { Signature.Code: "early" } early && cycle.LastLine - early.Line <= NearEnd)
            return new Reading("uboot-hang", 0.5, [early], false);
        if (cycle.Furthest == BootStage.Rom && _first is { Signature.Code: "mask-rom" })
            return new Reading("bootrom-no-header", 0.5, [_first], false);
        if (Warned() is { } warned)
            return warned;
        if (_last?.Signature.Id is "esp-ld" or "esp-csum-ok" or "esp-entry" or "esp-user-done" or "esp-rboot" or "esp-user1" or "esp-2nd8266" or "esp-sdk")
            return IsTalking(_last) ? new Reading("ok-normal-boot", 0.5, [_last], false) : new Reading("esp-app-hang", 0.4, [_last], false);
        // A system that is no Linux, and says nothing that is known, but goes on.
        if (_last is { Signature.Code: "boots" } && cycle.LastLine - _last.Line > LongKernel / 2)
            return new Reading("ok-normal-boot", 0.5, [_last], false);
        if (_prompt is null && _loader is not null && _last is not null && cycle.LastLine - _last.Line >= ManyLines)
            return new Reading("ok-normal-boot", 0.45, [_last], false);
        if (_firstPart is { Signature.Code: "first-part" } && !cycle.Events.Exists(e => e is { Kind: SignKind.Start, Stage: BootStage.Loader, Hearsay: false }) && (_prompt ?? _wait ?? _transfer) is null)
            return new Reading("uboot-hang", 0.45, [_firstPart], false) { Others = [("ok-bootloader", 0.4)] };
        if (_firstPart?.Is("bl2-ok") == true && _last is { Stage: BootStage.Spl } && (_prompt ?? _loader ?? _wait ?? _transfer) is null)
            return new Reading(_seen.Contains("bl31-ok") ? "uboot-hang" : "bl2-load-fail", 0.45, [_firstPart], false);
        if ((_prompt ?? _loader ?? _wait ?? _transfer) is { } loader)
            return new Reading("ok-bootloader", 0.6, [loader], false);
        if (_firstBad is not null)
            return new Reading("nand-badblock", 0.4, [_firstBad], false);
        if (cycle.Lines >= ManyLines)
            return new Reading("ok-normal-boot", 0.45, _first is null ? [] : [_first], false);
        return Reading.Unknown with { Proof = _first is null ? [] : [_first] };
    }

    /// <summary>An application that nobody here knows has said more than a line since its start, and what it said is text.</summary>
    private bool IsTalking(BootEvent start) => cycle.LastLine - start.Line >= Turns && (cycle.Tail.Garbage * 8 < cycle.Tail.Characters || cycle.EndsClean);

    /// <summary>A warning that comes again and again, in a system that does not come up.</summary>
    private Reading? Repeated() =>
        _open.Where(e => e.Kind == SignKind.Warn && Weight(e) >= Weak).GroupBy(Cause).FirstOrDefault(g => g.Count() >= Often) is { } often
            ? new Reading(often.Key, 0.55, [often.First()], false) : null;

    private Reading? Warned() =>
        _open.Where(e => e.Kind == SignKind.Warn && Weight(e) >= Least && Matters(e)).MaxBy(Weight) is { } warn
            ? new Reading(Cause(warn), 0.3 + Weight(warn) / 100.0, [warn], false) : null;

    /// <summary>
    /// A countdown that a log ends with shows its last number, whatever the first was, and one that was stopped could be. And a complaint that only its topic is known of counts where the
    /// boot got no further, or right before the end: loaders that work complain of this and that.
    /// </summary>
    private bool Matters(BootEvent e) => e.Signature switch
    {
        { Cause: "net-no-eth" } => _prompt is null || cycle.Events.Find(later => later is { Kind: SignKind.Prompt, Hearsay: false })!.Line < e.Line,
        { Code: "delay-0" } => _prompt is null && cycle.Events.Exists(later => later.Line > e.Line && later.Stage >= BootStage.Image),
        { IsTopic: true } => (_prompt ?? _loader) is null || cycle.LastLine - e.Line <= NearEnd,
        _ => true,
    };
}
