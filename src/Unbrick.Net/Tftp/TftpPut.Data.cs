using System.Net;

namespace Unbrick.Net.Tftp;

// The blocks: lock-step, one DATA for one ACK, as every boot loader wants it.
public sealed partial class TftpPut
{
    /// <summary>
    /// From this repetition on every other one has the block before in front of it: U-Boot up to v2020.07, as a server too, ignores a repeat of
    /// the block it took last, and acknowledges that one.
    /// </summary>
    private const int HealsFrom = 3;

    /// <summary>A device that is silent for seconds is written to once a second, no storm.</summary>
    private static readonly TimeSpan s_pausedEvery = TimeSpan.FromSeconds(1);

    /// <summary>After a transfer that was begun anew, repeats end here and leave the rest of the silence to the device's own time-out.</summary>
    private static readonly TimeSpan s_quietAfter = TimeSpan.FromSeconds(2);

    private readonly BlockNumbers _numbers;
    private RetransmissionTimer _timer = new();
    private LossMeter _loss = new();
    private IPEndPoint? _peer;
    private TftpRequest? _accepted;
    private int _blockSize;

    /// <summary>The last block, shorter than the others and perhaps empty.</summary>
    private long _last;

    /// <summary>The block that the device owes an ACK for.</summary>
    private long _unacked;

    /// <summary>Silence that may be a restart: more of it from one restart to the next.</summary>
    private TimeSpan _silence;

    private int _tries;
    private long _resent;
    private bool _blockZeroResent;
    private TimeSpan _began, _ended, _progress, _longestStall, _sentAt;
    private TimeSpan _resendAt = TimeSpan.MaxValue;
    private TftpErrorCode _errorCode;
    private string _errorText = "";

    /// <summary>Only the last block is not acknowledged, or not even that one.</summary>
    public bool AllSent => _peer is not null && _unacked >= _last;

    /// <summary>When the device took something last.</summary>
    public TimeSpan LastProgress => _progress;

    /// <summary>The transfer that goes on, or went on last, in numbers; only after the device has taken a request.</summary>
    public TransferReport Report(TimeSpan now)
    {
        if (_peer is null || _accepted is null)
            throw new InvalidOperationException("no transfer yet");
        long acknowledged = _unacked - 1;
        bool over = Outcome != TransferOutcome.Running;
        TimeSpan end = over ? _ended : now;
        TimeSpan pause = over ? TimeSpan.Zero : now - _progress;
        return new TransferReport(
            _peer, _accepted, _options.Name, Outcome, Math.Min(_content.Length, acknowledged * _blockSize), _content.Length, acknowledged, _last,
            end - _began, _resent, _loss.Estimate, LoaderKind.Unknown, LivesLeft: null, _blockZeroResent, _errorCode, _errorText,
            _longestStall > pause ? _longestStall : pause);
    }

    /// <summary>When silence stops being a lost packet.</summary>
    private TimeSpan SilentAt => _progress + (AllSent ? _options.LastPatience : _silence);

    private void Begin(IPEndPoint peer, int blockSize, TimeSpan now, TftpPutActions actions)
    {
        if (_peer is not null && Outcome == TransferOutcome.Running)
        {
            EndTransfer(TransferOutcome.Restarted, now, actions);
            _silence = _silence * 2 < _options.LongestSilence ? _silence * 2 : _options.LongestSilence;
        }
        (_peer, _blockSize) = (peer, blockSize);
        _last = _content.Length / blockSize + 1;
        (_unacked, _tries, _resent, _blockZeroResent) = (1, 0, 0, false);
        (_timer, _loss, _longestStall) = (new RetransmissionTimer(), new LossMeter(), TimeSpan.Zero);
        (_errorCode, _errorText) = (TftpErrorCode.NotDefined, "");
        _ = TftpRequest.TryParse(_request, out _accepted);
        (_began, _progress) = (now, now);
        (State, Outcome) = (TftpPutState.Sending, TransferOutcome.Running);
        actions.Tell(new TftpPutReport.Started(peer, _accepted!, blockSize, Asked));
        Asked = 0;
        SendNew(now, actions);
    }

    /// <summary>
    /// An ACK on the transfer's port. Only that for the block waited for does anything: a repeated one never causes a DATA
    /// (RFC 1123 s4.2.3.1), and one for a block that was never sent is a lie.
    /// </summary>
    private void OnAck(ushort wire, TimeSpan now, TftpPutActions actions)
    {
        if (State == TftpPutState.Sending && _numbers.Nearest(wire, _unacked - 1) == _unacked)
            Acknowledged(now, actions);
        else if (State == TftpPutState.Sent && Outcome == TransferOutcome.ProbablyComplete && wire == _numbers.OnWire(_last))
            Confirm(actions);
    }

    private void Acknowledged(TimeSpan now, TftpPutActions actions)
    {
        if (_tries == 0)
            _timer.Sample(now - _sentAt);
        _loss.CloseCase(LoaderKind.Unknown, _unacked, _tries);
        _loss.Delivered(1);
        Progressed(now);
        _unacked++;
        _tries = 0;
        if (_unacked <= _last)
        {
            SendNew(now, actions);
            return;
        }
        State = TftpPutState.Sent;
        EndTransfer(TransferOutcome.Complete, now, actions);
    }

    private void Confirm(TftpPutActions actions)
    {
        (Outcome, _unacked) = (TransferOutcome.Complete, _last + 1);
        actions.Tell(new TftpPutReport.Confirmed(_peer!));
    }

    /// <summary>An ERROR on the transfer's port; never answered (RFC 1350 s7).</summary>
    private void OnError(ReadOnlySpan<byte> packet, TimeSpan now, TftpPutActions actions)
    {
        (TftpErrorCode code, string text) = TftpWire.ReadError(packet);
        if (State == TftpPutState.Sent)
        {
            // Who has closed its port says "unknown transfer" to a repeated last block; that is no verdict on the file.
            if (code == TftpErrorCode.UnknownTransfer)
                return;
            (State, Outcome, _errorCode, _errorText) = (TftpPutState.Failed, TransferOutcome.ClientError, code, text);
            actions.Tell(new TftpPutReport.Rejected(_peer!, code, text));
            return;
        }
        if (State == TftpPutState.Failed)
            return;
        bool all = AllSent;
        if (code == TftpErrorCode.UnknownTransfer && all && _tries > 0)
        {
            EndProbablyComplete(now, actions);
            return;
        }
        (_errorCode, _errorText) = (code, text);
        EndTransfer(code == TftpErrorCode.UnknownTransfer ? TransferOutcome.Restarted : TransferOutcome.ClientError, now, actions);
        bool final = all || ++_errors >= _options.MostErrors;
        State = final ? TftpPutState.Failed : TftpPutState.Asking;
        _nextAsk = code == TftpErrorCode.UnknownTransfer ? now : now + s_afterError;
        if (!final)
            _peer = null;
    }

    private void SendingTimer(TimeSpan now, TftpPutActions actions)
    {
        if (now >= SilentAt && AllSent)
            EndProbablyComplete(now, actions);
        else if (now >= SilentAt)
            Pause(now, actions);
        else if (now >= _resendAt)
            Resend(now, actions);
    }

    /// <summary>The device may have started again, or only be slow: from now on it is asked anew as well.</summary>
    private void Pause(TimeSpan now, TftpPutActions actions)
    {
        State = TftpPutState.Asking;
        actions.Tell(new TftpPutReport.Paused(Report(now)));
        _resendAt = now + s_pausedEvery;
        _nextAsk = now;
        OnTimer(now, actions);
    }

    private void PausedTimer(TimeSpan now, TftpPutActions actions)
    {
        if (now - _progress >= _options.Patience)
        {
            EndTransfer(TransferOutcome.Silent, now, actions);
            _peer = null;
        }
        else if (now >= _resendAt)
        {
            Resend(now, actions);
            _resendAt = now + s_pausedEvery;
        }
    }

    private void Resend(TimeSpan now, TftpPutActions actions)
    {
        if (_tries == 0)
            _loss.BeginCase();
        _tries++;
        bool wraps = _numbers.IsWrap(_unacked) || _numbers.IsWrap(_unacked - 1);
        if (_tries >= HealsFrom && _tries % 2 == 1 && _unacked >= 2 && !wraps)
            SendBlock(_unacked - 1, actions);
        SendBlock(_unacked, actions);
        _resent++;
        _blockZeroResent |= _numbers.IsWrap(_unacked);
        _resendAt = now + _timer.Wait(_tries);
        // Who ignores repeats and speaks again after a time-out of his own (atftpd) counts it from the last packet that he got.
        if (_silence > _options.Silence && _resendAt > _progress + s_quietAfter)
            _resendAt = TimeSpan.MaxValue;
    }

    private void SendNew(TimeSpan now, TftpPutActions actions)
    {
        SendBlock(_unacked, actions);
        _sentAt = now;
        _resendAt = now + _timer.Wait(0);
    }

    private void SendBlock(long block, TftpPutActions actions)
    {
        long offset = (block - 1) * _blockSize;
        ReadOnlySpan<byte> data = _content.Span.Slice((int)offset, (int)Math.Min(_blockSize, _content.Length - offset));
        byte[] packet = new byte[TftpWire.DataHeader + data.Length];
        TftpWire.WriteDataHeader(packet, _numbers.OnWire(block));
        data.CopyTo(packet.AsSpan(TftpWire.DataHeader));
        actions.Send(_peer!, packet);
    }

    private void EndProbablyComplete(TimeSpan now, TftpPutActions actions)
    {
        State = TftpPutState.Sent;
        EndTransfer(TransferOutcome.ProbablyComplete, now, actions);
    }

    private void EndTransfer(TransferOutcome outcome, TimeSpan now, TftpPutActions actions)
    {
        (Outcome, _ended) = (outcome, now);
        actions.Tell(new TftpPutReport.Ended(Report(now)));
    }

    private void Progressed(TimeSpan now)
    {
        TimeSpan pause = now - _progress;
        if (pause > _longestStall)
            _longestStall = pause;
        _progress = now;
    }
}
