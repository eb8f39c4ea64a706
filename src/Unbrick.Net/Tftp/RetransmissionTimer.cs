namespace Unbrick.Net.Tftp;

/// <summary>
/// How long to wait for an ACK: measured round trips in the shape of RFC 6298, but for a cable and not for the Internet.
/// The client's <c>timeout</c> option is *its* patience and plays no part: a server that waits as long as U-Boot does lets every lost
/// packet cost one of the ten time-outs that U-Boot has for the whole file.
/// </summary>
internal sealed class RetransmissionTimer
{
    /// <summary>Below this a client that prints a '#' or stores a block is taken for lost.</summary>
    private static readonly TimeSpan s_floor = TimeSpan.FromMilliseconds(30);

    /// <summary>Ten tries must fit into the 5 s after which U-Boot gives up waiting.</summary>
    private static readonly TimeSpan s_cap = TimeSpan.FromSeconds(1);

    /// <summary>Before the first round trip is measured.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(400);

    /// <summary>Gentle, so that a line that loses a fifth of everything still gets eleven tries into 5 s.</summary>
    private const double Backoff = 1.5;

    private TimeSpan _variation;

    /// <summary>Smoothed round trip; null before the first.</summary>
    public TimeSpan? Smoothed { get; private set; }

    /// <summary>The shortest round trip, usually that of the OACK: no answer to anything comes sooner.</summary>
    public TimeSpan Shortest { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Adds a round trip of a packet that was sent once only (Karn's rule is the caller's).</summary>
    public void Sample(TimeSpan roundTrip)
    {
        Shortest = Min(Shortest, roundTrip);
        if (Smoothed is not TimeSpan smoothed)
        {
            Smoothed = roundTrip;
            _variation = roundTrip / 2;
            return;
        }
        _variation += ((roundTrip - smoothed).Duration() - _variation) / 4;
        Smoothed = smoothed + (roundTrip - smoothed) / 8;
    }

    /// <summary>How long to wait after the <paramref name="tries"/>-th repetition (0: after the first sending).</summary>
    public TimeSpan Wait(int tries)
    {
        TimeSpan once = Smoothed is TimeSpan smoothed ? Max(s_floor, smoothed + 4 * _variation) : s_first;
        // The exponent is bounded before the power is taken: 1.5^20 of anything is over the cap.
        return Min(s_cap, once * Math.Pow(Backoff, Math.Min(tries, 20)));
    }

    /// <summary>Within this time after a packet was sent its answer is believed to be its answer, and not some older packet's.</summary>
    public TimeSpan AnswerWindow => Smoothed is TimeSpan smoothed ? Max(TimeSpan.FromMilliseconds(25), smoothed + 4 * _variation) : TimeSpan.Zero;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
