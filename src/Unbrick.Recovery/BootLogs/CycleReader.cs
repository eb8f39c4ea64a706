using System.Collections.Immutable;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Reads one boot: troubles are noted in order, and taken back by a later success that they would have made impossible; of those that are
/// left the first specific one is the cause, and what follows from it is not.
/// </summary>
internal sealed partial class CycleReader(BootCycle cycle, FactBook facts)
{
    private const int Strong = 50;
    private const int FewLines = 3, Answer = 4;
    private const int ShortPaste = 25;

    private readonly List<BootEvent> _open = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private BootEvent? _up, _handover, _kernel, _init, _written, _loaded, _begun, _typed, _loader, _wait, _transfer, _first, _prompt;
    private BootEvent? _last, _firstBad, _off, _firstPart, _noUbi;
    private bool _tableEnd, _tableRow, _esp;
    private int _bad;

    public bool Writing => _begun is not null;

    public BootEvent? Kernel => _kernel;

    public BootEvent? Written => _written ?? _begun;

    public Reading Read()
    {
        foreach (BootEvent seen in cycle.Events.Where(e => !e.Hearsay))
            Take(seen);
        BootEvent[] strong = [.. _open.Where(e => e.Kind == SignKind.Fail && Weight(e) >= Strong).OrderBy(e => e.Line).ThenByDescending(Weight)];
        Reading reading = strong.Length > 0 ? Failed(Decisive(strong)) : Quiet();
        return reading with { Others = [.. reading.Others, .. _open.Where(e => Cause(e) != reading.Cause).Select(e => (Cause(e), Weight(e) / 100.0))] };
    }

    /// <summary>
    /// The first, as a rule: what comes behind follows from it. But an image that is not there follows from the transfer that failed before it, in a
    /// loop also where the log begins with the image; and what stands right before the loader gives up made it do so.
    /// </summary>
    private BootEvent Decisive(BootEvent[] strong)
    {
        BootEvent first = strong[0];
        if (first.Stage == BootStage.Image && strong.FirstOrDefault(e => e.Stage == BootStage.Transfer) is { } transfer
            && strong.Any(e => e.Line > transfer.Line && e.Signature == first.Signature))
            return transfer;
        if (first.Signature.Cause == "img-bad-crc" && _firstBad is not null && first.Line - _firstBad.Line is > 0 and <= FewLines)
            return _firstBad;
        // Without a link nobody answers, and nothing can be loaded.
        if (first.Signature.Cause is "net-no-arp" or "dhcp-no-answer" or "tftp-timeout" or "img-bad-magic" && _open.Find(e => e.Signature.Code == "link-down" && e.Line < first.Line) is { } link)
            return link;
        // Who got nothing from the network and then reads the flash is told by that.
        if (first.Stage == BootStage.Transfer && strong.FirstOrDefault(e => e.Stage == BootStage.Image && e.Line > first.Line) is { } stored
            && cycle.Events.Exists(e => e.Signature.Code == "flash-read" && e.Line > first.Line && e.Line < stored.Line))
            return stored;
        // What is damaged in a root that is never mounted is the root.
        if (first.Signature.Cause is "squashfs-corrupt" or "overlay-too-small" && _init is null
            && strong.FirstOrDefault(e => e.Line > first.Line && (e.Is("k-nofs") || e.Is("k-vfs"))) is { } root)
            return root;
        // A box whose own number is gone refuses what is meant for it, too.
        if (first.Signature.Cause == "img-wrong-model-refused" && strong.FirstOrDefault(e => e.Signature.Cause == "product-id-erased") is { } erased)
            return erased;
        if (first.Signature.Cause == "operator")
            return strong.FirstOrDefault(e => e.Signature.Cause != "operator") ?? first;
        if (first.Signature.Cause == "tftp-error" && strong.FirstOrDefault(e => e.Stage == BootStage.Transfer && e.Signature.Cause != "tftp-error") is { } told)
            return told;
        if (_open.Find(e => e.Signature.Code == "gives-up") is { } end)
            return strong.LastOrDefault(e => e.Line < end.Line && end.Line - e.Line <= FewLines) ?? first;
        return first;
    }

    private void Take(BootEvent seen)
    {
        // A running system speaks of checksums and updates, too.
        if ((_kernel ?? _init ?? _up) is not null && seen.Stage < BootStage.Kernel && !seen.Signature.Sticks && seen.Kind != SignKind.Start)
            return;
        // Nor does Linux run on a chip of Espressif's, and what is said of an update counts where one was begun.
        if (_kernel is not null && seen.Signature.Family == "esp" || seen.Signature.Code == "after-begin" && (_begun ?? _loaded ?? _transfer) is null)
            return;
        if (seen.Signature.Needs is string needs && !_seen.Contains(needs))
            return;
        // What a first part says of the next counts until that speaks.
        if (seen.Signature.IsTopic && seen.Stage < BootStage.Loader && _loader is not null)
            return;
        // A line of a kernel that is known as one says nothing of the image that the kernel came from.
        if (seen is { Kernel: not null, Stage: < BootStage.Kernel } && cycle.Events.Exists(e => e.Line == seen.Line && e.Stage >= BootStage.Kernel && !e.Hearsay))
            return;
        // What a system that runs does not find is not the root.
        if (seen.Signature.Code == "other-fs" && _init is not null)
            return;
        // A system that was up before the log begins, or that has no boot loader that is known, reports its sockets for itself.
        if (seen.Signature.Code == "link-down" && (_loader ?? _transfer ?? _wait ?? _prompt) is null && cycle.LastLine - cycle.FirstLine > ShortPaste)
            return;
        // Who asks at the prompt what is in memory is told that nothing is there: that is no boot that failed.
        if (seen.Signature.Cause == "img-bad-magic" && cycle.Events.Exists(e => e.Signature.Code == "asked" && seen.Line - e.Line is > 0 and <= Answer))
            return;
        // A checksum that was found proves nothing without another one that it should be.
        if (seen.Is("cfe-sum-calc") && (facts["image.sum"] is not string wanted || wanted == facts["image.sum.found"]))
            return;
        // What looks like a prompt is one where a loader has spoken, and where the log ends with it, or it comes again.
        if (seen.Signature.Code == "own-prompt" && ((_loader ?? _transfer ?? _prompt) is null
            || cycle.LastLine - seen.Line > FewLines && !cycle.Events.Exists(e => e.Signature == seen.Signature && e.Line > seen.Line && e.Text.StartsWith(Prompt(seen.Text), StringComparison.Ordinal))))
            return;
        // Settings of the loader are flash, too, but not what is asked about.
        if (seen.Kind == SignKind.Begin && _last?.Signature.Code == "env-save")
            return;
        _first ??= seen;
        _last = seen;
        _seen.Add(seen.Signature.Id);
        if (seen.Is("k-ubi-nomagic"))
            _noUbi ??= seen;
        _esp |= seen is { Signature.Family: "esp", Kind: SignKind.Start or SignKind.Reach };
        if (seen.Signature.Code == "bad-block-line")
            (_firstBad, _bad) = (_firstBad ?? seen, _bad + 1);
        if (seen.Signature.Code is "console-off" or "console-on")
            _off = seen.Signature.Code == "console-off" ? seen : null;
        TakeBack(seen);
        switch (seen.Kind)
        {
            case SignKind.Fail or SignKind.Vague or SignKind.Warn when seen.Signature.Cause is not null:
                _open.Add(seen);
                break;
            case SignKind.Up:
                _up ??= seen;
                break;
            case SignKind.Handover:
                (_handover, _begun) = (seen, null);
                break;
            case SignKind.Start when seen.Stage == BootStage.Kernel:
                _kernel = seen;
                break;
            case SignKind.Start when seen.Stage == BootStage.Spl:
                _firstPart = seen;
                break;
            case SignKind.Info when seen.Signature.Code == "kernel-speaks":
                _kernel ??= seen;
                break;
            case SignKind.Info when seen.Signature.Code is "table-end" or "table-row":
                _tableEnd |= seen.Signature.Code == "table-end";
                _tableRow |= seen.Signature.Code == "table-row";
                break;
            case SignKind.Start or SignKind.Reach when seen.Stage == BootStage.Loader:
                _loader ??= seen;
                break;
            case SignKind.Prompt:
                _prompt = seen;
                break;
            case SignKind.Reach when seen.Stage >= BootStage.Init:
                _init ??= seen;
                break;
            case SignKind.Begin:
                _begun = _begun?.Is("ra-range") == true && !seen.Is("ra-range") ? _begun : seen;
                break;
            case SignKind.Ok when seen.Stage == BootStage.Write:
                (_written, _begun) = (seen, null);
                break;
            case SignKind.Ok:
                _loaded = seen;
                break;
            case SignKind.StartTransfer:
                _transfer = seen;
                break;
            case SignKind.Wait when seen.Signature.Code == "typed-tpl":
                _typed = seen;
                break;
            case SignKind.Wait:
                _wait = seen;
                break;
        }
    }

    /// <summary>What a success proves to have been none.</summary>
    private void TakeBack(BootEvent seen)
    {
        // A file that was read proves that it was there, and not that the image before it was one.
        if (!seen.Signature.Clears.IsEmpty)
            _open.RemoveAll(e => seen.Signature.Clears.Contains(Cause(e)) && (seen.Signature.Code != "read-ok" || e.Kind == SignKind.Vague));
        if (seen.Signature.Clears.Contains("dhcp-no-answer") && _wait?.Is("dhcp-bcast") == true)
            _wait = null;
        BootStage? below = seen.Kind switch
        {
            SignKind.Up => BootStage.User,
            SignKind.Reach when seen.Stage >= BootStage.Init => BootStage.Init,
            SignKind.Start when seen.Stage is BootStage.Kernel or BootStage.Loader => seen.Stage,
            SignKind.Handover => BootStage.Kernel,
            _ => null,
        };
        if (below is BootStage stage)
            _open.RemoveAll(e => e.Stage < stage && !e.Signature.Sticks);
        // What the first part did not find is not what the loader looks for.
        if (_firstPart is not null && seen is { Kind: SignKind.Start, Stage: BootStage.Loader })
            _open.RemoveAll(e => e.Stage <= BootStage.Image && !e.Signature.Sticks);
        // Only a kernel that was started says so.
        if (seen.Kind == SignKind.Fail && seen.Signature.Cause is "rootfs-missing" or "kernel-panic" or "kernel-oops")
            _open.RemoveAll(e => e.Stage == BootStage.Image && !e.Signature.Sticks);
        if (seen.Kind == SignKind.Up)
            _open.RemoveAll(e => !e.Signature.Sticks);
        if (seen.Kind == SignKind.Ok)
            _open.RemoveAll(e => e.Stage is BootStage.Transfer || seen.Stage == BootStage.Write && e.Stage == BootStage.Write);
    }

    private Reading Failed(BootEvent cause)
    {
        string id = Cause(cause);
        BootEvent[] none = id == "ubi-attach-fail" && _noUbi is not null ? [_noUbi] : [];
        ImmutableArray<BootEvent> proof = [cause, .. none, .. _open.Where(e => e != cause && e.Line != cause.Line && Cause(e) == id).DistinctBy(e => e.Signature.Id).DistinctBy(e => e.Line).Take(4)];
        double sure = Math.Min(0.97, Weight(cause) / 100.0 + 0.05 * (proof.Length - 1) + 0.1);
        return new Reading(id, sure, proof, true);
    }

    private static string Prompt(string line) => line[..(line.AsSpan().IndexOfAny('#', '>') + 1)];

    private static int Weight(BootEvent e) => e.Signature.Weight;

    /// <summary>
    /// Some words mean one thing here and another there. "Retry count exceeded" is said of an address and of a file alike: what was asked for last
    /// tells. "No application" after an empty table speaks of the table. And before the loader proper, the image that is damaged is the loader.
    /// </summary>
    private string Cause(BootEvent e) => e.Signature switch
    {
        { Code: "bad-block-line" } => "nand-worn", // what was read over a bad block is damaged
        { Cause: "tftp-timeout" } when _open.Exists(o => o.Is("tftp-gw") && o.Line < e.Line) => "net-wrong-subnet",
        { Code: "retry" } when _transfer is not null && _transfer.Line < e.Line => "tftp-timeout",
        { Code: "no-image" } when _open.Exists(o => o.Signature.Code == "no-app") => "esp-no-app", // nothing in any slot, and not something damaged
        { Code: "no-app" } when _tableEnd && !_tableRow => "esp-bad-partition-table",
        { Cause: "rootfs-missing" } when _noUbi is not null && e.Line > _noUbi.Line => "ubi-attach-fail", // the root is in UBI, as a rule
        { Stage: BootStage.Image, Family: not "esp", Cause: not "operator" } when _esp => "esp-bad-image",
        { Cause: "img-bad-crc" } when IsReadShort => "img-too-large",
        { Cause: "img-bad-magic" } when IsFirstPart => "spl-no-uboot",
        { Cause: "img-bad-crc" } when IsFirstPart => "spl-bad-crc",
        _ => e.Signature.Cause!,
    };

    /// <summary>The loader reads a fixed length, and the image is longer: its end is missing, whatever is in the flash.</summary>
    private bool IsReadShort => (facts.Number("read.length") ?? facts.Number("read.size")) is > 0x10000 and long read && facts.Number("image.size") is long size && read < size;

    private bool IsFirstPart => _firstPart is not null && (_loader ?? _kernel ?? _handover ?? _prompt) is null;
}
