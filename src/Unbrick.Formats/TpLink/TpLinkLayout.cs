using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

/// <summary>
/// Where a TP-Link header (any version) says that kernel, root file system and boot loader lie, and what follows from that: which bytes the
/// MD5 may cover, and which stretches are worth looking into.
/// </summary>
internal readonly record struct TpLinkLayout(
    uint Length, uint KernelOffset, uint KernelLength, uint RootfsOffset, uint RootfsLength, uint BootOffset, uint BootLength)
{
    public const int HeaderSize = 0x200;

    /// <summary>A boot loader is padded to erase blocks of this size; the firmware behind it begins with a header of its own.</summary>
    private const int EraseBlock = 0x1_0000;

    /// <summary>No device of this kind has more flash.</summary>
    private const uint LargestFlash = 0x1000_0000;

    /// <summary>First byte behind everything that the header points to.</summary>
    public long End => Math.Max(
        Math.Max(KernelOffset + (long)KernelLength, RootfsOffset + (long)RootfsLength),
        BootLength == 0 ? 0 : HeaderSize + BootOffset + (long)BootLength);

    /// <summary>Where the firmware behind a boot loader begins, with its own header.</summary>
    private long Firmware => RoundUp(BootOffset + (long)BootLength, EraseBlock) + HeaderSize;

    /// <summary>With a boot loader inside, the root file system counts from the header of the firmware behind it.</summary>
    private long InnerEnd => BootLength == 0 ? End : Firmware + RootfsOffset + (long)RootfsLength;

    /// <summary>The numbers make sense together. Images of a kernel alone (initramfs) have no total length.</summary>
    public bool Plausible =>
        KernelOffset >= HeaderSize && KernelLength > 0 && Length <= LargestFlash && End <= LargestFlash
        && (Length == 0 || (Length > HeaderSize && KernelOffset < Length && KernelLength <= Length))
        && (RootfsLength == 0 || RootfsOffset >= HeaderSize) && BootLength < 0x10_0000;

    /// <summary>
    /// Lengths that the MD5 may have been computed over, ascending: to the end of the content, with the end marks of JFFS2 behind it
    /// (mktplinkfw -j), the announced length, all without OpenWrt's metadata, all.
    /// </summary>
    public ReadOnlySpan<int> Ends(ReadOnlySpan<byte> bytes)
    {
        long marked = RoundUp(End, 0x1000) + 4;
        SortedSet<int> ends = [];
        ReadOnlySpan<long> candidates =
            [End, InnerEnd, marked, RoundUp(marked, EraseBlock) + 4, Length, AppendedMetadata.Start(bytes), bytes.Length];
        foreach (long end in candidates)
        {
            if (end >= HeaderSize && end <= bytes.Length)
                ends.Add((int)end);
        }
        return ends.ToArray();
    }

    /// <summary>Boot loader, kernel and root file system; behind a boot loader the firmware with its own header.</summary>
    public List<Part> Parts(int at, int length, bool proven)
    {
        List<Part> parts = [];
        if (BootLength > 0)
        {
            Add(parts, "boot", at, HeaderSize + (long)BootOffset, Firmware, length, proven);
            Add(parts, "firmware", at, Firmware, length, length, proven);
        }
        else
        {
            bool split = RootfsLength > 0 && RootfsOffset >= KernelOffset + (long)KernelLength;
            Add(parts, "kernel", at, KernelOffset, KernelOffset + (long)KernelLength, length, proven);
            if (split)
                Add(parts, "rootfs", at, RootfsOffset, length, length, proven);
        }
        return parts;
    }

    public static long RoundUp(long value, int unit) => (value + unit - 1) / unit * unit;

    private static void Add(List<Part> parts, string name, int at, long start, long end, int length, bool proven)
    {
        end = Math.Min(end, length);
        if (start >= HeaderSize && start < end)
            parts.Add(new Part(name, at + (int)start, (int)(end - start), proven));
    }
}
