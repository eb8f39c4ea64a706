using Unbrick.Formats;
using Unbrick.Formats.TpLink;

namespace Unbrick.Tests.Formats.TpLink;

/// <summary>TP-Link images as a vendor and OpenWrt make them: with padding, metadata, boot loader, and the recovery files made of them.</summary>
public sealed class TpLinkTests
{
    private static readonly byte[] s_firmware = Payload(0x5000);

    [Fact]
    public void A_written_v1_image_is_read_back_with_all_that_it_says()
    {
        byte[] image = TpLinkV1.Write(First(0xC7000002), s_firmware, country: "US");
        Finding finding = new TpLinkV1().Read(Samples.Unclaimed(image))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal("US", finding["country"]);
        Assert.Equal("TP-LINK Technologies", finding[FactName.Vendor]);
        Assert.Equal(["kernel", "rootfs"], finding.Parts.Select(part => part.Name));
        Assert.All(finding.Parts, part => Assert.True(part.Proven));
    }

    [Fact]
    public void Metadata_behind_the_image_does_not_count_for_the_MD5()
    {
        byte[] image = TpLinkV1.Write(First(0xC7000002), s_firmware);
        byte[] appended = [.. image, .. "some json"u8, .. "FWx0"u8, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 25];
        Finding finding = new TpLinkV1().Read(Samples.Unclaimed(appended))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(image.Length, finding.Length);
    }

    [Theory]
    [InlineData("EU", 0u, null, false)]
    [InlineData("EU", 0u, "EU", false)]
    [InlineData("BR", 0u, "EU", false)]
    [InlineData("EU", 1u, "US", true)]
    [InlineData("US", 1u, "US", false)]
    [InlineData("US", 0u, "EU", true)]
    [InlineData("US", 0u, null, false)]
    public void Units_of_the_US_take_images_for_the_US_and_the_others_no_such(string unit, uint code, string? country, bool refused)
    {
        TpLinkV1 format = new();
        Finding finding = format.Read(Samples.Claimed(TpLinkV1.Write(First(1) with { Region = code }, s_firmware, country: country)))!;
        string[] codes = [.. format.Compare(finding, new Expectation { Region = unit }).Select(flaw => flaw.Code)];
        Assert.Equal(refused ? [FlawCode.WrongRegion] : [], codes);
    }

    [Fact]
    public void A_v3_file_with_boot_loader_uses_the_other_salt_and_shows_both_parts()
    {
        byte[] oem = Oem();
        Finding finding = new TpLinkV3().Read(Samples.Unclaimed(oem))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(
            [new Part("boot", 0x200, 0x20000, true), new Part("firmware", 0x20200, oem.Length - 0x20200, true)], finding.Parts);
        Assert.Null(new TpLinkV2().Read(Samples.Unclaimed(oem)));
        Assert.Equal(FlawCode.Version, new TpLinkV2().Read(Samples.Claimed(oem))!.Flaws[0].Code);
    }

    [Fact]
    public void A_modem_blob_behind_the_image_does_not_count_for_the_MD5()
    {
        byte[] oem = Oem();
        Finding finding = new TpLinkV3().Read(Samples.Unclaimed([.. oem, .. s_firmware]))!;
        Assert.Equal((Verdict.Ok, oem.Length), (finding.Verdict, finding.Length));
    }

    [Fact]
    public void An_image_that_lost_its_version_is_known_by_its_MD5()
    {
        byte[] image = Inner();
        image[0] = 0x77;
        Finding finding = new TpLinkV3().Read(Samples.Unclaimed(image))!;
        Assert.Equal([FlawCode.Version], finding.Flaws.Select(flaw => flaw.Code));
        image[0x3000] ^= 1;
        Assert.Null(new TpLinkV3().Read(Samples.Unclaimed(image)));
    }

    [Fact]
    public void In_flash_the_MD5_is_nobodys_business()
    {
        byte[] flash = [.. new byte[0x20000], .. Inner(), .. new byte[0x10000]];
        flash[0x23000] ^= 1;
        FormatInput input = new(flash, 0x20000, flash.Length, new ReadBudget());
        Finding finding = new TpLinkV3().Read(input)!;
        Assert.Equal(Verdict.Unchecked, finding.Verdict);
        Assert.Equal(0x20000 + 0x200 + s_firmware.Length, finding.End);
    }

    [Fact]
    public void The_vendors_file_without_its_header_is_a_recovery_file()
    {
        byte[] oem = Oem();
        Finding finding = new TpLinkRecoveryRaw().Read(Samples.Unclaimed(oem[0x200..]))!;
        Assert.NotEqual(Verdict.Bad, finding.Verdict);
        Assert.Equal("0xd7500001", finding[FactName.HwId]);
        Assert.Equal(["boot", "firmware"], finding.Parts.Select(part => part.Name));
        Assert.Equal(oem[0x200..], new TpLinkRecoveryRaw().Rewrite(Samples.Claimed(oem[0x200..])));
    }

    [Fact]
    public void Each_way_to_make_a_recovery_file_wrong_has_its_name()
    {
        byte[] oem = Oem();
        Assert.Equal([FlawCode.HeaderMustBeCut], Recovery(oem));
        Assert.Equal([FlawCode.OffsetRange], Recovery(oem[0x400..]));
        Assert.Equal([FlawCode.BootLoaderMissing], Recovery(s_firmware));
        Assert.Equal([FlawCode.HeaderMustBeCut, FlawCode.BootLoaderMissing], Recovery(Inner()));
        Assert.Equal([FlawCode.Truncated], Recovery(oem[0x200..0x10000]));
    }

    /// <summary>Nobody says what a file is before it is sent: the one that kills the router has to be told by itself.</summary>
    [Theory]
    [InlineData("cut-twice", -0x200)]
    [InlineData("behind-512", 0x200)]
    public void A_recovery_file_that_lies_512_bytes_from_its_place_is_told_without_a_name(string twin, int shift)
    {
        byte[] bytes = Samples.Bytes($"tplink-recovery-raw/archer-mr200.{twin}.bin");
        Finding found = Assert.Single(ImageScan.Tile(bytes));
        Assert.Equal(("tplink-recovery-raw", Verdict.Bad), (found.Format, found.Verdict));
        Flaw flaw = Assert.Single(found.Flaws);
        Assert.Equal((FlawCode.OffsetRange, $"the firmware begins at 0x{0x2_0000 + shift:x}, not at 0x20000"), (flaw.Code, flaw.Seen));
        Assert.Equal("0xd7500001", found[FactName.HwId]);
        Finding firmware = Assert.Single(found.Inside, inside => inside.Format == "tplink-v3");
        Assert.Equal((0x2_0000 + shift, Verdict.Ok), (firmware.Offset, firmware.Verdict));
        Assert.Null(new TpLinkRecoveryRaw().Rewrite(Samples.Claimed(bytes)));

        byte[] flash = new byte[0x80_0000 + shift];
        Array.Fill(flash, (byte)0xFF);
        bytes.CopyTo(flash, 0);
        Assert.Null(new TpLinkRecoveryRaw().Read(Samples.Unclaimed(flash))); // a dump that lost bytes at its beginning is another matter
    }

    /// <summary>The provider's MR200 has the kernel there without a header of TP-Link's.</summary>
    [Theory]
    [InlineData(-0x200)]
    [InlineData(0x200)]
    public void A_bare_kernel_that_lies_512_bytes_from_its_place_is_told_too(int shift)
    {
        byte[] boot = [.. new byte[0x4000], .. "U-Boot 1.1.3 (Nov 20 2015 - 09:23:12)"u8];
        byte[] kernel = Samples.Bytes("uimage/lzma-kernel.bin"), squashfs = Samples.Bytes("squashfs/v4-xz.bin");
        byte[] right = TpLinkRecoveryRaw.Write(boot, [.. kernel, .. squashfs]);
        Assert.NotEqual(Verdict.Bad, new TpLinkRecoveryRaw().Read(Samples.Unclaimed(right))!.Verdict);

        byte[] wrong = shift < 0 ? right[-shift..] : [.. new byte[shift], .. right];
        Finding found = Assert.Single(ImageScan.Tile(wrong));
        Assert.Equal(("tplink-recovery-raw", Verdict.Bad, FlawCode.OffsetRange), (found.Format, found.Verdict, Assert.Single(found.Flaws).Code));
        Assert.Contains(found.Inside, inside => inside.Format == "uimage" && inside.Offset == 0x2_0000 + shift);

        byte[] headed = [.. right[..0x2_0000], .. Enumerable.Repeat((byte)0x5A, 0x200), .. right[0x2_0000..]];
        Assert.NotEqual(Verdict.Bad, new TpLinkRecoveryRaw().Read(Samples.Unclaimed(headed))!.Verdict); // a header that nobody knows is no padding
    }

    [Fact]
    public void A_whole_flash_is_no_recovery_file()
    {
        byte[] flash = new byte[0x80_0000];
        Array.Fill(flash, (byte)0xFF);
        Oem().AsSpan(0x200).CopyTo(flash);
        Assert.Null(new TpLinkRecoveryRaw().Read(Samples.Unclaimed(flash)));
    }

    private static string[] Recovery(byte[] file) =>
        [.. new TpLinkRecoveryRaw().Read(Samples.Claimed(file))!.Flaws.Select(flaw => flaw.Code)];

    private static byte[] Inner() => TpLinkV3.Write(Second(), s_firmware);

    /// <summary>Header, boot loader, and the firmware with its own header, as the vendor's download has them.</summary>
    private static byte[] Oem()
    {
        byte[] boot = [.. new byte[0x4000], .. "U-Boot 1.1.3 (Nov 20 2015 - 09:23:12)"u8];
        byte[] recovery = TpLinkRecoveryRaw.Write(boot, Inner());
        return TpLinkV3.Write(Second() with { BootLength = 0x20000, KernelOffset = 0x20200, Length = 0x7D0200 }, recovery);
    }

    private static TpLinkV2Header Second() => new(
        0, 0xD7500001, 0x4A, 0, 0x80000000, 0x80000000, 0x7B0000, 0x200, 0x2000, 0x2200, (uint)s_firmware.Length - 0x2000, 0, 0);

    private static TpLinkV1Header First(uint hwId) => new(
        TpLinkV1Header.Version1, hwId, 1, 0, 0x80060000, 0x80060000, 0x7C0000, 0x200, 0x2000, 0x2200, (uint)s_firmware.Length - 0x2000, 0, 0,
        0, 0, 0);

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        new Random(7).NextBytes(payload);
        "hsqs"u8.CopyTo(payload.AsSpan(0x2000));
        return payload;
    }
}
