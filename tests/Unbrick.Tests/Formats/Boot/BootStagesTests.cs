using System.Collections.Immutable;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats.Boot;

/// <summary>What MediaTek, MikroTik, AVM and Beken keep in flash is found in a dump, and what suits another board is told.</summary>
public sealed class BootStagesTests
{
    [Theory]
    [InlineData("mtk-brom/spim-nand.bin", 0)]
    [InlineData("mtk-brom/spi-nor.bin", 0x4_0000)]
    [InlineData("fip/bl31-uboot.bin", 0x38_0000)]
    [InlineData("routerboot/hard-be.bin", 0xE000)]
    [InlineData("routerboot/soft-le.bin", 0xF000)]
    [InlineData("avm-eva/kernel.bin", 0x2_0000)]
    [InlineData("zyxel-zynos/bootext.bin", 0x4_0000)]
    [InlineData("beken-flash/qio.bin", 0x1_1000)]
    [InlineData("ath-art/ar9280-64k.bin", 0x7F_0000)]
    public void A_dump_has_it_at_its_place(string file, int at)
    {
        byte[] sample = Samples.Bytes(file);
        byte[] dump = new byte[8 << 20];
        Array.Fill(dump, (byte)0xFF);
        sample.CopyTo(dump, at);
        string format = Samples.All.Single(s => s.File == file).Format;
        Finding found = Assert.Single(ImageScan.Tile(dump), tile => tile.Format == format);
        Assert.Equal((at, sample.Length), (found.Offset, found.Length));
        Assert.NotEqual(Verdict.Bad, found.Verdict);
    }

    [Fact]
    public void A_package_without_U_Boot_does_not_suit_a_board_that_starts_from_it()
    {
        byte[] fip = Samples.Bytes("fip/bl31-uboot.bin");
        fip.AsSpan(56, 16).Fill(0x77); // another image than BL33
        IFirmwareFormat format = FormatRegistry.Find("fip")!;
        Finding found = format.Read(Samples.Unclaimed(fip))!;
        Assert.Equal(["soc-fw", "77777777"], Assert.IsType<ImmutableArray<string>>(found["images"]));
        Flaw flaw = Assert.Single(format.Compare(found, new Expectation { Arch = "arm64" }));
        Assert.Equal((FlawCode.MissingMember, "there is no nt-fw in it"), (flaw.Code, flaw.Seen));
    }

    [Fact]
    public void A_boot_loader_in_a_package_is_looked_into()
    {
        Finding found = Assert.Single(ImageScan.Tile(Samples.Bytes("fip/bl31-uboot.bin")));
        Finding loader = Assert.Single(found.Inside, tile => tile.Format == "bootloader");
        Assert.Equal("2023.07", loader[FactName.Version]);
    }

    [Fact]
    public void Configuration_that_was_edited_gets_its_CRC_back()
    {
        byte[] soft = Samples.Bytes("routerboot/soft-be.bin");
        IFormatWriter format = (IFormatWriter)FormatRegistry.Find("routerboot")!;
        soft[0x1F] = 0; // boot device: Ethernet
        Finding edited = format.Read(Samples.Unclaimed(soft))!;
        Assert.Equal([FlawCode.Crc], edited.Flaws.Select(flaw => flaw.Code));
        Assert.Equal("ethernet", edited["boot_device"]);
        byte[] written = format.Rewrite(Samples.Unclaimed(soft))!;
        Assert.Empty(format.Read(Samples.Unclaimed(written))!.Flaws);
    }

    [Theory]
    [InlineData("comp/payload.lzma.head9.bin", "9 bytes: the size has 4 in place of 8")]
    [InlineData("comp/payload.lzma.head9be.bin", "9 bytes: the size has 4 in place of 8, big-endian")]
    [InlineData("comp/payload.lzma.head5.bin", "5 bytes: no size")]
    public void A_head_that_a_vendor_cut_is_told_and_its_stream_followed(string file, string head)
    {
        byte[] packed = Samples.Bytes(file);
        byte[] dump = [.. new byte[0x100], .. packed, .. Enumerable.Repeat((byte)0xFF, 5000)];
        Finding found = FormatRegistry.Find("comp")!.Read(new FormatInput(dump, 0x100, dump.Length, new ReadBudget()))!;
        Assert.Equal((Verdict.Ok, packed.Length, "lzma"), (found.Verdict, found.Length, found.Variant));
        Assert.Equal((head, 20_000L), (found["head"], found[FactName.PlainSize]));
        dump[0x100 + 400] ^= 1;
        Assert.Null(FormatRegistry.Find("comp")!.Read(new FormatInput(dump, 0x100, dump.Length, new ReadBudget())));
    }

    [Fact]
    public void LZMA_without_size_and_marker_is_whole_when_the_decoder_is_empty_at_the_end_of_its_part()
    {
        byte[] packed = Samples.Bytes("comp/payload.lzma.head5-no-end.bin");
        IFirmwareFormat format = FormatRegistry.Find("comp")!;
        foreach (byte[] part in (byte[][])[packed, [.. packed, .. Enumerable.Repeat((byte)0xFF, 5000)]])
        {
            Finding found = format.Read(Samples.Unclaimed(part))!;
            Assert.Equal((Verdict.Ok, packed.Length, "5 bytes: no size, no end marker"), (found.Verdict, found.Length, found["head"]));
            Assert.InRange((long)found["unpacked_size"]!, 20_000, 20_008);
        }
        Assert.Null(format.Read(Samples.Unclaimed(packed[..^1])));
        Assert.Null(format.Read(Samples.Unclaimed([.. packed, 1])));
        // Not from the first byte: while all probabilities are even, a changed bit is another letter and nothing else.
        for (int at = 103; at < packed.Length; at += 97)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 4;
            Assert.True(format.Read(Samples.Unclaimed(damaged)) is null, $"0x{at:x}");
        }
        // In the midst of a dump nothing says where it ends.
        byte[] dump = [.. new byte[0x100], .. packed, .. new byte[100]];
        Assert.Null(format.Read(new FormatInput(dump, 0x100, dump.Length, new ReadBudget())));
    }
}
