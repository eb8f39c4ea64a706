namespace Unbrick.Net.Tftp;

/// <summary>
/// Blocks have 16-bit numbers on the wire. After 65535 most clients (U-Boot, PXE, Linux) expect 0, a few old ROMs 1.
/// </summary>
/// <param name="RollOverTo">0 or 1.</param>
public readonly record struct BlockNumbers(int RollOverTo)
{
    private int Period => 65536 - RollOverTo;

    /// <summary>The number on the wire of the block with the absolute number <paramref name="block"/> (the first DATA is block 1).</summary>
    public ushort OnWire(long block) => block <= 0 ? (ushort)0 : (ushort)(RollOverTo + (block - RollOverTo) % Period);

    /// <summary>The absolute number nearest to <paramref name="near"/> that has <paramref name="wire"/> on the wire; may be negative.</summary>
    public long Nearest(ushort wire, long near)
    {
        long forward = ((wire - OnWire(near)) % Period + Period) % Period;
        return near + (forward > Period / 2 ? forward - Period : forward);
    }

    /// <summary>
    /// Whether this is a block 0 after a wrap: U-Boot up to v2020.07 counts a wrap at *every* arrival of it, repeats too
    /// (net/tftp.c, <c>TftpBlockWrap++</c> stands before the test for a repeated block), and stores all that follows 32 MiB too far.
    /// </summary>
    public bool IsWrap(long block) => block > 0 && OnWire(block) == 0;
}
