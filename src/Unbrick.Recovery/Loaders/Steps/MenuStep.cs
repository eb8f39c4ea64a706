using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>
/// The menu of Ralink and MediaTek loaders, from power-on to the kernel: the key, the fields, our server, and the words with which it tells
/// whether it wrote the image.
/// </summary>
/// <param name="content">The image.</param>
/// <param name="name">The name that it is asked for by.</param>
/// <param name="write">Writes it; otherwise it is only started from memory.</param>
public sealed class MenuStep(ReadOnlyMemory<byte> content, string name, bool write) : IMenuStep
{
    private const int MostTries = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(150), s_limit = TimeSpan.FromSeconds(60), s_byHand = TimeSpan.FromSeconds(180);

    /// <inheritdoc/>
    public string Do => write ? "menu-write" : "menu-load";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        LoaderLine line = session.Bench.Line;
        ILoaderNetwork network = session.Bench.Network ?? throw new InvalidOperationException("a menu needs a server");
        using IDisposable serving = network.Serve(name, content, ct);
        for (int i = 1; ; i++)
        {
            LoaderMenu menu = Reach(session, ct);
            if (Fill(session, menu, network, ct))
                return Watch(session, line, menu, ct);
            if (i == MostTries)
                throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderNoEcho, ["the fields of its menu"], []), ExitCode.Failed);
            session.Say("menu", "the fields did not come back as they were typed: from the start again");
        }
    }

    private static LoaderMenu Reach(LoaderSession session, CancellationToken ct)
    {
        LoaderBench bench = session.Bench;
        TimeSpan limit = bench.Power is null ? s_byHand : s_limit;
        bench.Line.Gate.Close();
        StopDialogue stop = new([.. LoaderLibrary.All.Where(l => l.Profile.Menu is not null)], limit, menu: true);
        Task<string?>? switching = bench.Power?.SwitchAsync(PowerAction.Cycle, ct);
        if (switching is null)
            session.Say("now", "Switch the device off and on again: I choose in its menu.");
        bench.Line.Run(stop, ct);
        if (stop.Outcome == StopOutcome.Menu)
            return stop.Loader!.Profile.Menu!;
        if (switching is { IsCompleted: true } && switching.Result is string reason)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.PowerNotSwitched, [], ("reason", reason)), ExitCode.Failed);
        string seconds = $"{limit.TotalSeconds:0}";
        throw stop.Outcome == StopOutcome.Silent
            ? new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderSilent, [], ("seconds", seconds)), ExitCode.NotFound)
            : new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderNoPrompt, [], ("seconds", seconds)), ExitCode.Failed);
    }

    /// <summary>Chooses and fills; false when the line was too bad for it, and then nothing was begun.</summary>
    private bool Fill(LoaderSession session, LoaderMenu menu, ILoaderNetwork network, CancellationToken ct)
    {
        LoaderLine line = session.Bench.Line;
        ChooseDialogue choose = new(menu, (write ? menu.Write : menu.Load)!);
        line.Run(choose, ct);
        if (!choose.IsAtField)
            return false;
        FieldsDialogue fields = new(menu, new Dictionary<string, string> { ["device"] = network.Device, ["server"] = network.Server, ["file"] = name });
        line.Gate.Open();
        try
        {
            line.Run(fields, ct);
        }
        finally
        {
            line.Gate.Close();
        }
        if (fields.IsFilled)
            session.Say("menu", $"device {network.Device}, server {network.Server}, file {name}");
        return fields.IsFilled;
    }

    private StepProof Watch(LoaderSession session, LoaderLine line, LoaderMenu menu, CancellationToken ct)
    {
        WatchDialogue watch = new(menu.Signs, s_patience, (sign, text) =>
        {
            session.HasChanged |= sign.Means is "erase" or "write";
            session.Say("device", $"{sign.Says}: {text.Trim()}");
        });
        line.Run(watch, ct);
        if (watch.End is { Means: "starts" } && (watch.HasWritten || !write))
            return new StepProof("answer", $"{content.Length:N0} bytes {(write ? "written" : "loaded")}; the kernel starts", content.Length);
        if (watch.End is { Means: "refused" } refusal)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderRefusedImage, [watch.Line], ("says", refusal.Says)),
                watch.HasErased ? ExitCode.FailedAfterChange : ExitCode.DeviceRefused);
        }
        string what = watch.End?.Says ?? "no known word from it any more";
        throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.LoaderUnproven, watch.Line.Length > 0 ? [watch.Line] : [], ("step", "writing by its menu"), ("what", what)),
            watch.HasErased ? ExitCode.FailedAfterChange : ExitCode.Failed);
    }
}
