using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.TpLink;
using Unbrick.Formats.Xiaomi;
using Unbrick.Match;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;
using Unbrick.Tests.Formats;

namespace Unbrick.Tests.Recovery.Images;

/// <summary>The files that failed in the threads, made anew, and those that went well.</summary>
public sealed class ImageCheckTests
{
    private const string R4A = "xiaomi_mi-router-4a-gigabit", Mr200 = "tplink_archer-mr200", C7 = "tplink_archer-c7-v2";

    private static readonly DeviceLibrary s_library = new();

    [Theory] // thread 002: "Not R4A package. Header check error!"
    [InlineData(19, "19")] // the 4A without Gigabit
    [InlineData(20, "20")] // the 3G v2, whose board is the same
    public void An_R4A_is_not_given_the_image_of_another_model(int id, string seen)
    {
        ImageReason reason = Refused(R4A, Hdr1((ushort)id), "wrong-device");
        Assert.Equal((seen, "17"), (reason.Seen, reason.Want));
        Assert.Contains("Not R4A package", reason.Means, StringComparison.Ordinal);
    }

    [Fact]
    public void An_R4A_takes_its_own_image() => Assert.Equal(ImageAnswer.Fits, Check(R4A, Hdr1(17)).Answer);

    [Fact] // thread 002: "Image too large"
    public void A_size_that_this_loader_refused_is_refused_beforehand()
    {
        ImageReason reason = Refused(R4A, Hdr1(17, 14_824_352), "too-large");
        Assert.StartsWith("14,824,352 bytes", reason.Seen, StringComparison.Ordinal);
        Assert.Contains("13,370,296 bytes were taken", reason.Want, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_what_was_taken_and_what_was_refused_nobody_can_tell()
    {
        ImageVerdict verdict = Check(R4A, Hdr1(17, 14_000_000));
        Assert.Equal((ImageAnswer.CannotTell, "limit-unknown"), (verdict.Answer, Assert.Single(verdict.Reasons).Code));
    }

    [Fact] // thread 001
    public void The_vendors_file_must_lose_its_header_before_an_MR200_writes_it_from_the_start_of_its_flash() =>
        Refused(Mr200, VendorFile(0x10_0000), "header-must-be-cut");

    [Fact]
    public void The_vendors_file_with_modem_firmware_is_too_large_as_well() =>
        Assert.Equal(["header-must-be-cut", "too-large"], Check(Mr200, VendorFile(0x90_0000)).Reasons.Take(2).Select(r => r.Code));

    [Fact] // thread 001: dead after a perfect transfer
    public void A_bare_firmware_would_erase_the_boot_loader_of_an_MR200()
    {
        ImageReason reason = Refused(Mr200, Samples.Bytes("tplink-v3/archer-mr200-sysupgrade.bin"), "boot-loader-missing");
        Assert.Contains("0x20000", string.Join(' ', reason.Try), StringComparison.Ordinal);
    }

    [Fact]
    public void Boot_loader_and_firmware_without_header_are_what_an_MR200_takes()
    {
        byte[] right = VendorFile(0)[TpLinkV2Header.Size..];
        ImageVerdict verdict = Check(Mr200, right);
        Assert.Equal((ImagePurpose.Recovery, ImageAnswer.Fits), (verdict.Purpose, verdict.Answer));
    }

    [Theory] // a header too many or too few cut off: an MR200 writes it all the same, and its boot loader is not where it starts
    [InlineData("cut-twice")]
    [InlineData("behind-512")]
    public void A_recovery_file_that_is_512_bytes_off_is_refused(string twin)
    {
        ImageReason reason = Refused(Mr200, Samples.Bytes($"tplink-recovery-raw/archer-mr200.{twin}.bin"), "offset-range");
        Assert.Contains("not at 0x20000", reason.Seen, StringComparison.Ordinal);
    }

    [Fact] // thread 000
    public void An_Archer_of_the_EU_is_not_given_the_image_of_the_US()
    {
        ImageReason reason = Refused(C7, Samples.Bytes("tplink-v1/archer-c7-v2-us.bin"), "wrong-region", ("region", "EU"));
        Assert.Equal(("US", "EU"), (reason.Seen, reason.Want));
    }

    [Fact]
    public void An_image_of_another_hardware_version_is_refused_with_both_ids()
    {
        ImageReason reason = Refused(C7, Samples.Bytes("tplink-v1/tl-wdr4300-v1-hdr2.bin"), "wrong-hwid");
        Assert.Equal(("0x43000001", "0xc7000002"), (reason.Seen, reason.Want));
    }

    [Fact]
    public void A_whole_image_for_this_device_fits() =>
        Assert.Equal((ImageAnswer.Fits, ImagePurpose.Factory), Answer(Check(C7, Samples.Bytes("tplink-v1/archer-c7-v2-eu.bin"))));

    [Fact]
    public void A_damaged_image_is_refused_for_its_checksum() => Refused(C7, Samples.Bytes("tplink-v1/archer-c7-v2-us.payload-bitflip.bin"), "md5");

    [Fact] // thread 003
    public void Another_units_dump_is_told_by_its_addresses()
    {
        DeviceProfile device = s_library.Get(R4A)!;
        DumpGenerator unit = new(5, Samples.Bytes("squashfs/v4-xz.bin"));
        byte[] dump = unit.Make(device, withTree: true);
        string own = MacText.Show(unit.LabelMac), other = MacText.Show(unit.LabelMac ^ 0x10_0000_0000);

        ImageVerdict unasked = Check(R4A, dump, ImageWay.Spi);
        Assert.Equal((ImageAnswer.CannotTell, "unit-data"), (unasked.Answer, Assert.Single(unasked.Reasons).Code));
        Assert.Contains(own, unasked.Reasons[0].Seen, StringComparison.Ordinal);
        Assert.Equal(ImageAnswer.Fits, Check(R4A, dump, ImageWay.Spi, ("label_mac", own)).Answer);
        Assert.Contains(Check(R4A, dump, ImageWay.Spi, ("label_mac", other)).Reasons, r => r.Code == "mac-foreign" && r.Want == other);
        Assert.Equal("wrong-kind", Check(R4A, dump, ImageWay.Tftp).Reasons[0].Code);
    }

    [Theory]
    [InlineData("tplink-v1/archer-c7-v2-eu.bin", C7, ImageWay.Sysupgrade, "metadata-missing")]
    [InlineData("xiaomi-hdr1/hdr1-r4a.bin", R4A, ImageWay.Menu, "wrong-kind")]
    [InlineData("xiaomi-hdr1/hdr1-r4a.bin", R4A, ImageWay.Spi, "wrong-kind")]
    [InlineData("openwrt-sysupgrade/r4ag-compat11.bin", R4A, ImageWay.Tftp, "wrong-kind")]
    public void The_right_file_for_another_way_is_refused(string file, string device, ImageWay way, string code) =>
        Assert.Equal(code, Check(device, Samples.Bytes(file), way).Reasons[0].Code);

    [Fact]
    public void An_unknown_file_is_not_refused_but_not_recommended_either()
    {
        ImageVerdict verdict = Check(C7, "some text that is no firmware "u8.ToArray());
        Assert.Equal((ImageAnswer.CannotTell, "kind-unknown"), (verdict.Answer, Assert.Single(verdict.Reasons).Code));
    }

    [Fact]
    public void Every_reason_has_words()
    {
        foreach (Sample sample in Samples.All.Where(s => !s.Good))
        {
            foreach (ImageReason reason in Check(C7, Samples.Bytes(sample.File)).Reasons)
            {
                Assert.NotEmpty(reason.Seen);
                Assert.NotEmpty(reason.Means);
                Assert.NotEmpty(reason.Try);
            }
        }
    }

    [Theory]
    [InlineData("hw_id", "0xc7000002", true)]
    [InlineData("hw_id", "c7", false)]
    [InlineData("label_mac", "02-AA-BB-CC-DD-EE", true)]
    [InlineData("label_mac", "02-AA", false)]
    [InlineData("hwid", "1", false)]
    public void What_the_user_expects_is_understood_or_said_to_be_wrong(string key, string value, bool good) =>
        Assert.Equal(good, ExpectedValues.With(new Expectation(), key, value) is not null);

    private static byte[] Hdr1(ushort id, int length = 20_000)
    {
        byte[] firmware = new byte[length - 300];
        Encoding.ASCII.GetBytes("system").CopyTo(firmware, 0);
        byte[] image = XiaomiHdr1.Write(id, [new XiaomiSection(0x18_0000, 4, "firmware.bin", firmware)]);
        Array.Resize(ref firmware, firmware.Length + length - image.Length);
        return XiaomiHdr1.Write(id, [new XiaomiSection(0x18_0000, 4, "firmware.bin", firmware)]);
    }

    /// <summary>The vendor's update: header, boot loader, firmware with its own header, and the modem's part behind.</summary>
    private static byte[] VendorFile(int modem)
    {
        byte[] firmware = Samples.Bytes("tplink-v3/archer-mr200-sysupgrade.bin");
        byte[] payload = new byte[0x2_0000 + firmware.Length + modem];
        Encoding.ASCII.GetBytes("U-Boot 1.1.3 (Apr 12 2016 - 10:00:00)").CopyTo(payload, 0x100);
        firmware.CopyTo(payload, 0x2_0000);
        TpLinkV2Header header = new(
            TpLinkV2Header.Version3, 0xD7500001, 0x4A, 0, 0x8000_0000, 0x8000_C310, (uint)(payload.Length + TpLinkV2Header.Size),
            0x2_0400, 4000, 0x2_2000, 4000, 0x200, 0x2_0000);
        return TpLinkV3.Write(header, payload);
    }

    private static (ImageAnswer Answer, ImagePurpose Purpose) Answer(ImageVerdict verdict) => (verdict.Answer, verdict.Purpose);

    private static ImageReason Refused(string device, byte[] image, string code, params (string Key, string Value)[] expect)
    {
        ImageVerdict verdict = Check(device, image, ImageWay.Tftp, expect);
        Assert.Equal(ImageAnswer.Refused, verdict.Answer);
        Assert.Equal(code, verdict.Reasons[0].Code);
        return verdict.Reasons[0];
    }

    private static ImageVerdict Check(string id, byte[] image, ImageWay way = ImageWay.Tftp, params (string Key, string Value)[] expect)
    {
        DeviceProfile device = s_library.Get(id)!;
        Expectation expected = ExpectedValues.Of(device);
        foreach ((string key, string value) in expect)
            expected = ExpectedValues.With(expected, key, value)!;
        return ImageCheck.Check(CheckedImage.Of("image.bin", image), device, way, expected);
    }
}
