using System.Text;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>Where the words alone would mislead: what follows from what, what was taken back, and what only a topic is known of.</summary>
public sealed class ReasoningTests
{
    private const string UBoot = "U-Boot 2018.03 (May 11 2020 - 10:41:20)\nDRAM:  128 MiB\n";

    [Theory]
    [InlineData("TFTP error: 'File not found' (1)\nNot retrying...\nWrong Image Format for bootm command\nERROR: can't get kernel image!\n", "tftp-file-missing")]
    [InlineData("Could not find configuration node\nLoading: *\nTFTP error: 'File not found' (1)\nNot retrying...\nCould not find configuration node\n", "tftp-file-missing")]
    [InlineData("Could not find configuration node\n", "wrong-model-image")]
    public void An_image_that_is_not_there_follows_from_the_transfer_that_failed(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("Trying to boot from SPI\nCRC mismatch len = 16384\nmcb load failed\n### ERROR ### Please RESET the board ###\n", "dram-init-fail")]
    [InlineData("Trying to boot from MMC1\nunknown raw ID 0 0 0\nTrying to boot from MMC2\nSPL: failed to boot from all boot devices\n### ERROR ### Please RESET the board ###\n", "spl-no-uboot")]
    [InlineData("DRAM:Timeout initialising DRAM\n", "dram-init-fail")]
    [InlineData("bad magic in stage header\n", "spl-no-uboot")]
    [InlineData("loader checksum wrong\n", "spl-bad-crc")]
    [InlineData("Error: LZMA uncompression error: 1\nTrying to boot from UART\n\nFailed to load U-Boot image!\n", "spl-no-uboot")]
    public void What_a_first_part_complains_of_is_the_loader(string log, string cause) => Assert.Equal(cause, Judge("U-Boot SPL 2019.07 (Jun 08 2022 - 15:20:20)\n" + log));

    [Theory]
    [InlineData("SPI Nor(cs 0) ID: 0x85 0x20 0x18 can't find in the ID table !!!\n", "flash-id-unknown")]
    [InlineData("boota: bad boot image magic, maybe not a boot.img?\n", "img-bad-magic")]
    [InlineData("fw sha256 of slot 1 differs: mismatch\n", "img-bad-crc")]
    [InlineData("inflate says: incorrect block\n", "img-decompress")]
    [InlineData("the flash is quite all right\n", "ok-bootloader")]
    public void A_complaint_in_new_words_is_known_by_its_topic(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Fact]
    public void A_complaint_of_which_only_the_topic_is_known_counts_for_nothing_where_the_loader_goes_on() => Assert.Equal(
        "ok-bootloader", Judge(UBoot + "fw sha256 of slot 1 differs: mismatch\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"Bus {i}: ready\n")) + "=> \n"));

    [Theory]
    [InlineData("Reserving 207k for U-Boot at: 803cc000\nStack Pointer at: 8037bf98\n", "uboot-hang")]
    [InlineData("SF: Detected w25q128 with page size 256 Bytes, erase size 64 KiB, total 16 MiB\nIn:    serial\nOut:   serial\nErr:   serial\nNet:   eth0\n", "ok-bootloader")]
    [InlineData("Stack Pointer at: 8037bf98\nIn:    serial\nHit any key to stop autoboot:  0 \n", "ok-bootloader")]
    [InlineData("Saving Environment to NAND...\nErasing at 0x330000 -- 100% complete.\nWriting to redundant NAND... done\n=> tftpboot\nTFTP from server 10.0.0.2; our IP address is 10.0.0.1\nLoading: ########################\n         ####\ndone\n", "ok-tftp-load")]
    [InlineData("SF: 16777216 bytes @ 0x0 Erased: OK\nSF: 16777216 bytes @ 0x0 Written: OK\n=> \n", "ok-flash-write")]
    [InlineData("Hit any key to stop autoboot:  0 \n=> dhcp\nBOOTP broadcast 1\nBOOTP broadcast 2\nDHCP client bound to address 192.168.0.51 (20779 ms)\n", "ok-bootloader")]
    [InlineData("Hit any key to stop autoboot:  0 \n", "ok-bootloader")]
    [InlineData("Hit any key to stop autoboot:  0 \npart0: copying\n## Starting application at 0x80060000 ...\n", "autoboot-no-delay")]
    [InlineData("Volume kernel-63eb9784 not found!\nWrong Image Format for bootm command\n", "ubi-attach-fail")]
    [InlineData("Loading: ## Warning: gatewayip needed but not set\n\nARP Retry count exceeded; starting again\n", "net-wrong-subnet")]
    public void How_far_it_came_and_what_it_was_doing(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Fact]
    public void A_shell_of_the_first_ramdisk_is_no_system_that_came_up() => Assert.Equal("rootfs-missing", Judge(
        "Starting kernel ...\n[    2.0] PM: ready\nALERT!  /dev/mmcblk1p1 does not exist.  Dropping to a shell!\n\nBusyBox v1.22.1 (Debian) built-in shell (ash)\n(initramfs)\n"));

    [Fact]
    public void A_boot_that_is_cut_off_before_the_one_before_it_failed_does_not_speak_for_the_device()
    {
        const string Boot = "ets Jun  8 2016 00:22:57\n\nrst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\nentry 0x400806ac\nConnecting to WiFi ...\n";
        Assert.Equal("esp-brownout", Judge(Boot + "\nBrownout detector was triggered\n\n" + Boot));
        Assert.Equal("ok-normal-boot", Judge(Boot));
    }

    [Fact]
    public void An_empty_partition_table_is_what_is_wrong_and_not_the_application()
    {
        const string Begin = "I (59) boot: ESP-IDF v3.4 2nd stage bootloader\nI (86) boot: Partition Table:\nI (92) boot: ## Label            Usage          Type ST Offset   Length\n";
        const string End = "I (103) boot: End of partition table\nE (110) boot: No bootable app partitions in the partition table\n";
        Assert.Equal("esp-bad-partition-table", Judge(Begin + End));
        Assert.Equal("esp-no-app", Judge(Begin + "I (98) boot:  0 nvs              WiFi data        01 02 00009000 00006000\n" + End));
    }

    [Theory]
    [InlineData(3.5, "kernel-hang", "ok-normal-boot")]
    [InlineData(30.0, "ok-normal-boot", "kernel-hang")]
    public void A_log_that_ends_in_the_kernel_is_told_with_what_it_may_be_as_well(double seconds, string cause, string other)
    {
        string kernel = string.Concat(Enumerable.Range(1, 40).Select(i => FormattableString.Invariant($"[ {seconds * i / 40:F6}] wlan0: rate {i} of {i * i}\n")));
        BootVerdict verdict = Read(UBoot + "Starting kernel ...\n[    0.000000] Linux version 3.1.10\n" + kernel).Judge(TimeSpan.Zero);
        Assert.Equal(cause, verdict.Cause);
        Assert.InRange(verdict.Confidence, 0.4, 0.7);
        Assert.Contains(other, verdict.Alternatives.Select(a => a.Cause));
    }

    [Fact]
    public void On_a_live_line_a_kernel_that_stays_silent_has_stopped() => Assert.Equal(
        "kernel-hang", Read(UBoot + "Starting kernel ...\n[    0.000000] Linux version 3.1.10\n[    0.1] zone\n").Judge(TimeSpan.FromMinutes(2)).Cause);

    [Theory]
    [InlineData("--- hangs ---\n", "kernel-hang")]
    [InlineData("<stuck here>\n", "kernel-hang")]
    [InlineData("", "ok-normal-boot")]
    public void A_remark_behind_the_log_is_no_line_of_it(string remark, string cause) => Assert.Equal(
        cause, Judge(UBoot + "Starting kernel ...\n\n[    0.07] nemc: requests invalid bank 0\n[    0.19] dm9000: read 0x46\n\n" + remark));

    [Theory]
    [InlineData("original_product_id = 00\noriginal_product_ver = 00\nrecovery_product_id = 43000001\nauto update firmware: product id verify fail!\nAutobooting in 1 seconds\nStarting kernel ...\n", "product-id-erased")]
    [InlineData("original_product_id = 43000001\nAutobooting in 1 seconds\nStarting kernel ...\n", "console-silent-after-kernel")]
    public void A_recovery_that_was_refused_stays_refused_where_the_old_system_starts(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("BTRM\nV3.0\nERR\n", "bootrom-no-header")]
    [InlineData("DDR V1.11 f1474cf52f cym 23/05/09-11:02:36\nunknown device\nerror\nERR\n", "dram-init-fail")]
    [InlineData("ERR\n", "unknown")]
    public void A_short_word_means_what_its_chip_means(string log, string cause) => Assert.Equal(cause, Judge(log));

    [Theory]
    [InlineData("Uploading recovery binary...\n\tWaiting for XMODEM request[C]...\nCRC Error, Try again\n", "serial-load-aborted")]
    [InlineData("CRC Error, Try again\n", "img-bad-crc")]
    [InlineData("2nd boot version : 1.4(b1)\njump to run user1 @ 1000\n\nbackup boot failed.\n", "esp-no-app")]
    [InlineData("RedBoot(tm) bootstrap and debug environment [ROMRAM]\n... Program from 0x80ff0000-0x81000000 at 0xa87e0000: V\nError writing FIS directory at 0xa87e0000: Unknown error\n", "flash-write-fail")]
    [InlineData("ROM:    Use nor flash.\nERR:    Flash is corrupted\n", "bootrom-no-header")]
    [InlineData("[    9.9] UBIFS error (pid 932): check_lpt_crc: invalid crc in LPT node: crc a925 calc 7124\n", "ubifs-corrupt")]
    [InlineData("[   18.2] Bad eraseblock 4095 at 0x00001ffe0000\n[   18.3] No space left to write bad block table\n[   18.4] my-nand: probe failed with error -28\n", "nand-worn")]
    [InlineData("UK\u2592\u2592.L\u2592j\u2592e58 I*\u2592\u259210 2\u25925 K\u2592\u2592\u2592\u2592:2J\n", "wrong-baud")]
    [InlineData("ets Jan  8 2013,rst cause:2, boot mode:(3,7)\nload 0x40100000, len 28740, room 16\ntail 4\nchksum 0xef\nload 0x33333333, len 858993459, room 4\n", "esp-csum-err")]
    [InlineData("jump to run user1 @ 1000\nreset reason: 6\nepc1=0x00000000, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000000,depc=0x00000000\nmode : null\n", "ok-normal-boot")]
    [InlineData("epc1=0x40202a4e epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000\n", "esp-app-exception")]
    [InlineData("AT91Bootstrap 3.8.6 (Thu Oct 6 17:13:00 IDT 2016)\nSD/MMC: Done to load image\n", "ok-bootloader")]
    [InlineData("CFE version 1.0.37 for BCM947XX (32bit,SP,LE)\nBoot program checksum is invalid\nHello!! Enter Rescue Mode: (Check error)\n", "img-bad-crc")]
    [InlineData("ets Jan  8 2013,rst cause:4, boot mode:(3,7)\n~ld\n??n?r??n|?l?l`bbrl?nb?nl`?rl?l??\n ets Jan  8 2013,rst cause:4, boot mode:(3,7)\n", "wrong-baud-after-rom")]
    [InlineData("ets Jan  8 2013,rst cause:2, boot mode:(3,6)\nrBoot v1.4.0\nBooting rom 0.\npm_task_hdl : 3ffef728, prio:1\nfrc2_timer_ta", "esp-app-hang")]
    [InlineData("Wireless Router WG7005G11-LF-88 Loader v0.03 build Feb  5 2009\nPress Space Bar 3 times to enter command mode ...\nFlash Checking  Passed.\nSystem startup...\n[INIT] tcpip_startup ..\n", "ok-bootloader")]
    [InlineData("bad block\nchecksum error\n", "nand-worn")]
    [InlineData("[    5.7] start calibration\n[    5.8] rx_calibration: gray: 0\n[    5.9] rx_calibration: gray: 0\n[    6.0] rx_calibration: gray: 0\n", "kernel-hang")]
    [InlineData("U-Boot SPL 2018.09\nTrying to boot from MMC2\nLoading Environment from EXT4... ** File not found /boot/uboot.env **\n\n** Unable to read \"/boot/uboot.env\" from mmc0:1 **\n\nU-Boot 2018.09\nDRAM:  512 MiB\nPress SPACE to abort autoboot in 2 seconds\n", "ok-bootloader")]
    [InlineData("Bytes transferred = 845165 (ce56d hex)\n*** FIP initialization failed (-22) ***\n*** FIP verification failed ***\n", "img-wrong-model-refused")]
    [InlineData("[ 3.37] jffs2: notice: (78) jffs2_get_inode_nodes: Node header CRC failed at 0x3e0aa4.\n[ 3.38] jffs2: notice: (78) check_node_data: wrong data CRC in data node at 0x003e0af0\n", "jffs2-dirty")]
    [InlineData("(XEN) CPU0: AMD Fam16h machine check reporting enabled\n[    9.1] init: Starting services\napu2 login: root\n", "ok-normal-boot")]
    [InlineData("U-Boot SPL 2018.03-rc2\nTrying to boot from MMC1\nExpected Linux image is not found. Trying to start U-boot\nU-Boot 2018.03-rc2\nHit any key to stop autoboot:  0 \n", "ok-bootloader")]
    [InlineData("Sending boot image...\n  8 % [.........+xmodem: Protocol error\n", "serial-load-aborted")]
    [InlineData("U-Boot 2020.07\n=> saveenv\nSaving Environment to SPI Flash... Erasing SPI flash...Writing to SPI flash...done\nOK\n=> reset\n\nU-Boot 2020.07\nDRAM:  256 MiB\n*** Warning - bad CRC, using default environment\n\n=> \n", "env-bad-crc")]
    [InlineData("U-Boot 2020.07\nDRAM:  256 MiB\n*** Warning - bad CRC, using default environment\n\n=> \n", "ok-bootloader")]
    [InlineData("U-Boot 2020.07\nWrong Image Format for bootm command\nERROR: can't get kernel image!\n47516 bytes read in 35 ms (1.3 MiB/s)\nNo ethernet found.\n", "img-bad-magic")]
    [InlineData("Uncompressing Linux... done, booting the kernel.\n\nError: invalid dtb and unrecognized/unsupported machine ID\n  r1=0x00000bb6\n", "wrong-model-image")]
    [InlineData("[    1.0] VFS: Mounted root (squashfs filesystem) readonly on device 179:2.\n[    1.9] EXT4-fs (mmcblk0p3): VFS: Can't find ext4 filesystem\n[    2.0] erlinit: launching\n", "ok-normal-boot")]
    [InlineData("[    1.1] Waiting for root device /dev/mmcblk0p3...\n[    1.3] mmc0: error -110 whilst initialising MMC card\n", "rootfs-missing")]
    [InlineData("[    0.3] ram_console: uncorrectable error in header\n[    9.3] init: Starting services\n", "ok-normal-boot")]
    [InlineData("root@OpenWrt:/# reboot\n[   29.3] Restarting system.\n\n.%?I?RR***%%?IIRRR?*.%%%IIIRRR?*.?H  .U.?..1.B\n?.9 2?    . .HHII?RR**.%?I?RR***%%?IIRRR***%%%I?\n", "wrong-baud")]
    [InlineData("root@OpenWrt:/# echo what is it? really?\nwhat is it? really?\n", "ok-normal-boot")]
    public void The_same_words_elsewhere(string log, string cause) => Assert.Equal(cause, Judge(log));

    /// <summary>The cause that a whole log is told to have.</summary>
    internal static string Judge(string log) => Read(log).Judge(TimeSpan.Zero).Cause;

    private static BootReader Read(string log)
    {
        BootReader reader = new();
        reader.Take(Encoding.UTF8.GetBytes(log), TimeSpan.Zero);
        reader.Finish();
        return reader;
    }
}
