namespace Unbrick.Net.Tftp;

/// <summary>
/// Tells which direction loses, from what a retransmission brings back. After a time-out for block n the packets n-1 and n are sent:
/// a legacy loader answers n-1 only when it had n already (so its ACK was lost), a strict or RFC client answers n-1 only when it still
/// waits for n (so the DATA was lost).
/// </summary>
internal sealed class LossMeter
{
    private long _delivered;
    private double _lostToDevice, _lostFromDevice;
    private bool _open, _olderAnswered;

    /// <summary>A block was acknowledged for the first time, or several at once.</summary>
    public void Delivered(long blocks) => _delivered += blocks;

    /// <summary>A block was not answered in time and was sent again together with the one before it.</summary>
    public void BeginCase()
    {
        _open = true;
        _olderAnswered = false;
    }

    /// <summary>The block before it was acknowledged (again).</summary>
    public void OlderAnswered() => _olderAnswered |= _open;

    /// <summary>The block itself was acknowledged; closes the case.</summary>
    public void CloseCase(LoaderKind kind)
    {
        if (!_open)
            return;
        _open = false;
        switch (kind)
        {
            case LoaderKind.UBootLegacy:
                Count(toDevice: !_olderAnswered);
                break;
            case LoaderKind.UBootStrict or LoaderKind.Rfc:
                Count(toDevice: _olderAnswered);
                break;
            default:
                _lostToDevice += 0.5;
                _lostFromDevice += 0.5;
                break;
        }
    }

    /// <summary>A client with a window named a gap, or never got the end of one.</summary>
    public void Count(bool toDevice)
    {
        if (toDevice)
            _lostToDevice++;
        else
            _lostFromDevice++;
    }

    /// <summary>The estimate so far.</summary>
    public LossEstimate Estimate => new(Share(_lostToDevice), Share(_lostFromDevice));

    private double Share(double lost) => lost <= 0 ? 0 : Math.Round(lost / (_delivered + lost), 5);
}
