using Unbrick.Hardware.Serial.Uart;

namespace Unbrick.Sim.Lines;

/// <summary>
/// A wire that nobody holds: it follows the mains with ragged edges, or catches bursts of spikes, or both. It does so whether the device has
/// power or not, and does not care for rates.
/// </summary>
internal sealed class FloatingLine
{
    private readonly Random _random;
    private readonly double _mains, _spikes, _raggedness;
    private double _next;
    private bool _level = true;

    public FloatingLine(Random random)
    {
        _random = random;
        _mains = random.Next(3) == 0 ? 0 : random.Next(2) == 0 ? 0.01 : 1.0 / 120;
        _spikes = _mains == 0 || random.Next(2) == 0 ? Math.Pow(10, -4.7 + (2 * random.NextDouble())) : 0;
        _raggedness = random.NextDouble() * 0.001;
    }

    /// <summary>Goes on to a moment.</summary>
    public void Run(WireSignal signal, double until)
    {
        while (_next < until)
        {
            signal.Hold(_level, Math.Max(signal.KnownUntil, _next));
            _level = !_level;
            bool inBurst = _spikes > 0 && _random.NextDouble() < 0.9;
            double hold = inBurst ? -Math.Log(1 - _random.NextDouble()) * _spikes
                : _mains > 0 ? _mains + ((_random.NextDouble() - 0.5) * _raggedness)
                : _random.NextDouble() * 0.03;
            _next += Math.Max(hold, 1e-7);
        }
        signal.Hold(_level, until);
    }
}
