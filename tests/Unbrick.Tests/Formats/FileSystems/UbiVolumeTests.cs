using Unbrick.Formats;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.FileSystems;

/// <summary>Volumes of several blocks are put together before they are looked into.</summary>
public sealed class UbiVolumeTests
{
    private const int Block = 0x1000, Data = 0x80, Each = Block - Data;

    private static readonly byte[] s_squashfs = Samples.Bytes("squashfs/v4-xz.bin");

    [Fact]
    public void A_file_system_in_pieces_out_of_order_is_found_whole()
    {
        byte[] image = UbiMaker.Make(Block, new("rootfs", s_squashfs), new("kernel", Samples.Bytes("uimage/lzma-kernel.bin"), IsStatic: true));
        Volume[] volumes = Volumes(image);
        Assert.Equal(["rootfs", "kernel"], volumes.Select(volume => volume.Name));
        Finding squashfs = volumes[0].Inside[0];
        Assert.Equal(("squashfs", 0, 6182, Verdict.Ok), (squashfs.Format, squashfs.Offset, squashfs.Length, squashfs.Verdict));
        Assert.Equal("uimage", volumes[1].Inside[0].Format);
        Assert.Equal([false, true], volumes.Select(volume => volume.Proven));
        Assert.True(image.AsSpan(volumes[0].PlaceOf(0)).StartsWith("hsqs"u8));
    }

    [Fact]
    public void A_missing_block_is_told()
    {
        byte[] image = UbiMaker.Make(Block, new UbiMaker.Content("rootfs", s_squashfs, Without: 1));
        Volume volume = Assert.Single(Volumes(image));
        Assert.Equal((Each, Each), volume.Hole(0, s_squashfs.Length));
        Assert.Equal(-1, volume.PlaceOf(Each));
        Finding squashfs = volume.Inside[0];
        Assert.Equal(Verdict.Bad, squashfs.Verdict);
        Assert.Contains(FlawCode.MissingBlock, squashfs.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_bit_in_a_later_piece_is_told_by_what_is_in_the_volume()
    {
        byte[] image = UbiMaker.Make(Block, new UbiMaker.Content("rootfs", s_squashfs));
        SquashfsSuperblock.TryRead(s_squashfs, out SquashfsSuperblock super);
        image[Volumes(image)[0].PlaceOf((int)super.InodeTable + 8)] ^= 0x10;
        Assert.Equal(FlawCode.MetadataBlock, Volumes(image)[0].Inside[0].Flaws[0].Code);
    }

    [Fact]
    public void Holes_of_all_volumes_together_take_no_more_than_twice_the_image()
    {
        UbiMaker.Content[] contents = [.. Enumerable.Range(0, 20).Select(i => new UbiMaker.Content($"v{i}", s_squashfs, Without: 0, Beyond: 40))];
        byte[] image = UbiMaker.Make(Block, contents);
        Volume[] volumes = Volumes(image);
        Assert.Equal(20, volumes.Length);
        Assert.InRange(volumes.Where(volume => !volume.Inside.IsEmpty).Sum(volume => (long)volume.Length), 1, 2L * image.Length);
        Assert.Contains(volumes, volume => volume.Inside.IsEmpty);
    }

    private static Volume[] Volumes(byte[] image) => [.. ImageScan.Tile(image)[0].Volumes];
}
