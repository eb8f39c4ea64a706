namespace Unbrick.Sim.Spi;

/// <summary>
/// Which bytes the block protect bits protect. BP counts units of 1/64 of the chip, at least 64 KiB (with four bits: always 64 KiB), doubled
/// by each step; all bits set: the whole chip. TB counts from the bottom, SEC counts in 4 KiB up to 32 KiB, CMP turns it round.
/// </summary>
internal static class NorProtection
{
    private const int Block = 0x1_0000;
    private const int Sector = 0x1000;

    /// <summary>The protected range; empty when nothing is.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="sr1">Status register 1.</param>
    /// <param name="sr2">Status register 2 (Macronix: the configuration register).</param>
    public static (int From, int To) Range(SimNorModel model, byte sr1, byte sr2)
    {
        bool macronix = model.Status == NorStatusRegisters.StatusAndConfiguration;
        int most = (1 << model.ProtectBits) - 1;
        int bp = sr1 >> 2 & most;
        bool bottom = macronix ? (sr2 & 0x08) != 0 : model.ProtectBits == 4 ? (sr1 & 0x40) != 0 : (sr1 & 0x20) != 0;
        bool sectors = model.ProtectBits == 3 && (sr1 & 0x40) != 0;
        bool complement = !macronix && model.Status != NorStatusRegisters.One && (sr2 & 0x40) != 0;
        int length = Length(model, bp, most, sectors);
        if (!complement)
            return bottom ? (0, length) : (model.Size - length, model.Size);
        return bottom ? (length, model.Size) : (0, model.Size - length);
    }

    private static int Length(SimNorModel model, int bp, int most, bool sectors)
    {
        if (bp == 0 || bp == most)
            return bp == 0 ? 0 : model.Size;
        if (sectors)
            return (int)Math.Min(model.Size, Math.Min((long)Sector << (bp - 1), 8 * Sector));
        long unit = model.ProtectBits == 4 ? Block : Math.Max(Block, model.Size / 64);
        return (int)Math.Min(model.Size, unit << (bp - 1));
    }
}
