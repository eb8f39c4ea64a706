namespace Unbrick.Net.Tftp;

/// <summary>
/// Tells which direction loses, from what a retransmission brings back. After a time-out for block n the packets n-1 and n are sent:
/// a legacy loader answers n-1 only when it had n already (so its ACK was lost), a strict or RFC client answers n-1 only when it still
/// waits for n (so the DATA was lost).
/// </summary>
internal sealed class LossMeter
{
    /// <summary>
    /// A block that was sent so often in vain was not lost by chance: the device was busy, or the cable was gone for a while
    /// (<see cref="TransferStall"/>). With a tenth lost each way that happens once in 800 losses.
    /// </summary>
    private const int TriesOfAStall = 4;

    /// <summary>Enough to see whether the places are regular.</summary>
    private const int MostPlaces = 64;

    /// <summary>The case that was closed last, and what it counted for.</summary>
    private readonly record struct Closed(long Block, double ToDevice, double FromDevice, bool Placed);

    private readonly List<long> _places = [];
    private Closed? _last;
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

    /// <summary>Blocks at which something was lost, in order; the first of them only.</summary>
    public IReadOnlyList<long> Places => _places;

    /// <summary>The block itself was acknowledged; closes the case.</summary>
    /// <param name="kind">What kind of client it is.</param>
    /// <param name="block">The block.</param>
    /// <param name="tries">How often it was sent again.</param>
    public void CloseCase(LoaderKind kind, long block, int tries)
    {
        if (!_open)
            return;
        _open = false;
        if (tries >= TriesOfAStall)
            return;
        bool placed = _places.Count < MostPlaces;
        if (placed)
            _places.Add(block);
        (double down, double up) = (_lostToDevice, _lostFromDevice);
        CountCase(kind);
        _last = new Closed(block, _lostToDevice - down, _lostFromDevice - up, placed);
    }

    /// <summary>
    /// An ACK came for a block that was acknowledged before. If it is the answer to a repeat of the last case, the first answer had only been late:
    /// nothing was lost.
    /// </summary>
    public void AnsweredTwice(long block)
    {
        if (_open || _last is not Closed last || block < last.Block - 2 || block > last.Block)
            return;
        _last = null;
        _lostToDevice -= last.ToDevice;
        _lostFromDevice -= last.FromDevice;
        if (last.Placed)
            _places.RemoveAt(_places.Count - 1);
    }

    private void CountCase(LoaderKind kind)
    {
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
