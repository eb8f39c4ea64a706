using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

// Everything before the loop: saying what will be done, making the adapter ready, opening the port for frames.
internal sealed partial class NmrpJob
{
    private NetworkAdapter Adapter => _plan.Serve.Adapter!;

    private void TellPlan()
    {
        Say("device", $"{_plan.Serve.Device!.Name}: Netgear's NMRP{(_plan.Serve.Way!.Sources is [string first, ..] ? $"; source: {first}" : "")}");
        Say("image", $"{_plan.Serve.ImageName}, {ByteText.Exact(_plan.Serve.Image!.Value.Length)}");
        if (_plan.Serve.Verdict is { } verdict)
        {
            string reasons = string.Join("; ", verdict.Reasons.Select(r => $"{r.Code}, {r.Seen}"));
            Say("check", Words.Of(verdict.Purpose) + verdict.Answer switch
            {
                ImageAnswer.Fits => ": made for this device, every checksum is right",
                ImageAnswer.Refused => $": REFUSED by the check and sent all the same (--anyway): {reasons}",
                _ => $": cannot tell whether it fits: {reasons}",
            });
        }
        if (options.Region is ushort region)
            Say("region", $"the device is told to be a {NmrpRegion.Names.ElementAt(region - 1)} model from now on: it keeps that (--region)");
    }

    private void Open()
    {
        try
        {
            _frames = _stack.OpenFrames(Adapter, NmrpFrame.EtherType, OnFrames);
        }
        catch (NetworkException e)
        {
            throw Explain(e, $"send and hear raw frames on {Adapter.Name} (NMRP needs the right cap_net_raw)");
        }
        try
        {
            _ears = new Ears(_stack, Adapter, heard => _return?.OnHeard(heard)) { Capture = bench.Capture };
        }
        catch (NetworkException)
        {
            Say("network", "other frames cannot be heard here: whether the device comes back will not be seen");
        }
        Say("calling", $"Netgear devices on {Adapter.Name} by NMRP (Ethernet type 0x0912); the one that answers becomes {_plan.Device}");
        if (_plan.Serve.Way?.How is string how)
            Say("now", how);
    }

    private static UnbrickException Explain(NetworkException e, string what, NetworkAdapter adapter) => e.Failure == NetworkFailure.NotSupported
        ? new(ProblemCatalogue.Create(ProblemCode.RawFramesMissing, [e.Message], ("adapter", adapter.Name)), ExitCode.NotFound, e)
        : new(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", what)), ExitCode.NotFound, e);

    private UnbrickException Explain(NetworkException e, string what) => Explain(e, what, Adapter);

    private static string Word(LinkState link) => link.ToString().ToLowerInvariant();

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, SafeText.Show(text, 300)));
}
