using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Spi.Nand;

/// <summary>
/// The cells of a simulated NAND: pages with their spare bytes, blocks that are bad, bits that are wrong. Blocks that are erased take no memory.
/// </summary>
/// <param name="model">The geometry.</param>
/// <param name="seed">Which bits are wrong in a page that has some.</param>
public sealed class SimNandArray(SimNandModel model, ulong seed)
{
    private const int Stretch = 512;

    private readonly byte[]?[] _blocks = new byte[]?[model.Blocks];
    private readonly Dictionary<int, int> _flips = [];
    private readonly SortedSet<int> _bad = [];

    /// <summary>Blocks that are bad from the maker, in order.</summary>
    public IReadOnlyCollection<int> Bad => _bad;

    /// <summary>A block is bad from now on: all of its cells read 00, those of the mark included, and nothing can be put right.</summary>
    public void MarkBad(int block) => _bad.Add(block);

    /// <summary>Bits of the first 512 bytes of a page are wrong from now on; more than the chip can put right make it uncorrectable.</summary>
    /// <param name="page">From 0.</param>
    /// <param name="bits">How many.</param>
    public void Flip(int page, int bits) => _flips[page] = Math.Clamp(bits, 0, Stretch * 8);

    /// <summary>What should stand in a page: data, then spare bytes.</summary>
    public void Write(int page, int column, ReadOnlySpan<byte> bytes)
    {
        (int block, int inside) = Math.DivRem(page, model.PagesPerBlock);
        if (_blocks[block] is not byte[] cells)
        {
            if (!bytes.ContainsAnyExcept((byte)0xFF))
                return;
            _blocks[block] = cells = new byte[model.PagesPerBlock * model.RawPage];
            cells.AsSpan().Fill(0xFF);
        }
        bytes.CopyTo(cells.AsSpan((inside * model.RawPage) + column, model.RawPage - column));
    }

    /// <summary>What stands in a page, before its wrong bits.</summary>
    public void Read(int page, Span<byte> raw)
    {
        (int block, int inside) = Math.DivRem(page, model.PagesPerBlock);
        if (_bad.Contains(block))
            raw.Clear();
        else if (_blocks[block] is byte[] cells)
            cells.AsSpan(inside * model.RawPage, raw.Length).CopyTo(raw);
        else
            raw.Fill(0xFF);
    }

    /// <summary>Reads a page as the chip does.</summary>
    /// <param name="page">From 0.</param>
    /// <param name="raw">Data and spare bytes.</param>
    /// <param name="corrects">Its correction is on.</param>
    /// <returns>Wrong bits; null when they are more than can be put right.</returns>
    public int? Sense(int page, Span<byte> raw, bool corrects)
    {
        Read(page, raw);
        if (_bad.Contains(page / model.PagesPerBlock))
            return corrects ? null : 0;
        int bits = _flips.GetValueOrDefault(page);
        if (corrects && bits <= model.Corrects)
            return bits;
        HashSet<int> wrong = [];
        for (ulong draw = CableDraw.Mix(seed ^ (ulong)(page + 1) * 0x9e37_79b9_7f4a_7c15); wrong.Count < bits; draw = CableDraw.Mix(draw + 1))
        {
            if (wrong.Add((int)(draw % (Stretch * 8))))
                raw[(int)(draw % (Stretch * 8)) / 8] ^= (byte)(1 << (int)(draw & 7));
        }
        return corrects ? null : 0;
    }
}
