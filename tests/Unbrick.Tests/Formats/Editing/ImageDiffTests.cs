using Unbrick.Formats;
using Unbrick.Formats.Editing;

namespace Unbrick.Tests.Formats.Editing;

public sealed class ImageDiffTests
{
    private static readonly Layout s_layout = Layout.Cover(
        [new Region("boot", 0, 0x100, RegionKind.Bootloader, false), new Region("fw", 0x100, 0x300, RegionKind.Firmware, true)],
        0x400, LayoutSource.Device);

    [Fact]
    public void Only_regions_that_differ_are_told_with_the_stretches()
    {
        byte[] a = new byte[0x400], b = new byte[0x400];
        (b[0x180], b[0x184], b[0x300]) = (1, 1, 1);
        RegionDiff diff = Assert.Single(ImageDiff.Compare(a, b, s_layout, [], []));
        Assert.Equal(("fw", 3L), (diff.Region.Name, diff.Differing));
        Assert.Equal([new DiffRun(0x180, 5), new DiffRun(0x300, 1)], diff.Runs);
    }

    [Fact]
    public void Equal_images_have_no_difference() => Assert.Empty(ImageDiff.Compare(new byte[0x400], new byte[0x400], s_layout, [], []));

    [Fact]
    public void What_one_of_them_does_not_have_counts()
    {
        RegionDiff[] diffs = [.. ImageDiff.Compare(new byte[0x3f0], new byte[0x410], s_layout, [], [])];
        Assert.Equal([("fw", 0x10L), ("behind", 0x10L)], diffs.Select(d => (d.Region.Name, d.Differing)));
    }

    [Fact]
    public void Variables_of_an_environment_are_compared_by_name()
    {
        byte[] a = Samples.Bytes("uboot-env/le-64k.bin"), b = Samples.Bytes("uboot-env/le-64k.edited.bin");
        System.Collections.Immutable.ImmutableArray<Finding> inA = ImageScan.Tile(a);
        RegionDiff diff = Assert.Single(ImageDiff.Compare(a, b, Layout.OfContent(inA), inA, ImageScan.Tile(b)));
        Assert.Single(diff.Meaning, m => m.StartsWith("uboot-env bootdelay: 1 -> 5", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_stands_in_both_is_not_told_as_gone_because_its_neighbour_is_of_another_maker()
    {
        byte[] a = Samples.Bytes("mtk-factory/xiaomi-factory-64k.bin"), b = [.. a];
        byte[] other = [0x00, 0x11, 0x22, 0x33, 0x44, 0x56];
        other.CopyTo(b, 4);
        System.Collections.Immutable.ImmutableArray<Finding> inA = ImageScan.Tile(a);
        RegionDiff diff = Assert.Single(ImageDiff.Compare(a, b, Layout.OfContent(inA), inA, ImageScan.Tile(b)));
        Assert.Contains(diff.Meaning, m => m.EndsWith("-> 00:11:22:33:44:56", StringComparison.Ordinal));
        Assert.DoesNotContain(diff.Meaning, m => m.Contains("not set", StringComparison.Ordinal));
    }
}
