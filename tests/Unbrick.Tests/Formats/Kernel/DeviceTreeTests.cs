using System.Buffers.Binary;
using Unbrick.Formats;
using Unbrick.Formats.Kernel;

namespace Unbrick.Tests.Formats.Kernel;

/// <summary>Device trees and FIT images: found by structure, proven by hashes.</summary>
public sealed class DeviceTreeTests
{
    [Fact]
    public void The_magic_number_alone_is_no_device_tree()
    {
        byte[] noise = new byte[0x1000];
        new Random(1).NextBytes(noise);
        BinaryPrimitives.WriteUInt32BigEndian(noise, DeviceTreeHeader.UsualMagic);
        Assert.Null(new Dtb().Read(Samples.Unclaimed(noise)));
        Assert.Null(new Fit().Read(Samples.Unclaimed(noise)));
    }

    [Fact]
    public void A_tree_with_images_is_a_fit_and_one_without_is_none()
    {
        byte[] fit = Samples.Bytes("fit/embedded.bin");
        byte[] dtb = Samples.Bytes("dtb/board.dtb.bin");
        Assert.NotNull(new Fit().Read(Samples.Unclaimed(fit)));
        Assert.Null(new Dtb().Read(Samples.Unclaimed(fit)));
        Assert.NotNull(new Dtb().Read(Samples.Unclaimed(dtb)));
        Assert.Null(new Fit().Read(Samples.Unclaimed(dtb)));
    }

    [Fact]
    public void A_destroyed_magic_number_is_told_where_a_file_begins()
    {
        byte[] dtb = Samples.Bytes("dtb/board.dtb.bin");
        dtb[0] = 0;
        Finding? finding = new Dtb().Read(Samples.Unclaimed(dtb));
        Assert.NotNull(finding);
        Assert.Equal([FlawCode.Magic], finding.Flaws.Select(flaw => flaw.Code));
        Assert.Null(new Dtb().Read(new FormatInput(dtb, 0, dtb.Length, new ReadBudget())));
    }

    [Fact]
    public void Images_of_a_fit_are_parts_and_proven_by_their_hashes()
    {
        byte[] bytes = Samples.Bytes("fit/embedded.hash.bin");
        Finding finding = new Fit().Read(Samples.Claimed(bytes))!;
        Assert.Equal(["kernel-1", "fdt-1"], finding.Parts.Select(part => part.Name));
        Assert.Equal([false, true], finding.Parts.Select(part => part.Proven));
        // Each of the five algorithms over the spoilt image tells.
        Assert.Equal(5, finding.Flaws.Count(flaw => flaw.Code == FlawCode.HashMismatch));
        Part tree = finding.Parts[1];
        Assert.Equal(DeviceTreeHeader.UsualMagic, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(tree.Offset)));
    }

    [Fact]
    public void Hashes_are_written_anew_after_an_edit()
    {
        Fit format = new();
        byte[] written = format.Rewrite(Samples.Claimed(Samples.Bytes("fit/embedded.hash.bin")))!;
        Finding finding = format.Read(Samples.Claimed(written))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.NotEqual(Samples.Bytes("fit/embedded.bin"), written);
    }

    [Fact]
    public void A_tree_for_another_board_is_told()
    {
        Dtb format = new();
        Finding finding = format.Read(Samples.Claimed(Samples.Bytes("dtb/board.dtb.bin")))!;
        Expectation other = new() { Boards = ["nobody,nothing"] };
        Assert.Equal(FlawCode.WrongBoard, Assert.Single(format.Compare(finding, other)).Code);
        Assert.Empty(format.Compare(finding, new Expectation { Boards = ["WNDR3700"] }));
    }
}
