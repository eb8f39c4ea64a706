using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Spi;

/// <summary>A program or erase that is under way: already in the array, and what was there before in case that the power goes.</summary>
/// <param name="area">The cells, with the new content; empty for a status write.</param>
/// <param name="before">What was in them.</param>
/// <param name="erases">An erase; else a program.</param>
internal sealed class NorWork(Memory<byte> area, byte[] before, bool erases)
{
    /// <summary>Nanoseconds.</summary>
    public long From { get; set; }

    /// <summary>Nanoseconds.</summary>
    public long Until { get; set; }

    /// <summary>
    /// Cells after a power cut at a moment. A program has cleared its bits in part. An erase first programs all cells (so that they wear alike) and then
    /// lifts them: in the first half bytes are old or 00, in the second half each bit may or may not be set.
    /// </summary>
    public void LeaveHalfDone(long at, ulong seed)
    {
        Span<byte> cells = area.Span;
        double done = Until <= From ? 1 : Math.Clamp((double)(at - From) / (Until - From), 0, 1);
        for (int i = 0; i < cells.Length; i++)
        {
            ulong draw = CableDraw.Mix(seed + (ulong)i * 0x9e37_79b9_7f4a_7c15);
            if (!erases)
                cells[i] |= (byte)(before[i] & Bits(draw, 1 - done));
            else if (done < 0.5)
                cells[i] = (draw & 0xFFFF) / 65_536.0 < 2 * done ? (byte)0 : before[i];
            else
                cells[i] = Bits(draw, 2 * done - 1);
        }
    }

    /// <summary>Each of eight bits is set with this chance.</summary>
    private static byte Bits(ulong draw, double chance)
    {
        int bits = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            draw = CableDraw.Mix(draw + 1);
            bits |= (draw >> 40) / (double)(1 << 24) < chance ? 1 << bit : 0;
        }
        return (byte)bits;
    }
}
