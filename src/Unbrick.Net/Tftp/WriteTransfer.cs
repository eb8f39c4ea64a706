using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>Takes content from a client (WRQ), block by block in order, into an <see cref="ITftpUpload"/>.</summary>
public sealed class WriteTransfer : TftpTransfer
{
    /// <summary>After the last ACK the client may ask for it once more, if it was lost; until then the port stays open.</summary>
    private static readonly TimeSpan s_dally = TimeSpan.FromSeconds(2);

    private readonly ITftpUpload _upload;
    private readonly RetransmissionTimer _timer = new();
    private readonly BlockNumbers _numbers;

    /// <summary>Blocks stored; the last of them is what an ACK names.</summary>
    private long _stored;

    private long _acked;
    private long _bytes, _resent;
    private int _tries;
    private bool _all;

    internal WriteTransfer(
        int id, IPEndPoint peer, TftpRequest request, TftpAgreement agreement, ITftpUpload upload, TftpServerOptions options, TimeSpan now)
        : base(id, peer, request, agreement, now)
    {
        _upload = upload;
        _numbers = new BlockNumbers(options.RollOverTo);
    }

    /// <inheritdoc/>
    public override bool Unanswered => _stored == 0;

    internal override bool Settled => _all;

    /// <inheritdoc/>
    public override TransferReport Report(TimeSpan now) => new(
        Peer, Request, _upload.Name, Outcome, _bytes, Agreement.SizeAnnounced ?? 0, _stored, _stored, Elapsed(now), _resent, default,
        LoaderKind.Unknown, null, false, ErrorCode, ErrorText, LongestStall);

    internal override void Start(TimeSpan now, TftpActions actions) => Answer(now, actions);

    internal override void OnPacket(ReadOnlySpan<byte> packet, TimeSpan now, TftpActions actions)
    {
        if (EndedByError(packet) || TftpWire.OpcodeOf(packet) != TftpOpcode.Data || !TftpWire.TryReadBlock(packet, out ushort wire))
            return;
        long block = _numbers.Nearest(wire, _stored);
        ReadOnlySpan<byte> data = packet[TftpWire.DataHeader..];
        if (block == _stored + 1 && !_all && data.Length <= Agreement.BlockSize)
            Store(data, now, actions);
        else if (block <= _stored && block > _stored - Agreement.WindowSize)
            Answer(now, actions); // the client repeats what it sent last: our ACK was lost
        else if (block > _stored + 1 && _acked != _stored)
            Answer(now, actions); // a gap: name it, once (RFC 7440 s4)
    }

    internal override void OnTimer(TimeSpan now, TftpActions actions)
    {
        if (Ended)
            return;
        if (_all)
        {
            End(TransferOutcome.Complete);
            return;
        }
        if (now - LastProgress >= (Unanswered ? PatienceUnheard : Patience))
        {
            End(TransferOutcome.Silent);
            return;
        }
        _tries++;
        _resent++;
        Answer(now, actions);
    }

    private protected override void OnEnded()
    {
        if (!_all)
            _upload.Abandon();
    }

    private void Store(ReadOnlySpan<byte> data, TimeSpan now, TftpActions actions)
    {
        if (!_upload.Append(data))
        {
            actions.Send(this, TftpWire.Error(TftpErrorCode.Full, "no room for this upload"));
            End(TransferOutcome.NoRoom);
            return;
        }
        _stored++;
        _bytes += data.Length;
        _tries = 0;
        Progressed(now);
        if (data.Length < Agreement.BlockSize)
        {
            if (!_upload.Complete())
            {
                actions.Send(this, TftpWire.Error(TftpErrorCode.Exists, "could not keep this upload under that name"));
                End(TransferOutcome.NoRoom);
                return;
            }
            _all = true;
        }
        if (_all || _stored - _acked >= Agreement.WindowSize)
            Answer(now, actions);
        else
            Due = now + _timer.Wait(_tries);
    }

    private void Answer(TimeSpan now, TftpActions actions)
    {
        _acked = _stored;
        actions.Send(this, _stored == 0 && Agreement.Oack is byte[] oack ? oack : TftpWire.Ack(_numbers.OnWire(_stored)));
        Due = now + (_all ? s_dally : _timer.Wait(_tries));
    }
}
