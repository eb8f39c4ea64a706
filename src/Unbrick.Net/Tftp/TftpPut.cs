using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>Where a <see cref="TftpPut"/> stands.</summary>
public enum TftpPutState
{
    /// <summary>Sends the request again and again until the device takes it.</summary>
    Asking,

    /// <summary>Sends blocks.</summary>
    Sending,

    /// <summary>All was sent; what the device says now is about the file.</summary>
    Sent,

    /// <summary>Over without the device having taken the file.</summary>
    Failed,
}

/// <summary>
/// Sends a file to a boot loader that is the TFTP server (RFC 1350, 1123 s4.2, 2347, 2348), without a socket: datagrams and the time go in,
/// datagrams to send and reports come out. The request is repeated until the loader's short window opens; a device that starts again in the
/// middle is asked anew; one that never acknowledges the last block counts as probably complete. Requests are here, blocks in
/// <c>TftpPut.Data.cs</c>. Not thread-safe; belongs to one loop.
/// </summary>
public sealed partial class TftpPut
{
    /// <summary>After an ERROR the device is not asked at once: it would say the same.</summary>
    private static readonly TimeSpan s_afterError = TimeSpan.FromSeconds(1);

    /// <summary>A flood of packets from elsewhere is not answered for ever.</summary>
    private const int MostStrangersAnswered = 32;

    private readonly TftpPutOptions _options;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly IPEndPoint[] _targets;
    private readonly byte[] _plainRequest;
    private byte[] _request;
    private TimeSpan _nextAsk = TimeSpan.MaxValue;
    private bool _answered;
    private int _errors, _strangers;

    /// <summary>Ready to ask; does nothing before <see cref="Ask"/>.</summary>
    /// <param name="options">How.</param>
    /// <param name="content">The file.</param>
    /// <param name="targets">Request ports at the addresses that the device may have; the first that answers gets the file.</param>
    public TftpPut(TftpPutOptions options, ReadOnlyMemory<byte> content, params IEnumerable<IPEndPoint> targets)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _content = content;
        _targets = [.. targets];
        _silence = options.Silence;
        _numbers = new BlockNumbers(options.RollOverTo);
        _plainRequest = TftpWire.WriteRequest(options.Name, []);
        _request = options.BlockSize == TftpWire.DefaultBlockSize
            ? _plainRequest
            : TftpWire.WriteRequest(options.Name, [new("blksize", $"{options.BlockSize}")]);
        _blockSize = TftpWire.DefaultBlockSize;
    }

    /// <summary>Where it stands.</summary>
    public TftpPutState State { get; private set; }

    /// <summary>How the last transfer ended; <see cref="TransferOutcome.Running"/> before one did, or while one goes on.</summary>
    public TransferOutcome Outcome { get; private set; }

    /// <summary>Requests sent since the last answer.</summary>
    public int Asked { get; private set; }

    /// <summary>A transfer is under way, even if the device is silent at the moment.</summary>
    public bool Underway => _peer is not null && State is TftpPutState.Asking or TftpPutState.Sending;

    /// <summary>When <see cref="OnTimer"/> wants to be called.</summary>
    public TimeSpan NextDue => State switch
    {
        TftpPutState.Asking => _peer is not null && _resendAt < _nextAsk ? _resendAt : _nextAsk,
        TftpPutState.Sending => _resendAt < SilentAt ? _resendAt : SilentAt,
        _ => TimeSpan.MaxValue,
    };

    private bool AsksOptions => _request != _plainRequest;

    /// <summary>
    /// Asks at once and goes on asking: the link has come up. In the middle of a transfer the device may have started again or not; both are
    /// provided for. After the last block the fallen link was the device's own restart.
    /// </summary>
    public void Ask(TimeSpan now, TftpPutActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (State == TftpPutState.Sending && AllSent)
        {
            EndProbablyComplete(now, actions);
        }
        else if (State == TftpPutState.Sending)
        {
            Pause(now, actions);
        }
        else if (State == TftpPutState.Asking)
        {
            _nextAsk = now;
            OnTimer(now, actions);
        }
    }

    /// <summary>Sends no requests until <see cref="Ask"/>: there is no link. A transfer under way goes on as far as it can.</summary>
    public void Rest()
    {
        if (State == TftpPutState.Asking)
            _nextAsk = TimeSpan.MaxValue;
    }

    /// <summary>Does what is due.</summary>
    public void OnTimer(TimeSpan now, TftpPutActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (State == TftpPutState.Sending)
        {
            SendingTimer(now, actions);
            return;
        }
        if (State != TftpPutState.Asking)
            return;
        if (_peer is not null)
            PausedTimer(now, actions);
        if (now < _nextAsk)
            return;
        foreach (IPEndPoint target in _targets)
            actions.Send(target, _request);
        Asked++;
        _answered = false;
        _nextAsk = now + _options.AskEvery;
    }

    /// <summary>A datagram on our port. Nothing in it is trusted.</summary>
    public void OnDatagram(ReadOnlySpan<byte> packet, IPEndPoint from, TimeSpan now, TftpPutActions actions)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(actions);
        bool known = from.Equals(_peer);
        bool device = known || Array.Exists(_targets, t => t.Address.Equals(from.Address));
        switch (TftpWire.OpcodeOf(packet))
        {
            case TftpOpcode.Ack when TftpWire.TryReadBlock(packet, out ushort block):
                if (device && State == TftpPutState.Asking)
                    AskedAck(block, from, now, actions);
                else if (known)
                    OnAck(block, now, actions);
                else
                    AnswerStranger(from, actions);
                break;
            case TftpOpcode.Oack:
                if (device && State == TftpPutState.Asking)
                    AskedOack(packet[2..], from, now, actions);
                else if (!known)
                    AnswerStranger(from, actions);
                break;
            case TftpOpcode.Error when known:
                OnError(packet, now, actions);
                break;
            case TftpOpcode.Error when device && State == TftpPutState.Asking && !_answered:
                AskedError(packet, from, now, actions);
                break;
        }
    }

    /// <summary>Ends it; a device in the middle of a transfer is told, so that it stops waiting.</summary>
    public void Stop(TimeSpan now, TftpPutActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (Underway)
        {
            actions.Send(_peer!, TftpWire.Error(TftpErrorCode.NotDefined, "stopped"));
            EndTransfer(TransferOutcome.Stopped, now, actions);
        }
        if (State != TftpPutState.Sent)
            State = TftpPutState.Failed;
    }

    /// <summary>An ACK while asking: number 0 opens the window; the number of the block that is owed means the old transfer lives.</summary>
    private void AskedAck(ushort block, IPEndPoint from, TimeSpan now, TftpPutActions actions)
    {
        if (from.Equals(_peer) && block == _numbers.OnWire(_unacked))
        {
            State = TftpPutState.Sending;
            actions.Tell(new TftpPutReport.Resumed(Report(now)));
            Acknowledged(now, actions);
        }
        else if (block == 0)
        {
            Begin(from, TftpWire.DefaultBlockSize, now, actions);
        }
    }

    /// <summary>An answer with options: only what was asked for, and not more of it (RFC 2347, 2348).</summary>
    private void AskedOack(ReadOnlySpan<byte> options, IPEndPoint from, TimeSpan now, TftpPutActions actions)
    {
        if (TftpWire.TryReadBlockSize(options, out int? agreed) && (agreed is null || (AsksOptions && agreed >= 8 && agreed <= _options.BlockSize)))
        {
            Begin(from, agreed ?? TftpWire.DefaultBlockSize, now, actions);
            return;
        }
        actions.Send(from, TftpWire.Error(TftpErrorCode.Options, "options were not asked for"));
        if (AsksOptions)
            AskWithoutOptions(from, TftpErrorCode.Options, "it agreed to something else", now, actions);
    }

    private void AskedError(ReadOnlySpan<byte> packet, IPEndPoint from, TimeSpan now, TftpPutActions actions)
    {
        // Requests that waited for ARP together are answered together; that is one answer.
        _answered = true;
        (TftpErrorCode code, string text) = TftpWire.ReadError(packet);
        if (AsksOptions)
        {
            AskWithoutOptions(from, code, text, now, actions);
            return;
        }
        bool final = ++_errors >= _options.MostErrors;
        actions.Tell(new TftpPutReport.Refused(from, code, text, final));
        _nextAsk = now + s_afterError;
        if (final)
            (State, Outcome) = (TftpPutState.Failed, TransferOutcome.ClientError);
    }

    private void AskWithoutOptions(IPEndPoint from, TftpErrorCode code, string text, TimeSpan now, TftpPutActions actions)
    {
        _request = _plainRequest;
        _nextAsk = now;
        actions.Tell(new TftpPutReport.OptionsRefused(from, code, text));
        OnTimer(now, actions);
    }

    /// <summary>RFC 1350 s4: who sends from a port that is not the transfer's is told so, and the transfer goes on.</summary>
    private void AnswerStranger(IPEndPoint from, TftpPutActions actions)
    {
        if (State == TftpPutState.Sending && ++_strangers <= MostStrangersAnswered)
            actions.Send(from, TftpWire.Error(TftpErrorCode.UnknownTransfer, "not your transfer"));
    }
}
