using System.Net.NetworkInformation;

namespace Unbrick.Net.Nmrp;

/// <summary>
/// The PC's half of Netgear's recovery: finds one device, configures it, says when it wants its file, answers while it writes. Pure: frames
/// and the time go in, frames to send and facts come out. The file itself goes by TFTP, which is somebody else's business.
/// </summary>
/// <remarks>
/// <code>
/// PC      ADVERTISE to all, again and again
/// device  CONF_REQ           within the seconds in which it listens after power-on
/// PC      CONF_ACK           address, "firmware comes"
/// device  TFTP_UL_REQ        perhaps with a name; opens its TFTP port
/// PC      (the file by TFTP)
/// device  KEEP_ALIVE_REQ     some of them, while they write
/// PC      KEEP_ALIVE_ACK
/// device  CLOSE_REQ          done; or TFTP_UL_REQ once more: it did not like the file
/// PC      CLOSE_ACK
/// </code>
/// After nmrpflash nmrp.c and the device's side in Netgear's U-Boot (net/nmrp.c). While a device writes nothing is advertised: it would begin
/// again at its restart.
/// </remarks>
public sealed class NmrpServer
{
    /// <summary>Others than these are not told any more.</summary>
    private const int MostOthers = 16;

    /// <summary>What the string tables are called that a device may ask for (net/nmrp.h: STRING_TABLE_FILENAME_PREFIX).</summary>
    private const string StringTablePrefix = "string table ";

    /// <summary>
    /// A device that asks again within this time only repeats itself (2.5 s at the most, net/nmrp.h: NMRP_MAX_RETRY_TFTP_UL; nmrpflash nmrp.c:
    /// nmrp_discard); one that took nothing for longer has begun again, or will.
    /// </summary>
    private static readonly TimeSpan s_stalled = TimeSpan.FromSeconds(3);

    private readonly NmrpServerOptions _options;
    private readonly byte[] _advertisement;
    private readonly HashSet<PhysicalAddress> _others = [];
    private PhysicalAddress? _device;
    private TimeSpan _lastSign, _lastProgress, _writingSince;
    private int _keepAlives, _uploads;
    private bool _allSent;

    /// <summary>A server that has nothing sent yet; the first <see cref="OnTimer"/> does.</summary>
    public NmrpServer(NmrpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _advertisement = NmrpFrame.Advertise(options.OwnMac);
    }

    /// <summary>Where it stands.</summary>
    public NmrpState State { get; private set; }

    /// <summary>The device that is served; null while there is none.</summary>
    public PhysicalAddress? Device => _device;

    /// <summary>When <see cref="OnTimer"/> must be called at the latest.</summary>
    public TimeSpan NextDue { get; private set; }

    /// <summary>Takes a frame as it was heard; anything may be in it.</summary>
    public void OnFrame(ReadOnlySpan<byte> frame, TimeSpan now, NmrpActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (!NmrpFrame.TryRead(frame, out PhysicalAddress to, out PhysicalAddress from, out NmrpMessage message) || from.Equals(_options.OwnMac))
            return;
        if (message.Code == NmrpCode.Advertise)
            TellOther(from, new NmrpReport.OtherServer(from), actions);
        else if (to.Equals(_options.OwnMac) && IsFromDevice(message.Code))
            OnRequest(from, message, now, actions);
    }

    /// <summary>The TFTP transfer moved: the device took a block. <paramref name="allSent"/>: the last block is on its way.</summary>
    public void OnUploadProgress(bool allSent, TimeSpan now)
    {
        if (State == NmrpState.Uploading)
            (_allSent, _lastProgress, NextDue) = (allSent, now, now + s_stalled);
    }

    /// <summary>The TFTP transfer is over.</summary>
    public void OnUploadEnded(NmrpUploadEnd end, TimeSpan now, NmrpActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (State != NmrpState.Uploading)
            return;
        switch (end)
        {
            case NmrpUploadEnd.Sent:
                BeginWriting(now);
                break;
            case NmrpUploadEnd.Refused:
                Enter(NmrpState.Configured, now + _options.AnswerWithin);
                break;
            default:
                Lose(now, actions);
                break;
        }
    }

    /// <summary>Does what is due.</summary>
    public void OnTimer(TimeSpan now, NmrpActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (now < NextDue)
            return;
        switch (State)
        {
            case NmrpState.Advertising:
                actions.Send(_advertisement);
                NextDue = now + _options.AdvertiseEvery;
                break;
            case NmrpState.Configured:
                Lose(now, actions);
                break;
            case NmrpState.Uploading when now - _lastProgress >= s_stalled:
                // It may have restarted and listen for a few seconds; one that is still loading does not mind.
                actions.Send(_advertisement);
                NextDue = now + _options.AdvertiseEvery;
                break;
            case NmrpState.Uploading:
                NextDue = _lastProgress + s_stalled;
                break;
            case NmrpState.Writing:
                actions.Tell(new NmrpReport.WaitedEnough(_device!, now - _lastSign));
                Enter(NmrpState.Over, TimeSpan.MaxValue);
                break;
            case NmrpState.Closing:
                Enter(NmrpState.Over, TimeSpan.MaxValue);
                break;
            default:
                NextDue = TimeSpan.MaxValue;
                break;
        }
    }

    private static bool IsFromDevice(NmrpCode code) => code is
        NmrpCode.ConfigurationRequest or NmrpCode.UploadRequest or NmrpCode.KeepAliveRequest or NmrpCode.CloseRequest or NmrpCode.CloseAck;

    private void OnRequest(PhysicalAddress from, in NmrpMessage message, TimeSpan now, NmrpActions actions)
    {
        if (State == NmrpState.Over)
            return;
        if (_device is null)
        {
            if (message.Code == NmrpCode.CloseAck)
                return;
            _device = from;
            actions.Tell(new NmrpReport.Found(from, message.Code));
        }
        else if (!from.Equals(_device))
        {
            TellOther(from, new NmrpReport.OtherDevice(from), actions);
            return;
        }
        _lastSign = now;
        switch (message.Code)
        {
            case NmrpCode.ConfigurationRequest:
                Configure(now, actions);
                break;
            case NmrpCode.UploadRequest:
                OnUploadRequest(message.FileName(), now, actions);
                break;
            case NmrpCode.KeepAliveRequest:
                OnKeepAlive(now, actions);
                break;
            case NmrpCode.CloseRequest:
                OnClose(now, actions);
                break;
            case NmrpCode.CloseAck when State == NmrpState.Closing:
                Enter(NmrpState.Over, TimeSpan.MaxValue);
                break;
        }
    }

    private void Configure(TimeSpan now, NmrpActions actions)
    {
        actions.Send(NmrpFrame.Configure(_device!, _options.OwnMac, _options.DeviceAddress, _options.PrefixLength, _options.Region));
        switch (State)
        {
            case NmrpState.Uploading when now - _lastProgress < s_stalled:
                return;
            case NmrpState.Uploading:
                actions.Tell(new NmrpReport.UploadVoid(_device!));
                break;
            case NmrpState.Closing:
                return;
        }
        Enter(NmrpState.Configured, now + _options.AnswerWithin);
    }

    private void OnUploadRequest(string? name, TimeSpan now, NmrpActions actions)
    {
        if (name?.StartsWith(StringTablePrefix, StringComparison.OrdinalIgnoreCase) == true)
        {
            // A firmware written where a table belongs would do harm.
            if (State != NmrpState.Closing)
                actions.Tell(new NmrpReport.UnknownFile(_device!, name));
            LetGo(now, actions);
            return;
        }
        switch (State)
        {
            case NmrpState.Closing:
            case NmrpState.Uploading when now - _lastProgress < s_stalled:
                return;
            case NmrpState.Uploading:
                actions.Tell(new NmrpReport.UploadVoid(_device!));
                break;
            case NmrpState.Writing:
                actions.Tell(new NmrpReport.Refused(_device!, _uploads));
                if (_uploads >= _options.MostUploads)
                {
                    LetGo(now, actions);
                    return;
                }
                break;
        }
        (_allSent, _lastProgress) = (false, now);
        Enter(NmrpState.Uploading, now + s_stalled);
        actions.Tell(new NmrpReport.UploadWanted(_device!, name, _uploads));
    }

    /// <summary>Also from a device that was found writing: its server was ended and started again, and without an answer it would begin anew.</summary>
    private void OnKeepAlive(TimeSpan now, NmrpActions actions)
    {
        Send(NmrpCode.KeepAliveAck, actions);
        if (State == NmrpState.Closing)
            return;
        Confirm(now, actions);
        actions.Tell(new NmrpReport.KeepAlive(_device!, ++_keepAlives));
        if (State is NmrpState.Advertising or NmrpState.Configured)
            _writingSince = now;
        if (State != NmrpState.Uploading)
            Enter(NmrpState.Writing, WritingUntil());
    }

    private void OnClose(TimeSpan now, NmrpActions actions)
    {
        Send(NmrpCode.CloseAck, actions);
        if (State == NmrpState.Closing)
            return;
        Confirm(now, actions);
        if (State == NmrpState.Uploading)
            actions.Tell(new NmrpReport.UploadVoid(_device!));
        actions.Tell(new NmrpReport.Closed(_device!, Sent: State == NmrpState.Writing));
        Enter(NmrpState.Closing, now + _options.Linger);
    }

    private void LetGo(TimeSpan now, NmrpActions actions)
    {
        Send(NmrpCode.CloseRequest, actions);
        if (State == NmrpState.Closing)
            return;
        if (State == NmrpState.Uploading)
            actions.Tell(new NmrpReport.UploadVoid(_device!));
        Enter(NmrpState.Closing, now + _options.Linger);
    }

    /// <summary>Nobody writes or says good bye in the middle of a file, so only the last acknowledgement is missing.</summary>
    private void Confirm(TimeSpan now, NmrpActions actions)
    {
        if (State != NmrpState.Uploading || !_allSent)
            return;
        actions.Tell(new NmrpReport.UploadConfirmed(_device!));
        BeginWriting(now);
    }

    private void BeginWriting(TimeSpan now)
    {
        _uploads++;
        (_lastSign, _writingSince) = (now, now);
        Enter(NmrpState.Writing, WritingUntil());
    }

    private TimeSpan WritingUntil()
    {
        TimeSpan silent = _lastSign + _options.Patience, last = _writingSince + _options.LongestWriting;
        return silent < last ? silent : last;
    }

    private void Lose(TimeSpan now, NmrpActions actions)
    {
        actions.Tell(new NmrpReport.Lost(_device!));
        _device = null;
        Enter(NmrpState.Advertising, now);
    }

    private void Enter(NmrpState state, TimeSpan due) => (State, NextDue) = (state, due);

    private void Send(NmrpCode code, NmrpActions actions) => actions.Send(NmrpFrame.Plain(_device!, _options.OwnMac, code));

    private void TellOther(PhysicalAddress mac, NmrpReport report, NmrpActions actions)
    {
        if (_others.Count < MostOthers && _others.Add(mac))
            actions.Tell(report);
    }
}
