namespace Unbrick.Net.Dhcp;

/// <summary>
/// What the course of a client's packets tells. Kept for each lease: is it one box that asks again, or two with one hardware address; and
/// does it take our offers.
/// </summary>
internal sealed class DhcpConversation
{
    private const int Patience = 2;

    // U-Boot's own retries are at most 5 s apart, and it gives up after 10.
    private static readonly TimeSpan s_together = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_afresh = TimeSpan.FromSeconds(60);

    // No box restarts and has its link up again within a second of being told its address.
    private static readonly TimeSpan s_tooSoon = TimeSpan.FromSeconds(1);

    private (uint Id, TimeSpan At)? _newest, _other;
    private int _returns;
    private TimeSpan? _oldUBootAcknowledged;
    private TimeSpan _lastDiscover;
    private bool _told;

    /// <summary>OFFERs (DISCOVERs answered) since the last REQUEST.</summary>
    public int OffersNotTaken { get; private set; }

    /// <summary>
    /// How to answer the next DISCOVER: full twice, then by turns, so that a client which only lost packets is not worse off.
    /// </summary>
    public DhcpReplyStyle Style =>
        OffersNotTaken >= Patience && OffersNotTaken % 2 == 0 ? DhcpReplyStyle.Lean : DhcpReplyStyle.Full;

    /// <summary>
    /// Counts a DISCOVER; true when it is the one that shows that our offers are not taken.
    /// </summary>
    public bool Discovered(TimeSpan now)
    {
        if (now - _lastDiscover > s_afresh)
            OffersNotTaken = 0;
        _lastDiscover = now;
        return OffersNotTaken == Patience;
    }

    public void Offered() => OffersNotTaken++;

    public void Taken() => OffersNotTaken = 0;

    public void Acknowledged(bool isOldUBoot, TimeSpan now) => _oldUBootAcknowledged = isOldUBoot ? now : null;

    /// <summary>
    /// True, once, when this packet shows a second client with the same hardware address. One client goes from transaction to transaction
    /// and never comes back, but for one REQUEST that takes a late OFFER (U-Boot of 2014 and later keeps its last transaction ids open).
    /// So: a DISCOVER or BOOTP request of an older transaction, or two returns of any kind. And a new transaction at once after an ACK when
    /// both look like an old U-Boot; other software may well hand over to the next stage that fast.
    /// </summary>
    public bool IsSecondClient(uint transactionId, bool isFirstStep, bool isOldUBoot, TimeSpan now)
    {
        bool second = false;
        if (_newest is not { } newest)
            _newest = (transactionId, now);
        else if (newest.Id == transactionId)
            _newest = (transactionId, now);
        else if (_other is { } other && other.Id == transactionId && now - other.At <= s_together)
        {
            _returns++;
            second = isFirstStep || _returns > 1;
            (_newest, _other) = ((transactionId, now), newest);
        }
        else
        {
            second = isFirstStep && isOldUBoot && _oldUBootAcknowledged is { } at && now - at < s_tooSoon;
            (_newest, _other, _returns) = ((transactionId, now), newest, 0);
        }
        second &= !_told;
        _told |= second;
        return second;
    }
}
