using System.Collections;

namespace Unbrick.Recovery.Spi;

/// <summary>Sectors of a flash, each in the set or not.</summary>
/// <param name="size">Bytes of the flash.</param>
public sealed class SectorSet(int size)
{
    /// <summary>Bytes of a sector; the smallest block that nearly all NOR chips erase.</summary>
    public const int Sector = 0x1000;

    private readonly BitArray _has = new((size + Sector - 1) / Sector);

    /// <summary>Bytes of the flash.</summary>
    public int Size => size;

    /// <summary>How many are in it.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (bool has in _has)
                count += has ? 1 : 0;
            return count;
        }
    }

    /// <summary>Takes in the sectors that lie in <c>[at, at + length)</c> from beginning to end; those at the edges only when they are whole.</summary>
    public void AddWhole(long at, long length)
    {
        for (long sector = (at + Sector - 1) / Sector; sector < Math.Min((at + length) / Sector, _has.Length); sector++)
            _has[(int)sector] = true;
        if (at + length == size && size % Sector != 0)
            _has[_has.Length - 1] = true;
    }

    /// <summary>Takes in every sector that a byte of <c>[at, at + length)</c> lies in.</summary>
    public void Add(long at, long length)
    {
        for (long sector = at / Sector; sector * Sector < at + length && sector < _has.Length; sector++)
            _has[(int)sector] = true;
    }

    /// <summary>All sectors that a byte of the range lies in are in the set.</summary>
    public bool Has(long at, long length)
    {
        for (long sector = at / Sector; sector * Sector < at + length; sector++)
        {
            if (sector >= _has.Length || !_has[(int)sector])
                return false;
        }
        return true;
    }

    /// <summary>Addresses of the sectors in the set, ascending.</summary>
    public IEnumerable<int> Addresses()
    {
        for (int sector = 0; sector < _has.Length; sector++)
        {
            if (_has[sector])
                yield return sector * Sector;
        }
    }

    /// <summary>Stretches of neighbouring sectors in the set, at most <paramref name="most"/> bytes each.</summary>
    public IEnumerable<(int At, int Length)> Runs(int most)
    {
        int from = -1, end = 0;
        foreach (int at in Addresses())
        {
            if (from >= 0 && (at != end || end - from >= most))
            {
                yield return (from, end - from);
                from = -1;
            }
            if (from < 0)
                from = at;
            end = Math.Min(at + Sector, size);
        }
        if (from >= 0)
            yield return (from, end - from);
    }
}
