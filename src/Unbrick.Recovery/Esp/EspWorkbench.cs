using Unbrick.Core.Events;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Serial;

namespace Unbrick.Recovery.Esp;

/// <summary>What a job on an ESP is given.</summary>
/// <param name="Port">Opened; stays the caller's.</param>
/// <param name="Events">Where everything is said.</param>
/// <param name="StateFolder">Backups go below <c>backups</c>, journals below <c>esp</c>.</param>
/// <param name="Time">Stamps backups, bounds waits.</param>
/// <param name="Ask">Who answers questions; null when nobody is there.</param>
public sealed record EspWorkbench(ISerialPort Port, IEventSink Events, string StateFolder, TimeProvider Time, IAsk? Ask = null)
{
    /// <summary>Reads the text of a boot.</summary>
    public IEspBootReader BootReader { get; init; } = new EspBootReading();

    /// <summary>Asked with the address of the chip: false when another job of this command has it already. Journals are kept by address.</summary>
    public Func<string, bool> Claim { get; init; } = _ => true;

    /// <summary>A simulated board has no mains to be taken off.</summary>
    public bool IsSimulated { get; init; }
}
