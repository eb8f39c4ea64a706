namespace Unbrick.Sim.Consoles;

/// <summary>
/// What a processor sees: RAM, and flash that may be mapped. Flash behaves as NOR: erasing sets whole sectors to FF, writing clears bits only.
/// </summary>
internal sealed class ConsoleMemory
{
    private const int PageSize = 0x1_0000;
    private readonly Dictionary<ulong, byte[]> _pages = [];
    private readonly ulong _mask;

    /// <param name="flash">Its content; kept over power cycles.</param>
    /// <param name="sector">Bytes that are erased together.</param>
    /// <param name="flashBase">Where it is mapped; null when it is not.</param>
    /// <param name="ramBase">Where RAM begins.</param>
    /// <param name="ramSize">Bytes of RAM.</param>
    /// <param name="mips">Addresses of KSEG0 and KSEG1 are the same memory.</param>
    public ConsoleMemory(byte[] flash, int sector, ulong? flashBase, ulong ramBase, ulong ramSize, bool mips)
    {
        (Flash, Sector, RamSize) = (flash, sector, ramSize);
        _mask = mips ? 0x1FFF_FFFF : ulong.MaxValue;
        (FlashBase, RamBase) = (flashBase & _mask, ramBase & _mask);
        Protected = new bool[(flash.Length + sector - 1) / sector];
    }

    public byte[] Flash { get; }

    public int Sector { get; }

    public ulong? FlashBase { get; }

    public ulong RamBase { get; }

    public ulong RamSize { get; }

    /// <summary>Which sectors refuse to be changed; set anew at each start.</summary>
    public bool[] Protected { get; }

    /// <summary>Sectors erased since the device was made.</summary>
    public int Erased { get; private set; }

    /// <summary>Forgets the RAM: the power was away.</summary>
    public void ClearRam() => _pages.Clear();

    /// <summary>Where in flash an address is; null when it is not flash.</summary>
    public int? InFlash(ulong address) =>
        FlashBase is { } start && (address & _mask) >= start && (address & _mask) - start < (ulong)Flash.Length ? (int)((address & _mask) - start) : null;

    /// <summary>Whether a range is RAM.</summary>
    public bool IsRam(ulong address, long count) =>
        (address & _mask) >= RamBase && (address & _mask) - RamBase + (ulong)count <= RamSize && count >= 0;

    public byte Read(ulong address)
    {
        if (InFlash(address) is { } at)
            return Flash[at];
        ulong place = address & _mask;
        return _pages.TryGetValue(place / PageSize, out byte[]? page) ? page[place % PageSize] : (byte)0;
    }

    public byte[] Read(ulong address, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = Read(address + (ulong)i);
        return bytes;
    }

    /// <summary>Writes RAM; elsewhere it is lost.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            ulong place = address++ & _mask;
            if (!IsRam(place, 1))
                continue;
            if (!_pages.TryGetValue(place / PageSize, out byte[]? page))
                _pages[place / PageSize] = page = new byte[PageSize];
            page[place % PageSize] = one;
        }
    }

    /// <summary>Erases the sector that holds a byte.</summary>
    public void EraseSector(int at)
    {
        int start = at / Sector * Sector;
        Flash.AsSpan(start, Math.Min(Sector, Flash.Length - start)).Fill(0xFF);
        Erased++;
    }

    /// <summary>Clears bits.</summary>
    public void Program(int at, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            if (at < Flash.Length)
                Flash[at++] &= one;
        }
    }

    public uint Crc(ulong address, int count) => SimCrc32.Of(Read(address, count));
}
