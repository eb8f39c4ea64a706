using System.Text;
using Unbrick.Hardware.Spi;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Spi;

/// <summary>A simulated chip in the clip of a simulated programmer, with what is wrong between them: what a <c>sim:spi/…</c> address stands for.</summary>
public sealed class SimSpiBench : IDisposable
{
    private readonly SimSpiMaster _programmer;
    private readonly SpiFaults? _faults;
    private readonly string? _image;
    private readonly string? _state;
    private readonly ulong _seed;

    /// <summary>Puts a chip in the clip. It gets power; what it kept, it still has.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="time">The clock.</param>
    /// <param name="timing">The programmer's times.</param>
    /// <param name="faults">What is wrong; null for nothing.</param>
    /// <param name="seed">For the moment inside of a program or erase at which the power goes.</param>
    public SimSpiBench(SimNor chip, VirtualTime time, SimSpiTiming? timing = null, SpiFaults? faults = null, ulong seed = 0)
        : this(chip, time, timing, faults, seed, null, null)
    {
    }

    internal SimSpiBench(SimNor chip, VirtualTime time, SimSpiTiming? timing, SpiFaults? faults, ulong seed, string? image, string? state)
    {
        ArgumentNullException.ThrowIfNull(chip);
        Chip = chip;
        Time = time;
        _programmer = new SimSpiMaster(chip, time, timing);
        _faults = faults;
        _seed = seed;
        _image = image;
        _state = state;
        chip.PowerOn();
        if (faults is not null)
            faults.Power = Power;
    }

    /// <summary>The clock that transfers move.</summary>
    public VirtualTime Time { get; }

    /// <summary>The chip.</summary>
    public SimNor Chip { get; }

    /// <summary>How often the host waited for an answer.</summary>
    public long RoundTrips => _programmer.RoundTrips;

    /// <summary>Opens the programmer, and again after it was unplugged. Closing it does not end the bench.</summary>
    /// <exception cref="ProgrammerException">It is unplugged.</exception>
    public ISpiMaster Connect() => _faults is null ? _programmer : _faults.Connect(_programmer, Time);

    /// <summary>Writes chip and state back to their files, where that was asked for.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public void Save()
    {
        if (_image is not null)
            Replace(_image, Chip.Content.Span);
        if (_state is not null)
            Replace(_state, Encoding.ASCII.GetBytes(SimNorState.Write(Chip)));
    }

    /// <summary>Ends it; saves what is to be saved.</summary>
    public void Dispose() => Save();

    /// <summary>Whoever looks into the file meanwhile sees the old or the new, never a part.</summary>
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string part = path + ".part";
        File.WriteAllBytes(part, content);
        File.Move(part, path, overwrite: true);
    }

    private void Power(bool on)
    {
        long now = _programmer.Nanoseconds;
        if (on)
        {
            Chip.PowerOn();
            return;
        }
        double part = (CableDraw.Mix(_seed ^ (ulong)now) >> 11) * (1.0 / (1UL << 53));
        Chip.PowerOff(now + (long)((Chip.BusyUntil(now) - now) * part));
    }
}
