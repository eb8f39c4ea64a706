namespace Unbrick.Net.Tftp;

// What is done when the answer to a block stays out. Either the DATA was lost or its ACK, and the loaders that matter cannot be asked:
//
//   legacy (U-Boot 1.1.3 .. v2020.07)  ignores a repeat of the block it last took, without an ACK; stores any other block, and ACKs it.
//                                      Cure for a lost ACK: n-1, then n. n-1 is not the last block taken and is stored again, in its own
//                                      place; then n is not the last one either.
//   strict (U-Boot v2020.10 ..)        takes only the next block; answers any other once a position with the number it is at, then is deaf.
//                                      Cure: n .. n+k-1 at the k-th time-out; one of them is the next one.
//   unknown                            n-2, then n: heals a legacy loader just as well, and its answer tells the two apart.
//
// Sources: u-boot net/tftp.c at U-Boot-1_1_3, v2020.07, v2020.10; thread 000 is what happens without.
public sealed partial class ReadTransfer
{
    /// <summary>Blocks ahead at the most, to a strict loader.</summary>
    private const int MostAhead = 8;

    /// <summary>
    /// After so many unanswered tries of a client of unknown kind one block ahead is sent, too: a legacy loader would have answered with
    /// more than 99.8 % at a loss of a tenth each way, so this is a strict one that has gone deaf.
    /// </summary>
    private const int TriesBeforeAhead = 4;

    /// <summary>
    /// ACKs of later blocks that prove a strict loader, while the block waited for was sent again each time and never acknowledged. By then it
    /// was sent eight times: that a legacy loader got none of them but answered the others is beyond one in ten million at a tenth lost.
    /// </summary>
    private const int AheadAnswersNeeded = 3;

    /// <summary>
    /// Patience for the last block (or window): a loader that took it may never answer (or its ACK was lost), one that did not take it says
    /// so when its own timer of 5 s runs out.
    /// </summary>
    private static readonly TimeSpan s_patienceAtEnd = TimeSpan.FromSeconds(8);

    /// <summary>Retransmission of the servers that people use today when the client does not say: tftpd-hpa 1 s, atftpd 5 s.</summary>
    private static readonly TimeSpan s_waitOfOthers = TimeSpan.FromSeconds(5);

    /// <summary>A client that repeats its last ACK after this long does so on its own timer, and not because of anything sent just now.</summary>
    private static readonly TimeSpan s_clientTimer = TimeSpan.FromSeconds(0.9);

    /// <summary>One past the highest block that was sent ahead of its turn; 0 when none was.</summary>
    private long _ahead;

    /// <summary>The block after the one waited for was acknowledged by a client that may store out of order.</summary>
    private bool _nextIsStored;

    /// <summary>Highest block acknowledged out of turn, and how often that happened since the last progress.</summary>
    private long _highestAhead;
    private int _aheadAnswers;

    /// <summary>A block 0 must not be repeated to a client that may count it twice; its own timer will ask for it.</summary>
    private bool _waitsForClient;

    private bool _blockZeroResent;

    internal override void OnTimer(TimeSpan now, TftpActions actions)
    {
        if (Ended)
            return;
        if (_paced)
        {
            SendNew(now, actions);
            return;
        }
        if (Windowed && _unacked > 0 && ContinueWindow(now, actions))
            return;
        TimeSpan silence = now - LastProgress;
        bool heard = LastProgress > Began;
        bool allSent = _unsent > _last && _last - _unacked < Agreement.WindowSize;
        if (heard && allSent && _tries > 0 && silence >= s_patienceAtEnd)
        {
            End(TransferOutcome.ProbablyComplete);
            return;
        }
        if (silence >= (heard ? Patience : PatienceUnheard))
        {
            End(TransferOutcome.Silent);
            return;
        }
        _tries++;
        if (_unacked > 0 && Windowed)
        {
            ResendWindow(now, actions);
            return;
        }
        if (_unacked == 0)
            actions.Send(this, Agreement.Oack!);
        else
            Resend(now, actions);
        Sent(now);
    }

    /// <summary>Lock-step: sends block n again in the way that suits the client.</summary>
    private void Resend(TimeSpan now, TftpActions actions)
    {
        long n = _unacked;
        if (!_options.Heal)
            Again(n, 1, actions);
        else if (_evidence.Kind == LoaderKind.UBootStrict)
            ResendToStrict(n, actions);
        else if (_numbers.IsWrap(n))
            ResendBlockZero(now, actions);
        else
            ResendToLegacy(n, now, actions);
    }

    private void ResendToStrict(long n, TftpActions actions)
    {
        if (_tries == 1 && n >= 2)
        {
            // n-1 is answered only by a loader that still waits for n: tells which direction lost, costs nothing.
            _loss.BeginCase();
            Again(n - 1, 2, actions);
            return;
        }
        int count = (int)Math.Min(Math.Min(_tries, MostAhead), _last - n + 1);
        Again(n, count, actions);
    }

    private void ResendToLegacy(long n, TimeSpan now, TftpActions actions)
    {
        if (_tries == 1)
            _loss.BeginCase();
        if (n >= 2 && !_numbers.IsWrap(n - 1))
        {
            bool probe = _evidence.Kind == LoaderKind.Unknown && n >= 3 && !_numbers.IsWrap(n - 2);
            if (probe)
            {
                _evidence.Probed(n, now, _timer.AnswerWindow);
                Again(n - 2, 1, actions);
                Again(n, 1, actions);
            }
            else
            {
                Again(n - 1, 2, actions);
            }
        }
        else if (n >= 2 && n + 1 < _last)
        {
            // n-1 is a block 0. The block after n will do instead, if it is not the one that ends the transfer.
            Again(n + 1, 1, actions);
            Again(n, 1, actions);
            return;
        }
        else
        {
            Again(n, 1, actions);
        }
        long ahead = Math.Max(n, _highestAhead) + 1;
        if (_tries >= TriesBeforeAhead && ahead < _last && ahead <= n + MostAhead && !CrossesWrap(n, ahead))
            Again(ahead, 1, actions);
    }

    /// <summary>
    /// Block 0 after a wrap is not repeated while the client may be a legacy loader: that would shift the rest of the image by 32 MiB. When its
    /// timer runs out, it repeats its last ACK, and that says whether the block arrived; this costs one of the ten lives, which the wrap gave
    /// back. Only a client that does not do that gets the block again.
    /// </summary>
    private void ResendBlockZero(TimeSpan now, TftpActions actions)
    {
        TimeSpan clientTimer = Agreement.ClientTimeout ?? s_waitOfOthers;
        if (now - LastProgress <= clientTimer + clientTimer / 2)
        {
            _waitsForClient = true;
            return;
        }
        _blockZeroResent = _looksLikeLoader || _evidence.Kind == LoaderKind.UBootLegacy;
        Again(_unacked, 1, actions);
    }

    /// <summary>An ACK of a block before the one waited for.</summary>
    private void OlderAck(long block, TimeSpan now, TftpActions actions)
    {
        _evidence.OlderAck(block, now);
        _loss.AnsweredTwice(block);
        if (block != _unacked - 1)
            return;
        _loss.OlderAnswered();
        if (_waitsForClient && now - LastProgress >= s_clientTimer)
        {
            _waitsForClient = false;
            Again(_unacked, 1, actions);
            Due = now + Wait();
        }
    }

    /// <summary>An ACK of a block that was sent ahead of its turn.</summary>
    private void AcknowledgedAhead(long block, TimeSpan now, TftpActions actions)
    {
        // A strict loader takes blocks in order, so it has all before it. Legacy ones refuse to begin with any block but 1.
        if (_evidence.Kind == LoaderKind.UBootStrict || _unacked == 1 && block == 2)
        {
            Acknowledged(block, now, actions);
            return;
        }
        _nextIsStored |= block == _unacked + 1;
        _highestAhead = Math.Max(_highestAhead, block);
        if (_evidence.Kind == LoaderKind.UBootLegacy)
            return;
        if (++_aheadAnswers >= AheadAnswersNeeded)
        {
            _evidence.TakesInOrder();
            Acknowledged(block, now, actions);
            return;
        }
        // Which is it? A legacy loader answers this with n, a strict one with the block it is at.
        Again(_unacked, 1, actions);
    }

    /// <summary>Whether a block 0 after a wrap stands between the two, or is the later one.</summary>
    private bool CrossesWrap(long block, long later) => _numbers.OnWire(later) < _numbers.OnWire(block);

    /// <summary>Whether block n was stored while n-1 was waited for; then it is done, too.</summary>
    private bool AlreadyStored(TimeSpan now, TftpActions actions)
    {
        bool stored = _nextIsStored;
        _nextIsStored = false;
        if (!stored)
            return false;
        _mayMeasure = false;
        Acknowledged(_unacked, now, actions);
        return true;
    }

    private void Again(long first, int count, TftpActions actions)
    {
        _ahead = Math.Max(_ahead, first + count);
        _unsent = Math.Max(_unsent, first + count);
        _resent += count;
        actions.SendBlocks(this, first, count);
    }
}
