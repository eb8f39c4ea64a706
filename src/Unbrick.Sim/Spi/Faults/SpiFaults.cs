using System.Collections.Immutable;
using Unbrick.Hardware.Spi;
using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Sim.Spi.Faults;

/// <summary>
/// What is wrong between one programmer and one chip, with the counts that go on when the programmer is plugged in again. Made by
/// <see cref="SpiFaultList.Parse"/>. The same faults and the same traffic have the same effect.
/// </summary>
public sealed class SpiFaults
{
    private readonly ImmutableArray<SpiFault> _faults;
    private SpiCommandTracker _tracker = new(null);
    private long? _began;
    private long _number;
    private int _absent;

    internal SpiFaults(ImmutableArray<SpiFault> faults) => _faults = faults;

    /// <summary>Told when the chip's power goes (false) and comes (true), for a simulated chip.</summary>
    public Action<bool>? Power { get; set; }

    /// <summary>The chip is a NAND, whose commands mean something else; null for a NOR, or when nothing is known of it.</summary>
    internal SimNandModel? Nand { get; set; }

    /// <summary>Transfers so far, those that got lost too.</summary>
    public long Transfers => _number;

    /// <summary>Whether the power was cut for good.</summary>
    public bool IsPowerCut => _faults.OfType<PowerCut>().Any(cut => cut.IsDone);

    /// <summary>Connects a programmer, for the first time or again.</summary>
    /// <param name="master">The programmer; given back by the caller, not by the result.</param>
    /// <param name="time">Its clock.</param>
    /// <exception cref="ProgrammerException">It was unplugged and is not back yet.</exception>
    public FaultySpiMaster Connect(ISpiMaster master, TimeProvider time)
    {
        if (_absent > 0)
        {
            _absent--;
            throw new ProgrammerException(ProgrammerFault.NotFound, "unplugged (simulated)");
        }
        _tracker = new(Nand);
        if (!IsPowerCut)
            Power?.Invoke(true);
        return new FaultySpiMaster(master, this, time);
    }

    internal FaultyTransfer Begin(ReadOnlySpan<byte> write, Memory<byte> read, TimeProvider time)
    {
        long now = time.GetTimestamp();
        _began ??= now;
        TimeSpan at = time.GetElapsedTime(_began.Value, now);
        long number = _number++;
        foreach (SpiFault fault in _faults)
        {
            if (fault is Unplug unplug && unplug.Happens(number) is { } tries)
            {
                _absent = tries;
                Power?.Invoke(false);
                throw new ProgrammerException(ProgrammerFault.Gone, "unplugged (simulated)");
            }
            if (fault is PowerCut cut && cut.Happens(number, at))
                Power?.Invoke(false);
        }
        FaultyTransfer transfer = new(number, at, _tracker.Take(write, read.Length), write.ToArray(), read);
        foreach (SpiFault fault in _faults)
            fault.Before(transfer);
        return transfer;
    }

    internal void End(FaultyTransfer transfer)
    {
        if (transfer.Floating is { } level)
            transfer.Read.Span.Fill(level);
        foreach (SpiFault fault in _faults)
            fault.After(transfer);
    }
}
