using Unbrick.Sim.Cables;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Esp.Faults;

/// <summary>What is wrong with a simulated board and its line; made by <see cref="EspFaultList.Parse"/>. The same faults and bytes have the same effect.</summary>
public sealed class EspFaults
{
    internal const int InLane = 1, OutLane = 2, NoiseLane = 3, LeftoverLane = 4;

    /// <summary>Nothing is wrong.</summary>
    public static EspFaults None => new();

    /// <summary>For all that is drawn.</summary>
    internal ulong Seed { get; set; }

    /// <summary>Chances for each byte, to the chip and from it.</summary>
    internal (double In, double Out) Flip { get; set; }

    /// <summary>See <see cref="Flip"/>.</summary>
    internal (double In, double Out) Drop { get; set; }

    /// <summary>Random bytes before the first answer.</summary>
    internal int Noise { get; set; }

    /// <summary>Above this rate the line garbles everything; 0: never.</summary>
    internal int MostBaud { get; set; }

    /// <summary>GPIO0 is never low.</summary>
    internal bool Never { get; set; }

    /// <summary>Nothing comes from the chip.</summary>
    internal bool Mute { get; set; }

    /// <summary>Nothing reaches the chip.</summary>
    internal bool Deaf { get; set; }

    /// <summary>The host hears itself.</summary>
    internal bool Echo { get; set; }

    /// <summary>Commands after which the loader answers no more.</summary>
    internal int Hang { get; set; } = int.MaxValue;

    /// <summary>Address in a sector whose program is told to have failed.</summary>
    internal int? FailingSector { get; set; }

    /// <summary>Address in a sector that cannot be erased.</summary>
    internal int? BadSector { get; set; }

    /// <summary>Address of a byte whose lowest bit is always 0.</summary>
    internal int? StuckBit { get; set; }

    /// <summary>The flash is write-protected.</summary>
    internal bool Protected { get; set; }

    /// <summary>Each answer is late by this.</summary>
    internal TimeSpan Slow { get; set; }

    /// <summary>The end of the flash has what the old firmware left there.</summary>
    internal bool Leftovers { get; set; }

    /// <summary>The supply breaks down when the radio starts.</summary>
    internal bool BrownOut { get; set; }

    /// <summary>When the adapter is pulled: bytes to the chip, or time.</summary>
    internal FaultSpan? Unplug { get; set; }

    /// <summary>When the board's power goes.</summary>
    internal FaultSpan? PowerCut { get; set; }

    /// <summary>A number that depends on seed, purpose and place alone.</summary>
    internal ulong Draw(int lane, long number) => CableDraw.Mix(CableDraw.Mix(Seed + (ulong)lane * 0x9e37_79b9_7f4a_7c15) ^ (ulong)number * 0xd6e8_feb8_6659_fd93);

    /// <summary>Passes a byte along a lane; null when it is lost.</summary>
    internal byte? Pass(int lane, long number, byte value)
    {
        (double flip, double drop) = lane == InLane ? (Flip.In, Drop.In) : (Flip.Out, Drop.Out);
        if (flip == 0 && drop == 0)
            return value;
        if (Unit(Draw(lane, number)) < drop)
            return null;
        ulong draw = Draw(lane + 16, number);
        return Unit(draw) < flip ? (byte)(value ^ 1 << (int)(draw & 7)) : value;
    }

    private static double Unit(ulong draw) => (draw >> 11) * (1.0 / (1UL << 53));
}
