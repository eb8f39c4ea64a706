using System.Numerics;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>
/// Reads a SPI NAND: 13 brings a page into the chip's buffer, 0F C0 tells when and with how many wrong bits, 03 reads the buffer. Nothing that
/// outlasts power-off is changed. Parts that tell their id after 9F at once take the dummy byte of 03 before the address, all others after it.
/// </summary>
/// <param name="master">The programmer.</param>
/// <param name="chip">As identified.</param>
/// <param name="time">For the end of waiting.</param>
public sealed partial class SpiNand(ISpiMaster master, SpiNandChip chip, TimeProvider time)
{
    private const byte Reset = 0xFF;
    private const byte GetFeature = 0x0F;
    private const byte SetFeature = 0x1F;
    private const byte PageRead = 0x13;
    private const byte ReadBuffer = 0x03;
    private const byte SelectDie = 0xC2;
    private const byte DieFeature = 0xD0;
    private const byte Configuration = 0xB0;
    private const byte Status = 0xC0;
    private const byte Correction = 0x10;
    private const byte Buffered = 0x08;
    private const byte OneTime = 0x40;
    private const byte Continuous = 0x01;
    private const int MostTries = 4;

    /// <summary>Pages are there after 0.7 ms at the most, a reset in the midst of an erase after 0.5 ms: this is late.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _answer = new byte[1];
    private int _die = -1;
    private bool? _isCorrected;

    /// <summary>Bytes that a page has with its spare bytes.</summary>
    public int RawPage => chip.RawPage;

    /// <summary>Pages that can be addressed without a choice of the die.</summary>
    private int PagesPerDie => chip.DieSelect is SpiNandDieSelect.None ? chip.Pages : chip.Pages / chip.Dies;

    /// <summary>Resets the chip: whatever it was asked before, buffer mode and the like, is over.</summary>
    /// <returns>False when it stays busy.</returns>
    public bool Begin()
    {
        _die = -1;
        _isCorrected = null;
        master.Transfer([Reset], []);
        return Wait() is not null;
    }

    /// <summary>Reads a page.</summary>
    /// <param name="page">From 0, over all dies.</param>
    /// <param name="bytes">Data, then spare bytes; as many as it has room for, at the most <see cref="RawPage"/>.</param>
    /// <param name="corrects">The chip's own correction is on, as it is after power-on. Without it bytes come as they are in the array.</param>
    public SpiNandRead ReadPage(int page, Span<byte> bytes, bool corrects = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, chip.Pages);
        return ReadAt(page, 0, bytes[..Math.Min(bytes.Length, RawPage)], corrects);
    }

    /// <summary>
    /// Blocks that the maker, or whoever found them so later, marked as bad: the first spare byte of the first or second page is not FF, which
    /// one flipped bit does not make it.
    /// </summary>
    /// <param name="progress">Gets each block's number before it is read; says false to stop.</param>
    /// <returns>Their numbers in order; null when the chip does not answer or it was stopped.</returns>
    public IReadOnlyList<int>? BadBlocks(Func<int, bool>? progress = null)
    {
        List<int> bad = [];
        byte[] mark = new byte[1];
        for (int block = 0; block < chip.Blocks; block++)
        {
            if (progress is not null && !progress(block))
                return null;
            for (int page = 0; page < 2; page++)
            {
                if (ReadAt((block * chip.PagesPerBlock) + page, chip.Page, mark, corrects: false) is SpiNandRead.NoAnswer)
                    return null;
                if (BitOperations.PopCount(mark[0]) <= 6)
                {
                    bad.Add(block);
                    break;
                }
            }
        }
        return bad;
    }

    private SpiNandRead ReadAt(int page, int column, Span<byte> bytes, bool corrects)
    {
        (int die, int row) = Math.DivRem(page, PagesPerDie);
        Select(die);
        if (!Correct(corrects))
            return SpiNandRead.NoAnswer;
        master.Transfer([PageRead, (byte)(row >> 16), (byte)(row >> 8), (byte)row], []);
        if (Wait() is not byte status)
            return SpiNandRead.NoAnswer;
        for (int done = 0; done < bytes.Length;)
        {
            int count = Math.Min(bytes.Length - done, master.Info.MaxRead);
            master.Transfer(BufferAt(row, column + done), bytes.Slice(done, count));
            done += count;
        }
        return Meaning(status, corrects);
    }

    /// <summary>03 with its column; with two planes the odd blocks' buffer is the bit above that.</summary>
    private byte[] BufferAt(int row, int column)
    {
        int at = column | (chip.Planes > 1 && row / chip.PagesPerBlock % 2 == 1 ? chip.Page * 2 : 0);
        return chip.IdMethod is SpiNandIdMethod.Plain ? [ReadBuffer, 0, (byte)(at >> 8), (byte)at] : [ReadBuffer, (byte)(at >> 8), (byte)at, 0];
    }

    private SpiNandRead Meaning(byte status, bool corrects) => !corrects ? SpiNandRead.Clean : chip.EccStatus[(status >> 4) % chip.EccStatus.Length];

    private void Select(int die)
    {
        if (chip.DieSelect is SpiNandDieSelect.None || die == _die)
            return;
        master.Transfer(chip.DieSelect is SpiNandDieSelect.Command ? [SelectDie, (byte)die] : [SetFeature, DieFeature, (byte)(die << 6)], []);
        _die = die;
        _isCorrected = null;
    }

    /// <summary>
    /// Bit 4 of B0 turns correction on; bit 6, the one-time pages instead of the array, goes off. Winbond's bit 3 makes 03 read one page and not all
    /// that follow, Micron's bit 0 does the contrary. All of it lasts until power-off. It is read back: a chip in another mode gives
    /// wrong bytes that look right.
    /// </summary>
    private bool Correct(bool wanted)
    {
        if (_isCorrected == wanted)
            return true;
        for (int i = 0; i < MostTries; i++)
        {
            byte now = Feature(Configuration);
            int next = (wanted ? now | Correction : now & ~Correction) & ~OneTime;
            if (chip.Id.StartsWith("ef", StringComparison.Ordinal))
                next |= Buffered;
            else if (chip.Id.StartsWith("2c", StringComparison.Ordinal))
                next &= ~Continuous;
            if (next == now)
            {
                _isCorrected = wanted;
                return true;
            }
            master.Transfer([SetFeature, Configuration, (byte)next], []);
        }
        return false;
    }

    private byte Feature(byte address)
    {
        master.Transfer([GetFeature, address], _answer);
        return _answer[0];
    }

    /// <summary>The status once the chip is not busy; null when it stays so.</summary>
    private byte? Wait()
    {
        long start = time.GetTimestamp();
        do
        {
            byte status = Feature(Status);
            if ((status & 1) == 0)
                return status;
        }
        while (time.GetElapsedTime(start) < s_longest);
        return null;
    }
}
