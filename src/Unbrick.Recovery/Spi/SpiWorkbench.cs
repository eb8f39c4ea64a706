using Unbrick.Core.Events;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Recovery.Spi;

/// <summary>What a job on a flash chip is given.</summary>
/// <param name="Programmer">Opened; stays the caller's.</param>
/// <param name="Chips">What is known of chips.</param>
/// <param name="Events">Where everything is said.</param>
/// <param name="Backups">Where backups are kept.</param>
/// <param name="JournalFolder">Where the journals of writes lie, a folder for each chip.</param>
/// <param name="Time">Stamps backups, bounds waits.</param>
/// <param name="Ask">Who answers questions; null when nobody is there.</param>
public sealed record SpiWorkbench(
    ISpiMaster Programmer, ChipLibrary Chips, IEventSink Events, BackupStore Backups, string JournalFolder, TimeProvider Time, IAsk? Ask = null);
