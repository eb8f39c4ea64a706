using System.Collections.Immutable;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// Finds the rate of a line and what is wrong with its wires. Pure: bytes and times go in, what to do next comes out. It listens at the rate that
/// is likeliest by all that came so far, and takes a rate only for what can be read there; so a wrong guess costs some 20 bytes, and nothing
/// else. When nothing comes it goes through the rates with a key at each, then has the device switched off and on.
/// </summary>
/// <param name="options">How to go about.</param>
public sealed class LineSearch(LineSearchOptions options)
{
    private const int FewestBytes = 16, FewestValues = 4, EnoughBytes = 64, MostBytes = 320;
    private const int ManyBytes = 160, FirstRound = 28, LaterRounds = 96;
    private const double GoodMean = 1.1, LeastMean = 0.8, LeastScore = 20, SureScore = 44, Margin = 10, Overwhelming = 12;
    private const int NoiseRates = 4, FewestNoise = 5;
    private const int UpsideDownValues = 8, ManyValues = 16;
    private const double CertainNoise = 0.98, LeastUpsideDown = 14, CertainUpsideDown = 24;

    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(25), s_answer = TimeSpan.FromMilliseconds(300), s_trickle = TimeSpan.FromSeconds(2),
        s_patience = TimeSpan.FromSeconds(12), s_longest = TimeSpan.FromSeconds(1.5), s_longText = TimeSpan.FromSeconds(4),
        s_longEnough = TimeSpan.FromSeconds(3), s_fallenSilent = TimeSpan.FromSeconds(1);

    private readonly LineEvidence _evidence = new();
    private readonly Dictionary<int, int> _heard = []; // bytes at each rate, -1 for a rate that the port cannot have
    private readonly List<LineStage> _stages = [];
    private readonly HashSet<int> _silent = [];
    private readonly ReceiveCheck _receive = new();
    private readonly MainsHum _hum = new();
    private LineStay _stay = new();
    private TimeSpan _tuned, _quietSince, _found, _lost;
    private TimeSpan? _firstByte, _typed;
    private int _host;
    private int _textBytes, _rounds, _mostValues;
    private long _bytes;
    private bool _asked, _fellSilent, _returned;
    private double _confidence, _upsideDown;

    /// <summary>What is known now; final once <see cref="Next"/> says <see cref="LineStepKind.Done"/>.</summary>
    public LineVerdict? Verdict { get; private set; }

    /// <summary>The rate at which there is text; null while it is searched for.</summary>
    public int? Baud => _stages.Count > 0 && _stages[^1].Baud == _host && IsLocked ? _host : null;

    private bool IsLocked { get; set; }

    /// <summary>Takes what came in.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="now">Since the search began.</param>
    public void On(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (bytes.IsEmpty)
            return;
        _fellSilent |= _firstByte is not null && now - _quietSince >= s_fallenSilent;
        _hum.On(bytes.Length, now, _host);
        _firstByte ??= now;
        _bytes += bytes.Length;
        _quietSince = now;
        _receive.On(bytes, now);
        // What was on its way when the rate changed is of neither rate.
        if (now - _tuned < s_settle + TimeSpan.FromSeconds(_host > 0 ? 15.0 / _host : 0) && options.HasRate && _host > 0 && !IsLocked)
            return;
        _heard[_host] = _heard.GetValueOrDefault(_host) + bytes.Length;
        foreach (byte value in bytes)
        {
            if (_stay.IsRow(value))
                continue;
            float score = _stay.Add(value);
            if (_stay.Run == 0)
                _evidence.BeginRun();
            _evidence.Add(value, score);
        }
        if (!IsLocked && IsText() && !HasCommonNeighbor())
            Lock(now);
        else if (IsLocked && !_returned && _stay.HasTurned && options.HasRate)
            Unlock(now);
    }

    /// <summary>A rate that the port cannot have.</summary>
    public void Refused(int baud)
    {
        if (options.HasRate)
            _heard[baud] = -1;
    }

    /// <summary>What to do now.</summary>
    /// <param name="now">Since the search began.</param>
    public LineStep Next(TimeSpan now)
    {
        if (Verdict is not null)
            return LineStep.Just(LineStepKind.Done);
        if (_host == 0)
            return Tune(options.First ?? LineRates.All[0], now);
        if (IsLocked)
            return NextLocked(now);
        if (now >= options.Limit)
            return Conclude(now);
        if (_stages.Count > 0 && now - _lost >= s_longEnough)
            return Return(now);
        if (!IsOpen(_host) && _evidence.Best(IsOpen).Baud is > 0 and int open)
            return Tune(open, now);
        if (IsNoise(now, out LineKind kind))
            return End(new LineVerdict(kind, null, Math.Min(0.99, _evidence.NoText())), now);
        if (HasCommonNeighbor() && IsText())
            return Tune(CommonNeighbor(), now);
        if (options.HasRate && _stay.Count > 0 && Better(now) is { } better)
            return Tune(better, now);
        TimeSpan quiet = now - Later(_quietSince, _tuned);
        if (quiet < s_answer || (_typed is { } at && now - at < s_answer))
            return LineStep.Listen(s_answer - quiet < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : s_answer - quiet);
        return NextSilent(now);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private LineStep NextLocked(TimeSpan now)
    {
        if (!options.ChecksReceive || !options.MayType || _receive.IsOver || now - Later(_found, _returned ? _tuned : _found) >= options.ReceiveLimit)
            return End(Text(), now);
        return _receive.Next(now, _quietSince, _host);
    }

    private LineVerdict Text() =>
        new(_receive.State == LineReceive.Silent ? LineKind.ReceiveDead : LineKind.Text, _host, _receive.State == LineReceive.Silent ? 0.9 : _confidence)
        {
            Receive = _receive.State,
        };

    /// <summary>Nothing came for a while: a key, then the next rate; then somebody has to switch the device off and on.</summary>
    private LineStep NextSilent(TimeSpan now)
    {
        bool typedHere = _typed is { } at && at >= _tuned;
        if (options.MayType && !typedHere && SearchKeys.At(_host) is { } key)
        {
            _typed = now;
            return LineStep.Type(key);
        }
        // Something that can be text so far is waited for; noise trickles, too.
        bool promising = _stay.Count > 0 && (_stay.Score >= 0 || _stay.Count < FewestNoise);
        if (promising && now - _tuned < s_trickle)
        {
            if (options.MayType && _stay.Score >= 0 && SearchKeys.At(_host) is { } again)
            {
                _typed = now;
                return LineStep.Type(again);
            }
            return LineStep.Listen(s_answer);
        }
        _silent.Add(_host);
        int next = options.HasRate ? _evidence.Best(rate => rate != _host && !_silent.Contains(rate) && IsOpen(rate) && LineRates.Usual.Contains(rate)).Baud : 0;
        if ((next == 0 || (!options.MayType && _silent.Count > 1)) && !_asked)
        {
            _asked = true;
            _silent.Clear();
            return LineStep.Just(LineStepKind.AskPowerCycle);
        }
        if (next == 0)
        {
            _silent.Clear();
            _typed = null;
            next = options.HasRate ? _evidence.Best(rate => rate != _host && IsOpen(rate)).Baud : 0;
        }
        return next == 0 ? LineStep.Listen(s_answer) : Tune(next, now);
    }

    /// <summary>The rate to go to, when this one is not it.</summary>
    private int? Better(TimeSpan now)
    {
        int patience = _rounds == 0 ? FirstRound : LaterRounds;
        bool hopeless = _stay.Count >= FewestNoise && _evidence.Best(rate => rate != _host && IsOpen(rate) && !_heard.ContainsKey(rate)).Weight - _evidence.Weight(_host) > Overwhelming;
        bool bad = hopeless || (_stay.Count >= patience && _stay.Score < LeastScore / 2) || _stay.Count >= MostBytes
            || (now - _tuned > s_longest && _stay.Count >= FewestNoise && _stay.Score < LeastScore);
        bool mayBeUpsideDown = (_stay.Count < EnoughBytes && _evidence.UpsideDown > 0) || (_stay.Count < 4 * EnoughBytes && _evidence.UpsideDown > LeastUpsideDown / 2);
        if (!bad || mayBeUpsideDown)
            return null;
        // One that was listened to and gave nothing comes again only when all have had their turn.
        int baud = _evidence.Best(rate => rate != _host && IsOpen(rate) && _heard.GetValueOrDefault(rate) < FewestNoise).Baud;
        if (baud != 0)
            return baud;
        foreach (int rate in LineRates.All.Where(IsOpen))
            _heard[rate] = 0;
        _rounds++;
        return _evidence.Best(rate => rate != _host && IsOpen(rate)).Baud is > 0 and int again ? again : null;
    }

    private bool IsOpen(int rate) => _heard.GetValueOrDefault(rate) >= 0;

    private bool IsText()
    {
        if (_stay.Run < FewestBytes || _stay.RunValues < FewestValues || _stay.Score < (_typed >= _tuned ? LeastScore : SureScore))
            return false;
        double lead = _stay.Score - Math.Max(0, _evidence.Rival);
        bool certain = !options.HasRate || (_stay.Mean >= GoodMean && lead >= Margin) || (_stay.Mean >= LeastMean && lead >= 2 * Margin && _stay.Run >= ManyBytes);
        _confidence = 1 - Math.Exp(-Math.Min(12, _stay.Score / 5));
        return certain && (_stay.RunValues > 6 || _stay.Run >= EnoughBytes || _typed >= _tuned);
    }

    /// <summary>Rates within a tenth can both be read when a clock is off; the one that is common is tried before the other is believed.</summary>
    private bool HasCommonNeighbor() => options.HasRate && CommonNeighbor() != 0;

    private int CommonNeighbor()
    {
        int place = LineRates.All.IndexOf(_host);
        return LineRates.All.Take(Math.Max(place, 0))
            .FirstOrDefault(rate => Math.Abs(rate - _host) < 0.12 * _host && IsOpen(rate) && _heard.GetValueOrDefault(rate) < FewestBytes);
    }

    private bool IsNoise(TimeSpan now, out LineKind kind)
    {
        bool heardAll = _rounds > 1 && now - (_firstByte ?? now) >= s_longText;
        bool isQuiet = now - _quietSince >= s_fallenSilent;
        _fellSilent |= _firstByte is not null && isQuiet;
        bool trickles = !isQuiet && _heard.Count(h => h.Value >= FewestNoise) >= NoiseRates && now - (_firstByte ?? now) >= s_patience;
        double upsideDown = Math.Max(_upsideDown, UpsideDown());
        kind = Unread(upsideDown);
        if (_stages.Count > 0)
            return false;
        if (upsideDown >= CertainUpsideDown && _rounds > 0 && now - (_firstByte ?? now) >= s_longEnough && options.HasRate && _evidence.NoText() >= CertainNoise)
            return true;
        return options.HasRate && (heardAll || trickles) && _evidence.NoText() >= CertainNoise;
    }

    /// <summary>A wire that nobody holds is never quiet; what prints, ends, and answers is a device.</summary>
    private LineKind Unread(double upsideDown) =>
        !_hum.IsMains && (_fellSilent || upsideDown >= LeastUpsideDown || (_mostValues >= ManyValues && _evidence.IsRatherUpsideDown())) ? LineKind.Inverted : LineKind.NoGround;

    private double UpsideDown() => _stay is { Count: >= 2 * FewestBytes, Values: >= UpsideDownValues } ? _evidence.UpsideDown : 0;

    private void Lock(TimeSpan now)
    {
        IsLocked = true;
        _found = now;
        _textBytes = _stay.Run;
        _stages.Add(new LineStage(_host, now));
    }

    /// <summary>It was text and is none any more: the device has changed its rate.</summary>
    private void Unlock(TimeSpan now)
    {
        (IsLocked, _lost) = (false, now);
        _evidence.Reset();
        _evidence.Tune(_host);
        _heard.Clear();
        _heard[_host] = EnoughBytes;
        _stay = new LineStay();
        _receive.Restart();
    }

    /// <summary>No other rate gives text: then it was a table, or bytes that are meant to be none, at the rate that was found.</summary>
    private LineStep Return(TimeSpan now)
    {
        (IsLocked, _returned, _found) = (true, true, _stages[^1].At);
        return Tune(_stages[^1].Baud, now);
    }

    private LineStep Tune(int baud, TimeSpan now)
    {
        _upsideDown = Math.Max(_upsideDown, UpsideDown());
        _mostValues = Math.Max(_mostValues, _stay.Values);
        (_host, _tuned, _stay) = (baud, now, new LineStay());
        _evidence.Tune(baud);
        return LineStep.Tune(baud);
    }

    /// <summary>Time is up: what is likeliest by what there is.</summary>
    private LineStep Conclude(TimeSpan now)
    {
        double none = _evidence.NoText();
        LineVerdict verdict = _stages.Count > 0 ? new LineVerdict(LineKind.Text, _stages[^1].Baud, _confidence)
            : _bytes == 0 ? new LineVerdict(LineKind.Silent, null, _asked ? 0.95 : 0.8)
            : _stay is { Run: >= 4, Score: > 4 } ? new LineVerdict(LineKind.Text, _host, 0.6)
            : none > 0.5 ? new LineVerdict(Unread(_upsideDown), null, none * 0.9)
            : new LineVerdict(LineKind.Unreadable, null, 0.5);
        return End(verdict, now);
    }

    private LineStep End(LineVerdict verdict, TimeSpan now)
    {
        Verdict = verdict with
        {
            Bytes = _bytes,
            TextBytes = _textBytes,
            Traffic = (IsLocked ? _found : now) - (_firstByte ?? now),
            Stages = [.. _stages],
            RatesTried = _heard.Count,
        };
        return LineStep.Just(LineStepKind.Done);
    }
}
