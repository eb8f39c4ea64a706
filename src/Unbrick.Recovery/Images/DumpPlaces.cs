using System.Numerics;
using Unbrick.Formats;

namespace Unbrick.Recovery.Images;

/// <summary>What a dump shows of its map: where kernels, environments and unit data lie, and where written flash begins.</summary>
internal sealed class DumpPlaces
{
    /// <summary>Partitions begin at sectors; the smallest are 4 KiB.</summary>
    public const int Block = 0x1000;

    private const int SmallestChip = 1 << 20;

    private static readonly HashSet<string> s_kernels =
        ["uimage", "fit", "tplink-v1", "tplink-v2", "tplink-v3", "seama", "trx", "dlink-wrg", "netgear-chk", "buffalo-tag", "jcg", "zyxel-zytrx", "dlink-stag"];

    private static readonly HashSet<string> s_fileSystems = ["squashfs", "jffs2", "cramfs", "romfs", "ubi"];

    private readonly bool[] _blank;

    private DumpPlaces(CheckedImage image, bool[] blank)
    {
        Image = image;
        _blank = blank;
        foreach (Finding finding in image.Findings)
        {
            if (s_kernels.Contains(finding.Format))
                Kernels.Add(finding);
            else if (finding.Format == "uboot-env")
                Environments.Add(finding);
            else if (finding.Format is "mtk-factory" or "ath-art")
                UnitData.Add(finding);
            else if (s_fileSystems.Contains(finding.Format))
                FileSystems.Add(finding);
        }
        for (int block = 1; block < blank.Length; block++)
        {
            if (blank[block - 1] && !blank[block])
                Begins.Add((long)block * Block);
        }
    }

    public CheckedImage Image { get; }

    public int Length => Image.Bytes.Length;

    public List<Finding> Kernels { get; } = [];

    public List<Finding> FileSystems { get; } = [];

    public List<Finding> Environments { get; } = [];

    public List<Finding> UnitData { get; } = [];

    /// <summary>Where written flash follows erased flash.</summary>
    public List<long> Begins { get; } = [];

    /// <summary>The block that begins there is erased or filled with one byte; false outside of the dump.</summary>
    public bool IsBlank(long at) => at >= 0 && at / Block < _blank.Length && _blank[at / Block];

    /// <summary>One kernel or environment, that its checksum proves, goes on across that place.</summary>
    public bool IsInside(long at) =>
        Kernels.Concat(Environments).Any(f => f.Format is "uimage" or "uboot-env" && f.Verdict == Verdict.Ok && f.Offset < at && at < f.End);

    /// <summary>Null when the image is no dump of a chip.</summary>
    public static DumpPlaces? Of(CheckedImage image)
    {
        if (image.Bytes.Length < SmallestChip || !BitOperations.IsPow2(image.Bytes.Length))
            return null;
        ReadOnlySpan<byte> bytes = image.Bytes.Span;
        bool[] blank = new bool[bytes.Length / Block];
        for (int block = 0; block < blank.Length; block++)
        {
            ReadOnlySpan<byte> here = bytes.Slice(block * Block, Block);
            blank[block] = here[0] is 0 or 0xFF && here.IndexOfAnyExcept(here[0]) < 0;
        }
        return new DumpPlaces(image, blank);
    }
}
