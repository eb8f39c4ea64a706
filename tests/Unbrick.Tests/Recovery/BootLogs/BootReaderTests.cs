using System.Text;
using Unbrick.Recovery.BootLogs;
using Unbrick.Tests.Net.Tftp;

namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>What a log means, from its bytes.</summary>
[Collection(nameof(Alone))] // memory of the whole process is measured
public sealed class BootReaderTests
{
    private const string UBoot = "U-Boot 1.1.3 (May 11 2020 - 10:41:20)\nDRAM:  128 MB\n";

    [Theory]
    [InlineData("", "unknown")]
    [InlineData("hello\nworld\n", "unknown")]
    [InlineData(UBoot, "ok-bootloader")]
    [InlineData(UBoot + "## Booting image at bc050000 ...\nBad Magic Number,FFFFFFFF\n", "img-bad-magic")]
    [InlineData(UBoot + "flash manufacture id: ff, device id ff ff\nBad Magic Number,FFFFFFFF\n", "flash-no-response")]
    [InlineData(UBoot + "   Verifying Checksum ... OK\n   Uncompressing Kernel Image ... LZMA ERROR 1 - must RESET board to recover\n", "img-lzma-decompress")]
    [InlineData(UBoot + "Starting kernel ...\n", "console-silent-after-kernel")]
    [InlineData("Loading: T T T T T \nRetry count exceeded; starting again\n", "tftp-timeout")]
    [InlineData("BOOTP broadcast 1\nBOOTP broadcast 2\nBOOTP broadcast 5\nRetry count exceeded; starting again\n", "dhcp-no-answer")]
    [InlineData("TFTP from server 10.0.0.2; our IP address is 10.0.0.1\nRetry count exceeded; starting again\n", "tftp-timeout")]
    [InlineData(UBoot + "*\\* File not found boot/uEnv.txt \\*\\*\n5792832 bytes read in 528 ms (10.5 MiB/s)\n   Verifying Checksum ... Bad Data CRC\nERROR: can't get kernel image!\n", "img-bad-crc")]
    [InlineData(UBoot + "SF: Unsupported flash IDs: manuf ff, jedec ffff, ext_jedec ffff\n", "flash-no-response")]
    [InlineData(UBoot + "PCIe0: pcie@3400000 Root Complex: no link\n", "ok-bootloader")]
    [InlineData("NOTICE: BL2: v2.10.0 (release)\nERROR: FIP preload read failed; entering XMODEM recovery\n", "bl2-load-fail")]
    [InlineData("Image chksum: 0xFFFFFFFF\nInvalid boot block on disk\n", "img-bad-crc")]
    [InlineData("load:0x3fff0008,len:8\nload:0xffffffff,len:-1\n", "esp-csum-err")]
    [InlineData("Update is done......\n", "unknown")]
    [InlineData("[    0.1] Linux version 3.4.1\n->Oops: flash id 0xef4016 .\n[    0.2] assertion 'x==OK' failed\n(none) login: \n", "ok-normal-boot")]
    [InlineData("[    0.1] Linux version 4.4.1\n[    0.2] console [ttyS0] disabled\n", "console-silent-after-kernel")]
    [InlineData(" - RT - Thread Operating System\nmsh />\n", "ok-normal-boot")]
    public void A_cause_is_found(string log, string cause) => Assert.Equal(cause, Judge(log).Cause);

    [Fact]
    public void Times_that_a_boot_loader_writes_are_no_lines_of_a_kernel()
    {
        string loader = string.Concat(Enumerable.Range(0, 40).Select(i => $"[   2.{i:D3}] probing\n"));
        Assert.True(Judge(UBoot + loader + "Starting kernel ...\n[    0.000000] Linux version 6.6.63\n[    0.000000] SBI found\n").Healthy);
    }

    [Fact]
    public void A_line_of_a_kernel_is_never_somebodys_words() => Assert.Equal(
        "rootfs-corrupt", Judge("[    2.737938] Kernel panic - not syncing: No working init found.  Try passing i   nit= option to kernel. See the guide for guidance\n").Cause);

    [Fact]
    public void A_loader_that_stops_for_good_where_who_posted_it_says_so_is_not_called_healthy() => Assert.Equal(
        "uboot-hang", Judge("I have soldered a cable to my router and it hangs here, what can I do?\n" + UBoot).Cause);

    [Fact]
    public void Letters_of_a_wrong_rate_at_the_end_are_told_from_text() => Assert.Equal(
        "wrong-baud", Judge("[    0.240000] Serial: 8250/16550 driver, 16 ports, IRQ sharing enabled\n" + string.Concat(Enumerable.Repeat("\u00cc\u017ef\u2020\u02dc\u02dc~\u02dc\u00e0\u00e6\u00f8\u017e", 12)) + "\n").Cause);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_log_that_windows_saved_with_two_bytes_a_letter_is_read(bool bigEndian)
    {
        Encoding wide = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        BootReader reader = new();
        foreach (byte b in wide.GetPreamble().Concat(wide.GetBytes(UBoot + "Bad Magic Number\r\n")))
            reader.Take([b], TimeSpan.Zero);
        reader.Finish();
        Assert.Equal("img-bad-magic", reader.Judge(TimeSpan.Zero).Cause);
    }

    [Fact]
    public void A_success_takes_back_the_trouble_before_it()
    {
        BootVerdict verdict = Judge(UBoot + "Bad Magic Number\n## Booting image at 9f050000\nStarting kernel ...\n[    0.000000] Linux version 4.14.1\nPlease press Enter to activate this console.\n");
        Assert.Equal(("ok-normal-boot", true), (verdict.Cause, verdict.Healthy));
        Assert.Equal([7], verdict.Lines);
    }

    [Fact]
    public void A_trouble_that_no_healthy_boot_has_stays()
    {
        BootVerdict verdict = Judge("[    0.000000] Linux version 4.14.1\n[    9.0] SQUASHFS error: xz decompression failed, data probably corrupt\nPlease press Enter to activate this console.\n");
        Assert.Equal("squashfs-corrupt", verdict.Cause);
    }

    [Fact]
    public void Of_several_the_first_is_the_cause_and_the_others_follow()
    {
        BootVerdict verdict = Judge("ubi0 error: scan_peb: bad image sequence number 1 in PEB 2, expected 3\nUBI error: cannot attach mtd7\nVFS: Cannot open root device \"ubi0_0\"\nKernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n");
        Assert.Equal(("ubi-mixed-image-seq", 1), (verdict.Cause, (int)verdict.Lines[0]));
        Assert.Equal("rootfs-missing", verdict.Alternatives[0].Cause);
    }

    [Fact]
    public void A_last_boot_that_was_cut_off_does_not_hide_why_the_one_before_failed()
    {
        string failed = UBoot + "## Booting image at bc050000 ...\nBad Data CRC\n";
        BootVerdict verdict = Judge(failed + failed + UBoot);
        Assert.Equal(("img-bad-crc", 3), (verdict.Cause, verdict.Boots));
    }

    [Fact]
    public void A_kernel_that_starts_itself_again_is_for_another_board()
    {
        string early = "[    0.000000] Linux version 4.14.89\n[    0.000000] Board has DDR2\n";
        Assert.Equal("kernel-early-loop", Judge("Starting kernel ...\n" + early + early + early).Cause);
    }

    [Fact]
    public void Words_around_a_log_do_not_disturb_and_are_no_evidence()
    {
        BootVerdict verdict = Judge("I think that it said something like \"Image too large\" and \"Bad Data CRC\" to me, but I am not sure.\n\n> " + UBoot.Replace("\n", "\n> ")
            + "Header check error!\n\nThanks, maybe your kernel panic was because of the flash?\n");
        Assert.Equal("img-wrong-model-refused", verdict.Cause);
        Assert.Equal("unknown", Judge("I have read that a wrong hardware version or a bad checksum can do this to you, so I am not sure about my router.\n").Cause);
    }

    [Theory]
    [InlineData("[2023-01-01 10:00:00.250] Bad Data CRC\n")]
    [InlineData("10:00:00.250 -> Bad Data CRC\n")]
    [InlineData("    <code>Bad Data CRC</code>\n")]
    [InlineData("&gt; Bad Data CRC\n")]
    [InlineData("> > Bad Data CRC\n")]
    [InlineData("\u001b[31mBad Data CRC\u001b[0m\r\n")]
    public void What_forums_and_terminals_put_around_a_line_is_taken_off(string log) => Assert.Equal("img-bad-crc", Judge(log).Cause);

    [Fact]
    public void Time_stamps_give_the_period_of_a_loop()
    {
        BootVerdict verdict = Judge("10:00:00 U-Boot 1.1.3\n10:00:02 Bad Data CRC\n10:00:10 U-Boot 1.1.3\n10:00:12 Bad Data CRC\n10:00:20 U-Boot 1.1.3\n10:00:22 Bad Data CRC\n");
        Assert.Equal((10.0, "img-bad-crc"), (verdict.Period, verdict.Cause));
    }

    [Fact]
    public void Facts_come_with_the_answer_and_addresses_of_the_unit_are_masked()
    {
        BootVerdict verdict = Judge(UBoot + "flash manufacture id: ef, device id 40 18\nfind flash: W25Q128BV\nASIC MT7621A DualCore\nModel: box 11:22:33:44:55:66\nBytes transferred = 8127244 (7c030c hex)\n");
        Assert.Equal(16L << 20, verdict.Facts["flash.size"]);
        Assert.Equal(("W25Q128BV", "ef4018", "MT7621A"), (verdict.Facts["flash.chip"], verdict.Facts["flash.id"], verdict.Facts["soc"]));
        Assert.Equal("box 11:22:33:xx:xx:xx", verdict.Facts["model"]);
        Assert.Equal(8127244L, verdict.Facts["transfer.size"]);
        Assert.Equal("U-Boot 1.1.3 (May 11 2020 - 10:41:20)", verdict.Facts["loader"]);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_another_rate_and_after_the_rom_another_one()
    {
        byte[] noise = [.. Enumerable.Range(0, 4000).Select(i => (byte)(0x80 + i * 37 % 128)), (byte)'\n'];
        Assert.Equal("wrong-baud", Judge(noise).Cause);
        Assert.Equal("wrong-baud-after-rom", Judge([.. Encoding.ASCII.GetBytes(" ets Jan  8 2013,rst cause:2, boot mode:(3,6)\n~ld\n"), .. noise]).Cause);
    }

    [Fact]
    public void Silence_of_a_kernel_counts_on_a_live_line()
    {
        BootReader reader = new();
        reader.Take("[    0.000000] Linux version 5.15.1\n[    0.1] Calibrating delay loop\n"u8, TimeSpan.FromSeconds(3));
        Assert.Equal("ok-normal-boot", reader.Judge(TimeSpan.FromSeconds(5)).Cause);
        Assert.Equal("kernel-hang", reader.Judge(TimeSpan.FromSeconds(120)).Cause);
    }

    [Fact]
    public void Cutting_the_bytes_elsewhere_changes_nothing()
    {
        byte[] log = File.ReadAllBytes(Repository.PathOf("tests/Unbrick.Tests/golden/bootlogs/thread-002.txt"));
        BootReader pieces = new();
        foreach (byte[] piece in log.Chunk(7))
            pieces.Take(piece, TimeSpan.Zero);
        pieces.Finish();
        BootVerdict a = Judge(log), b = pieces.Judge(TimeSpan.Zero);
        Assert.Equal((a.Cause, a.Confidence, a.Length), (b.Cause, b.Confidence, b.Length));
        Assert.Equal(a.Lines, b.Lines);
    }

    private static BootVerdict Judge(string log) => Judge(Encoding.UTF8.GetBytes(log));

    private static BootVerdict Judge(byte[] log)
    {
        BootReader reader = new();
        reader.Take(log, TimeSpan.Zero);
        reader.Finish();
        return reader.Judge(TimeSpan.Zero);
    }
}
