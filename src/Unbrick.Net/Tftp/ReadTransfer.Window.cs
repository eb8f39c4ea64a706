namespace Unbrick.Net.Tftp;

// Clients that take several blocks for one ACK (RFC 7440). The client names a gap by an ACK of the last block that came in order; the server
// goes back there, once. A window is not thrown at the client in one go before it has shown that it can take it: the number of blocks that
// leave back to back grows while no gap is named and shrinks when one is.
public sealed partial class ReadTransfer
{
    private const int FirstBurst = 8;
    private const int LeastBurst = 4;

    /// <summary>Windows sent beyond the agreed one at the most, to a client that has gone deaf to repeats (U-Boot v2020.10 and later).</summary>
    private const int MostWindowsAhead = 4;

    /// <summary>Between two bursts: eight full frames at 100 Mbit/s take 1 ms.</summary>
    private static readonly TimeSpan s_betweenBursts = TimeSpan.FromMilliseconds(1);

    /// <summary>At the least; see <see cref="Grace"/>.</summary>
    private static readonly TimeSpan s_leastGrace = TimeSpan.FromMilliseconds(4);

    /// <summary>
    /// On a path that is long for a cable one window a round trip leaves it idle most of the time. A client that has taken this many windows
    /// in a row without a gap gets the next one before it has acknowledged the last; the first gap ends that for good. Never on a cable that
    /// goes straight to a device (round trips well under a millisecond), and never to a boot loader.
    /// </summary>
    private const int WindowsBeforeLead = 8;
    private static readonly TimeSpan s_longPath = TimeSpan.FromMilliseconds(1.5);

    /// <summary>Blocks that leave back to back.</summary>
    private int _burst;

    /// <summary>Windows in a row without a gap, and how many may be under way at a time.</summary>
    private int _cleanWindows, _lead = 1;
    private bool _neverLead;

    /// <summary>End (exclusive) of what may be sent before the next ACK.</summary>
    private long _windowEnd;

    /// <summary>Next block of this window.</summary>
    private long _next;

    /// <summary>
    /// Blocks before this one went out again when the server went back. If the client had them already, it gets them twice and names the
    /// place that it is at; to go back for that would send the next ones twice, and so on (the Sorcerer's Apprentice with a window).
    /// </summary>
    private long _repeatedEnd;

    private TimeSpan _repeatedAt;

    /// <summary>
    /// The ACK at hand is probably no gap: it names the end of what was repeated, or came before any answer to a repeat can come.
    /// </summary>
    private bool _doubtful;

    private TimeSpan _windowBegan;
    private TimeSpan _retryAt;
    private TimeSpan? _gapDue;
    private bool _gapInWindow;

    /// <summary>The position that the client named a gap at last; answered once.</summary>
    private long _gapAt = -1;

    /// <summary>Sends the next window: from the first block that is not acknowledged, or, while none is missing, from where it got to.</summary>
    private void SendWindow(TimeSpan now, TftpActions actions, int windows = 1)
    {
        _next = _gapInWindow ? _unacked : Math.Max(_next, _unacked);
        if (_next < _unsent)
            (_repeatedEnd, _repeatedAt) = (_unsent, now);
        _windowEnd = Math.Min(_unacked + (long)Agreement.WindowSize * Math.Max(windows, _lead), _last + 1);
        _windowBegan = now;
        _gapDue = null;
        if (_next < _windowEnd)
            SendBurst(now, actions);
    }

    /// <summary>After a doubtful ACK: on from where it stands, as far as the client waits; back only when nothing better comes.</summary>
    private void SlideWindow(TimeSpan now, TftpActions actions)
    {
        _doubtful = false;
        _windowBegan = now;
        _windowEnd = Math.Min(_unacked + Agreement.WindowSize, _last + 1);
        _gapDue = now + Grace;
        if (_next < _windowEnd)
            SendBurst(now, actions);
        Due = Min(Due, _gapDue.Value);
    }

    private void SendBurst(TimeSpan now, TftpActions actions)
    {
        int count = (int)Math.Min(_burst, _windowEnd - _next);
        long repeated = Math.Clamp(_unsent - _next, 0, count);
        _resent += repeated;
        actions.SendBlocks(this, _next, count);
        _next += count;
        _mayMeasure = _tries == 0 && repeated == 0 && _lead == 1;
        _unsent = Math.Max(_unsent, _next);
        _sentAt = now;
        _retryAt = now + Wait();
        Due = _next < _windowEnd ? now + s_betweenBursts : _retryAt;
    }

    private void OnWindowAck(long block, TimeSpan now, TftpActions actions)
    {
        if (block >= _unsent || block < _unacked - 1)
            return;
        if (block == _unacked - 1)
        {
            // What comes sooner than any answer can is a copy of the ACK that asked for this window, and says nothing about it.
            bool mayBeAnswer = _lead > 1 || now - _windowBegan >= _timer.Shortest;
            if (_next > _unacked && _gapAt != block && _options.Heal && mayBeAnswer)
            {
                _gapDue ??= now + Grace;
                Due = Min(Due, _gapDue.Value);
            }
            return;
        }
        bool whole = block >= _next - 1 || (block - _unacked + 1) % Agreement.WindowSize == 0;
        _doubtful = !whole && _options.Heal
            && (block == _repeatedEnd - 1 || block < _repeatedEnd && now - _repeatedAt < _timer.Shortest);
        if (whole)
            CleanWindow();
        else if (!_doubtful)
            NameGap(block);
        Acknowledged(block, now, actions);
    }

    private void CleanWindow()
    {
        if (!_gapInWindow)
            _burst = Math.Min(_burst * 2, Agreement.WindowSize);
        _gapInWindow = false;
        bool longPath = _timer.Smoothed >= s_longPath && !_looksLikeLoader && !_neverLead && _options.Heal;
        if (++_cleanWindows >= WindowsBeforeLead && longPath)
            _lead = 2;
    }

    private void NameGap(long block)
    {
        _gapAt = block;
        _gapInWindow = true;
        NoLead();
        _burst = Math.Max(LeastBurst, _burst / 2);
        _loss.Count(toDevice: true);
    }

    /// <summary>The rest of a window, or a named gap that was no mere repeat; false when neither is due and the client is silent.</summary>
    private bool ContinueWindow(TimeSpan now, TftpActions actions)
    {
        if (_gapDue is TimeSpan gap && now >= gap)
        {
            NameGap(_unacked - 1);
            SendWindow(now, actions);
            return true;
        }
        if (_next < _windowEnd)
        {
            SendBurst(now, actions);
            if (_gapDue is TimeSpan later)
                Due = Min(Due, later);
            return true;
        }
        if (now < _retryAt)
        {
            Due = _gapDue is TimeSpan open ? Min(_retryAt, open) : _retryAt;
            return true;
        }
        return false;
    }

    /// <summary>The whole window again; from the third time on with blocks beyond it, for a client that only takes what comes next in order.</summary>
    private void ResendWindow(TimeSpan now, TftpActions actions)
    {
        _burst = Math.Max(LeastBurst, _burst / 2);
        _gapInWindow = true;
        _gapAt = -1;
        NoLead();
        if (_tries == 1)
            _loss.Count(toDevice: true);
        SendWindow(now, actions, _tries >= 3 && _options.Heal ? Math.Min(_tries - 1, MostWindowsAhead) : 1);
    }

    private void NoLead()
    {
        _neverLead |= _lead > 1;
        _lead = 1;
        _cleanWindows = 0;
    }

    /// <summary>
    /// An ACK of the block before the window is either a named gap at its first block or a mere repeat (RFC 1123); in the second case the
    /// answer to the window is already on its way, and here within a round trip.
    /// </summary>
    private TimeSpan Grace => _timer.Smoothed > s_leastGrace ? _timer.Smoothed.Value : s_leastGrace;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
