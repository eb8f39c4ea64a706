using Unbrick.Hardware.Spi;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Spi.Faults;
using Unbrick.Sim.Spi.Nand;

namespace Unbrick.Sim.Spi;

/// <summary>A simulated chip in the clip of a simulated programmer, with what is wrong between them: what a <c>sim:spi/…</c> address stands for.</summary>
public sealed class SimSpiBench : IDisposable
{
    private readonly ISimSpiChip _chip;
    private readonly SimSpiMaster _programmer;
    private readonly SpiFaults? _faults;
    private readonly Action? _save;
    private readonly ulong _seed;

    /// <summary>Puts a chip in the clip. It gets power; what it kept, it still has.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="time">The clock.</param>
    /// <param name="timing">The programmer's times.</param>
    /// <param name="faults">What is wrong; null for nothing.</param>
    /// <param name="seed">For the moment inside of a program or erase at which the power goes.</param>
    public SimSpiBench(ISimSpiChip chip, VirtualTime time, SimSpiTiming? timing = null, SpiFaults? faults = null, ulong seed = 0)
        : this(chip, time, timing, faults, seed, null)
    {
    }

    internal SimSpiBench(ISimSpiChip chip, VirtualTime time, SimSpiTiming? timing, SpiFaults? faults, ulong seed, Action? save)
    {
        ArgumentNullException.ThrowIfNull(chip);
        _chip = chip;
        Time = time;
        _programmer = new SimSpiMaster(chip, time, timing);
        _faults = faults;
        _seed = seed;
        _save = save;
        chip.PowerOn();
        if (faults is null)
            return;
        faults.Power = Power;
        faults.Nand = (chip as SimNand)?.Model;
    }

    /// <summary>The chip's name.</summary>
    public string Name => _chip.Name;

    /// <summary>The clock that transfers move.</summary>
    public VirtualTime Time { get; }

    /// <summary>The chip, where it is a NOR.</summary>
    /// <exception cref="InvalidOperationException">It is a NAND.</exception>
    public SimNor Chip => _chip as SimNor ?? throw new InvalidOperationException($"a {_chip.Name} is no NOR");

    /// <summary>The chip, where it is a NAND; null otherwise.</summary>
    public SimNand? Nand => _chip as SimNand;

    /// <summary>How often the host waited for an answer.</summary>
    public long RoundTrips => _programmer.RoundTrips;

    /// <summary>Opens the programmer, and again after it was unplugged. Closing it does not end the bench.</summary>
    /// <exception cref="ProgrammerException">It is unplugged.</exception>
    public ISpiMaster Connect() => _faults is null ? _programmer : _faults.Connect(_programmer, Time);

    /// <summary>Writes chip and state back to their files, where that was asked for.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public void Save() => _save?.Invoke();

    /// <summary>Ends it; saves what is to be saved.</summary>
    public void Dispose() => Save();

    private void Power(bool on)
    {
        long now = _programmer.Nanoseconds;
        if (on)
        {
            _chip.PowerOn();
            return;
        }
        double part = (CableDraw.Mix(_seed ^ (ulong)now) >> 11) * (1.0 / (1UL << 53));
        _chip.PowerOff(now + (long)((_chip.BusyUntil(now) - now) * part));
    }
}
