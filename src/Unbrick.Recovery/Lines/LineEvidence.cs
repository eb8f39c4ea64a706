namespace Unbrick.Recovery.Lines;

/// <summary>
/// What speaks for which rate: at the rate that is listened to, how likely the bytes are as text; at all others, how likely they are as what that
/// other rate would turn into here. Also for levels upside down, and for noise. All as logarithms of likelihoods against bytes by chance.
/// </summary>
internal sealed class LineEvidence
{
    /// <summary>Bytes of one stay that count for other rates: more of the same says nothing new.</summary>
    internal const int MostForOthers = 48;

    /// <summary>The model of other rates is rough, and bytes depend on each other.</summary>
    private const double Trust = 0.5;

    private const double LeastPerStay = -10, MostPerStay = 10, MostText = 14, LeastText = -18;

    private static readonly int[] s_rates = [.. LineRates.All];
    private static readonly float[] s_hum = Hum();

    private readonly double[] _normal = new double[s_rates.Length], _inverted = new double[s_rates.Length];
    private readonly double[] _stayNormal = new double[s_rates.Length], _stayInverted = new double[s_rates.Length];
    private readonly double[] _rival = new double[s_rates.Length];
    private double _ownInverted, _ownHum;
    private double _hum, _stayHum;
    private double _chance;
    private int _host;
    private int _stayed;

    public LineEvidence() => Reset();

    /// <summary>Forgets all but what is usual.</summary>
    public void Reset()
    {
        for (int i = 0; i < s_rates.Length; i++)
        {
            _normal[i] = i < LineRates.Usual.Length ? -0.25 * i : -6 - (0.1 * i);
            _normal[i] -= s_rates[i] <= 1200 ? 8 : s_rates[i] <= 4800 ? 3 : 0; // each try there takes long
            _inverted[i] = _normal[i] - 4;
            _stayNormal[i] = _stayInverted[i] = 0;
        }
        (_hum, _chance, _stayHum, _stayed) = (-3.5, -3.5, 0, 0);
    }

    /// <summary>The rate is another one now: what the last one showed is settled, and older findings fade.</summary>
    public void Tune(int host)
    {
        for (int i = 0; i < s_rates.Length; i++)
        {
            _normal[i] += Math.Clamp(_stayNormal[i], s_rates[i] == _host ? LeastText : LeastPerStay, MostPerStay);
            _inverted[i] += Math.Clamp(_stayInverted[i], LeastPerStay, MostPerStay);
            (_stayNormal[i], _stayInverted[i]) = (0, 0);
        }
        _hum += Math.Clamp(_stayHum, LeastPerStay, MostPerStay);
        (_stayHum, _stayed, _host) = (0, 0, host);
        Array.Clear(_rival);
        (_ownInverted, _ownHum) = (0, 0);
    }

    /// <summary>Takes one byte that came at this rate.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="text">Its score as text.</param>
    public void Add(byte value, float text)
    {
        bool counts = _stayed++ < MostForOthers;
        for (int i = 0; i < s_rates.Length; i++)
        {
            if (s_rates[i] != _host)
            {
                float score = GarbageTables.Get(s_rates[i], _host, false)[value];
                _rival[i] += score;
                _stayNormal[i] += counts ? Trust * score : 0;
            }
            _stayInverted[i] += counts ? Trust * GarbageTables.Get(s_rates[i], _host, true)[value] : 0;
        }
        AddText(text);
        _ownInverted += GarbageTables.Get(_host, _host, true)[value];
        _ownHum += s_hum[value];
        if (!counts)
            return;
        _stayHum += Trust * s_hum[value];
    }

    /// <summary>How well the bytes since <see cref="BeginRun"/> go with the best other rate, as a score like that of text.</summary>
    public double Rival => _rival.Max();

    /// <summary>A new run of bytes that may be text.</summary>
    public void BeginRun() => Array.Clear(_rival);

    /// <summary>The score of this stay's bytes as text of this very rate upside down, above what noise would have.</summary>
    public double UpsideDown => _ownInverted - Math.Max(0, _ownHum);

    /// <summary>Whether it is rather text of some rate upside down than noise.</summary>
    public bool IsRatherUpsideDown() => Shares() is var (inverted, noise) && inverted > 9 * noise;

    /// <summary>How likely it is no text of any rate the right way round, 0 to 1.</summary>
    public double NoText() => Shares() is var (inverted, noise) ? inverted + noise : 0;

    /// <summary>The likeliest rate of text the right way round, among those that are let through.</summary>
    /// <param name="may">Which ones.</param>
    /// <returns>The rate and the logarithm of its weight; rate 0 when none is let through.</returns>
    public (int Baud, double Weight) Best(Func<int, bool> may)
    {
        (int Baud, double Weight) best = (0, double.NegativeInfinity);
        for (int i = 0; i < s_rates.Length; i++)
        {
            double weight = WeightAt(i);
            if (weight > best.Weight && may(s_rates[i]))
                best = (s_rates[i], weight);
        }
        return best;
    }

    /// <summary>The logarithm of the weight of a rate.</summary>
    public double Weight(int baud) => Array.IndexOf(s_rates, baud) is >= 0 and int i ? WeightAt(i) : double.NegativeInfinity;

    private double WeightAt(int i) => _normal[i] + Math.Clamp(_stayNormal[i], s_rates[i] == _host ? LeastText : LeastPerStay, MostPerStay);

    private void AddText(float text)
    {
        int at = Array.IndexOf(s_rates, _host);
        if (at >= 0)
            _stayNormal[at] = Math.Clamp(_stayNormal[at] + text, LeastText, MostText);
    }

    private (double Inverted, double Noise) Shares()
    {
        double most = Math.Max(_hum + _stayHum, _chance);
        for (int i = 0; i < s_rates.Length; i++)
            most = Math.Max(most, Math.Max(WeightAt(i), _inverted[i] + _stayInverted[i]));
        double normal = 0, inverted = 0;
        for (int i = 0; i < s_rates.Length; i++)
        {
            normal += Math.Exp(WeightAt(i) - most);
            inverted += Math.Exp(_inverted[i] + _stayInverted[i] - most);
        }
        double noise = Math.Exp(_hum + _stayHum - most) + Math.Exp(_chance - most), all = normal + inverted + noise;
        return (inverted / all, noise / all);
    }

    /// <summary>Slow edges of a line that nobody holds: long lows, and highs that begin somewhere in a byte (lab/serial, --nognd).</summary>
    private static float[] Hum()
    {
        float[] table = new float[256];
        Array.Fill(table, (float)Math.Log(0.15));
        foreach (byte value in (byte[])[0x00, 0x80, 0xC0, 0xE0, 0xF0, 0xF8, 0xFC, 0xFE, 0xFF])
            table[value] = (float)Math.Log(((0.85 / 9) + (0.15 / 256)) * 256);
        return table;
    }
}
