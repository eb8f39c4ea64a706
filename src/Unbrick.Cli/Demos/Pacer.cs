using System.Diagnostics;

namespace Unbrick.Cli.Demos;

/// <summary>Lets virtual time run no faster than a person can follow.</summary>
/// <param name="factor">Virtual seconds a second; <see cref="Fast"/> does not wait at all.</param>
/// <param name="ct">Ends the waiting.</param>
internal sealed class Pacer(double factor, CancellationToken ct)
{
    /// <summary>A second is a second.</summary>
    public const double Realtime = 1;

    /// <summary>As fast as the machine can.</summary>
    public const double Fast = double.PositiveInfinity;

    /// <summary>Shorter waits than the system can do well are saved up.</summary>
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(15);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Waits until <paramref name="moment"/> may come.</summary>
    public void Pace(TimeSpan moment)
    {
        TimeSpan ahead = moment / factor - _watch.Elapsed;
        if (ahead >= s_least)
            ct.WaitHandle.WaitOne(ahead);
    }
}
