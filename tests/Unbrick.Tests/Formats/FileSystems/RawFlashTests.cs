using Unbrick.Formats;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.FileSystems;

/// <summary>JFFS2 and UBI in dumps: where they begin and end, what lies next to them, what old flash looks like.</summary>
public sealed class RawFlashTests
{
    private static byte[] Ubi => Samples.Bytes("ubi/two-vols.bin");

    [Fact]
    public void A_volume_is_put_together_from_its_blocks()
    {
        UbiArea area = UbiArea.Read(Samples.Unclaimed(Ubi))!;
        Assert.Equal(["rootfs", "kernel"], area.Volumes().Select(volume => volume.Name));
        // The static volume says how long it is; the dynamic one fills its block.
        Volume[] volumes = [.. area.Volumes().Select(volume => area.Volume(volume))];
        Assert.Equal([0x4000 - 0x400, 9000], volumes.Select(volume => volume.Length));
        Assert.Equal([false, true], volumes.Select(volume => volume.Proven));
        Assert.Equal(Ubi[0xC400..(0xC400 + 9000)], volumes[1].Assemble(Ubi, volumes[1].Length).Memory.ToArray());
    }

    [Fact]
    public void A_bad_block_between_does_not_end_the_area()
    {
        byte[] dump = [.. Ubi[..0x8000], .. new byte[0x4000], .. Ubi[0x8000..], .. Erased(0x2_0000)];
        Finding finding = new Ubi().Read(Samples.Unclaimed(dump))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(0x1_4000, finding.Length);
        Assert.Equal(1L, finding["foreign_pebs"]);
    }

    [Fact]
    public void Two_areas_side_by_side_are_two()
    {
        byte[] second = Ubi;
        foreach (int block in (int[])[0, 0x4000, 0x8000, 0xC000])
            second[block + 0x1B] = 7;
        byte[] other = new Ubi().Rewrite(Samples.Claimed(second))!;
        byte[] dump = [.. Ubi, .. other];
        Finding finding = new Ubi().Read(Samples.Unclaimed(dump))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(0x1_0000, finding.Length);
    }

    [Theory]
    [InlineData(0x8010, FlawCode.EcCrc)]
    [InlineData(0xC20C, FlawCode.VidCrc)]
    [InlineData(0xC500, FlawCode.DataCrc)]
    [InlineData(0x0, FlawCode.Magic)]
    public void A_flipped_bit_is_told(int at, string code)
    {
        byte[] bytes = Ubi;
        bytes[at] ^= 1;
        Assert.Contains(code, new Ubi().Read(Samples.Unclaimed(bytes))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_run_of_nodes_goes_to_the_end_of_its_erase_block()
    {
        byte[] nodes = Samples.Bytes("jffs2/be-8k.bin");
        byte[] dump = [.. nodes, .. Erased(0x1_0000 - nodes.Length), .. Erased(0x1_0000), 1, 2, 3, 4];
        Finding finding = new Jffs2().Read(Samples.Unclaimed(dump))!;
        Assert.Equal(0x1_0000, finding.Length);
        Assert.Equal(Verdict.Ok, finding.Verdict);
    }

    [Fact]
    public void Erased_blocks_before_another_block_of_nodes_are_free_space_of_the_same_file_system()
    {
        byte[] nodes = Samples.Bytes("jffs2/be-8k.bin");
        byte[] block = [.. nodes, .. Erased(0x1_0000 - nodes.Length)];
        byte[] dump = [.. block, .. Erased(0x3_0000), .. block, .. nodes[..12], .. Erased(0xFFF4), .. Erased(0x2_0000), 1, 2, 3, 4];
        Finding finding = new Jffs2().Read(Samples.Unclaimed(dump))!;
        Assert.Equal((Verdict.Ok, 0x6_0000), (finding.Verdict, finding.Length));
        Assert.Equal((6L, 3L, 1L, 0L), (finding["blocks"], finding["erased_blocks"], finding["free_blocks"], finding["dirty_blocks"]));
    }

    [Fact]
    public void What_begins_inside_a_block_behind_erased_ones_is_another_thing()
    {
        byte[] nodes = Samples.Bytes("jffs2/be-8k.bin");
        byte[] dump = [.. nodes, .. Erased(0x1_0000 - nodes.Length), .. Erased(0x1_8000), .. nodes];
        Assert.Equal(0x1_0000, new Jffs2().Read(Samples.Unclaimed(dump))!.Length);
    }

    [Fact]
    public void Bytes_that_are_no_node_make_a_block_dirty()
    {
        byte[] nodes = Samples.Bytes("jffs2/be-8k.bin");
        byte[] block = [.. nodes, .. Erased(0x1_0000 - nodes.Length)];
        byte[] spoilt = [.. block];
        spoilt.AsSpan(0x8000, 100).Fill(0x55);
        Finding finding = new Jffs2().Read(Samples.Unclaimed([.. spoilt, .. Erased(0x1_0000), .. block]))!;
        Assert.Equal(0x3_0000, finding.Length);
        Assert.Equal((1L, 100L), (finding["dirty_blocks"], finding["dirty_bytes"]));
    }

    [Fact]
    public void Nodes_that_became_obsolete_on_the_flash_are_no_damage()
    {
        byte[] bytes = Samples.Bytes("jffs2/be-8k.bin");
        // The second node, behind the clean marker: NOR flash clears one bit of its type.
        bytes[14] &= 0xDF;
        Finding finding = new Jffs2().Read(Samples.Unclaimed(bytes))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(1L, finding["obsolete_nodes"]);
    }

    private static byte[] Erased(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }
}
