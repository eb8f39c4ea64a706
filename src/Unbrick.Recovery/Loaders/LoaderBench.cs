using Unbrick.Core.Events;

namespace Unbrick.Recovery.Loaders;

/// <summary>What a job on a boot loader is given.</summary>
/// <param name="Line">The line.</param>
/// <param name="Events">Where everything is said.</param>
/// <param name="Time">For reports.</param>
/// <param name="Power">Switches the device; null when a person does.</param>
public sealed record LoaderBench(LoaderLine Line, IEventSink Events, TimeProvider Time, IPowerSwitch? Power = null)
{
    /// <summary>Runs a TFTP server while work is done; null when there is none of ours.</summary>
    public ILoaderNetwork? Network { get; init; }
}
