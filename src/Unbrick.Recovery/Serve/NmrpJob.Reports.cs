using System.Net.NetworkInformation;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

// What the device says, and what is done and told about it.
internal sealed partial class NmrpJob
{
    private void OnReport(NmrpReport report)
    {
        switch (report)
        {
            case NmrpReport.Found found:
                _contact.OnAnswer();
                string joined = found.With == NmrpCode.ConfigurationRequest ? "answers" : "is in the middle of its recovery";
                Wire("nmrp", found.Mac, $"{joined}; it becomes {_plan.Device}");
                break;
            case NmrpReport.UploadWanted wanted:
                Send(wanted);
                break;
            case NmrpReport.UploadVoid when _upload is not null:
                OnUploadVoid();
                break;
            case NmrpReport.UploadConfirmed when _upload is not null:
                _upload.Confirm();
                break;
            case NmrpReport.Refused refused:
                OnRefused(refused);
                break;
            case NmrpReport.UnknownFile unknown:
                _refused = true;
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NameNotFound, [$"{MacText.Show(unknown.Mac)} wants {SafeText.Show(unknown.Name)}"],
                    ("asked", SafeText.Show(unknown.Name)), ("have", _plan.Serve.ImageName)));
                break;
            case NmrpReport.KeepAlive alive:
                OnKeepAlive(alive);
                break;
            case NmrpReport.Closed closed:
                OnClosed(closed);
                break;
            case NmrpReport.Lost lost:
                Wire("silence", lost.Mac, "has fallen silent; calling again");
                DropUpload();
                break;
            case NmrpReport.WaitedEnough waited:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpNoEnd, [$"{MacText.Show(waited.Mac)}: last sign of life {waited.Silence.TotalMinutes:0} minutes ago"],
                    ("minutes", $"{waited.Silence.TotalMinutes:0}")));
                _returnUntil = _stack.Now;
                break;
            case NmrpReport.OtherDevice other:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpOtherDevice, [$"{MacText.Show(other.Mac)} answers, too"], ("mac", MacText.Show(_server.Device)), ("other", MacText.Show(other.Mac))));
                break;
            case NmrpReport.OtherServer other:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpOtherServer, [$"an advertisement from {MacText.Show(other.Mac)}"], ("mac", MacText.Show(other.Mac))));
                break;
        }
    }

    private void Send(NmrpReport.UploadWanted wanted)
    {
        DropUpload();
        _lastName = wanted.Name ?? _plan.FileName;
        string name = wanted.Name is null ? $"a file without a name; it goes as {SafeText.Show(_lastName)}" : SafeText.Show(_lastName);
        Wire("request", wanted.Mac, $"wants {name}");
        _setup.KnowNeighbor(new NeighborEntry(_plan.Device, wanted.Mac));
        _upload = new NmrpUpload(bench.Events, _diagnosis, _stack, new NmrpUpload.Target(_plan, _lastName, Adapter), allSent => _server.OnUploadProgress(allSent, _stack.Now));
    }

    private void OnUploadVoid()
    {
        if (_upload!.Report is TransferReport report)
        {
            _restarts++;
            _diagnosis.Add(ProblemCatalogue.Create(
                ProblemCode.DeviceRestarted, [$"{MacText.Show(_server.Device)} began again after {report.Block:N0} of {report.Blocks:N0} blocks"],
                ("times", _restarts == 1 ? "once so far" : $"{_restarts} times so far")));
        }
        DropUpload();
    }

    /// <summary>A transfer ended, from its own callback; what follows happens in the loop.</summary>
    private void EndUpload()
    {
        if (_upload?.TakeEnd() is not NmrpUploadEnd end)
            return;
        TransferReport report = _upload.Report!;
        if (end == NmrpUploadEnd.Sent)
            OnSent(report);
        else
            DropUpload();
        _refused |= end == NmrpUploadEnd.Refused && ++_errors >= MostErrors;
        _server.OnUploadEnded(end, _stack.Now, _actions);
        Execute();
    }

    private void OnSent(TransferReport transfer)
    {
        _done++;
        string minutes = $"{Math.Max(1, _plan.Serve.Writing.TotalMinutes):0}";
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.StillWriting, [$"last block of {ByteText.Exact(transfer.Total)} sent after {transfer.Elapsed.TotalSeconds:0.0} s"], ("minutes", minutes)));
        _return = new ReturnWatch(_plan.Device, _server.Device, _lastName);
    }

    private void OnRefused(NmrpReport.Refused refused)
    {
        _return = null;
        _refused |= refused.Times >= new NmrpServerOptions { OwnMac = Adapter.Mac, DeviceAddress = _plan.Device }.MostUploads;
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.ImageRefused, [$"{MacText.Show(refused.Mac)} took the whole file and asked for it once more"], ("device", _plan.Serve.Device!.Id)));
    }

    private void OnKeepAlive(NmrpReport.KeepAlive alive)
    {
        // Every half minute for half an hour would be a long list.
        if (++_keepAlives == 1)
            Wire("nmrp", alive.Mac, "writes, and asks whether the PC is still there: answered, as often as it asks");
        else if (_keepAlives % 10 == 0)
            Wire("nmrp", alive.Mac, $"still writing ({_keepAlives} signs of life)");
    }

    private void OnClosed(NmrpReport.Closed closed)
    {
        if (!closed.Sent)
        {
            _refused |= _done == 0;
            _returnUntil = _stack.Now;
            DropUpload();
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.NmrpEndedEarly, [$"{MacText.Show(closed.Mac)} said good bye before it had a file"]));
            return;
        }
        Wire("nmrp", closed.Mac, "says good bye: it has written the image");
        Say("now", "Switch the device off and on, unless it restarts by itself.");
        _returnUntil = _stack.Now + (options.Watch ?? s_watchAfterEnd);
    }

    private void Wire(string what, PhysicalAddress mac, string text) => bench.Events.Publish(new Wire(what, MacText.Show(mac), text));
}
