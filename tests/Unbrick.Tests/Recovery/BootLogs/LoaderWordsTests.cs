namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>Messages of today's boot loaders and of Espressif's, with what stands around them: the same words are not always the same cause.</summary>
public sealed class LoaderWordsTests
{
    private const string UBoot = "U-Boot 2021.07 (Jul 05 2021 - 15:11:28 +0000)\nDRAM:  256 MiB\nHit any key to stop autoboot:  0\n";
    private const string Firmware = "NOTICE:  BL2: v2.9(release):v2.9\nNOTICE:  BL2: Built : 10:00:00, Jul  5 2021\n";
    private const string Esp = "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)\nentry 0x403c98d0\n";

    [Theory]
    [InlineData("Boot failed (err=-14)\n", "img-bad-magic")]
    [InlineData("Unsupported OS type 17\n", "img-bad-magic")]
    [InlineData("ERROR: kernel image overlaps OS image (OS=80001000..80a00000)\n", "img-too-large")]
    [InlineData("Mem error @ 0x80400000: found 00000000, expected 12345678\n", "dram-init-fail")]
    [InlineData("SPI flash failed in write step\n", "flash-write-fail")]
    [InlineData("Error: card is write protected!\n", "flash-locked")]
    [InlineData("UDP wrong checksum 0000f1a2 00003c41\n", "ok-bootloader")]
    [InlineData("mmc0: unable to select a mode\n", "flash-no-response")]
    [InlineData("ping failed; host 192.168.1.2 is not alive\n", "net-no-arp")]
    [InlineData("mmc_reset assert failed\n", "ok-bootloader")]
    [InlineData("Calculated CRC = 0x9\n", "ok-bootloader")]
    public void In_the_words_of_mainline(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log + "=> "));

    [Theory]
    [InlineData("ERROR:   Partition 'fip' not found\n", "bl2-load-fail")]
    [InlineData("ERROR:   Failed to decompress image (err=-5)\n", "bl2-load-fail")]
    [InlineData("ERROR:   BL31: nothing to say\n\nU-Boot 2021.07 (Jul 05 2021 - 15:11:28)\nDRAM:  256 MiB\n=> ", "ok-bootloader")]
    public void What_ARM_Trusted_Firmware_calls_an_error_ends_it_unless_the_loader_follows(string log, string cause) => Assert.Equal(cause, Judge(Firmware + log));

    [Theory]
    [InlineData("ar7100> iminfo\n\n## Checking Image at 81000000 ...\n   Bad Magic Number\nar7100> ", "ok-bootloader")]
    [InlineData("## Booting image at 9f020000 ...\n   Bad Magic Number\nar7100> ", "img-bad-magic")]
    [InlineData("Loading Environment from NAND... bad CRC\n## Error: \"bootcmd\" not defined\n", "env-bad-crc")]
    [InlineData("[mtk_snand_check_bch_error] ECC-U, PA=5564, S=3\n", "nand-ecc")]
    [InlineData("Verifying RSA ... Bad Data RSA verify\nERROR: can't get kernel image!\n", "img-signature-refused")]
    [InlineData("Scanning JFFS2 FS: . read_nand_cached: error reading nand off 0xded400 size 8192 bytes\n", "nand-ecc")]
    [InlineData("Loading Environment from MMC... Card did not respond to voltage select! : -110\nIn:    serial\nHit any key to stop autoboot:  0\n", "ok-bootloader")]
    [InlineData("No spare unmapped blocks. Device is now read-only\nNMBM has been successfully attached\n", "nand-worn")]
    [InlineData("mtd: partition \"ubi\" extends beyond the end of device \"os1\" -- size truncated to 0x1100000\n", "ok-bootloader")]
    [InlineData("Wrong Ramdisk Image Format\nVFS: Cannot open root device \"<NULL>\" or unknown-block(0,0)\n", "rootfs-missing")]
    [InlineData("NOTE: Power off/on or press the reset button for 1 sec\nHit any key to stop autoboot:  0 \nOpenJTAG> ", "ok-bootloader")]
    public void What_stands_around_the_words(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("NAND read: device 0 offset 0x60000, size 0x200000\n 2097152 bytes read: OK\n", 2_465_658, "img-too-large")]
    [InlineData("NAND read: device 0 offset 0x60000, size 0x400000\n 4194304 bytes read: OK\n", 2_465_658, "img-bad-crc")]
    [InlineData("raspi_read: from:50000 len:180000\n", 1_577_517, "img-too-large")]
    [InlineData("SF: 4194304 bytes @ 0x50000 Read: OK\n", 1_577_517, "img-bad-crc")]
    public void An_image_of_which_the_end_was_not_read_is_too_long_and_not_damaged(string read, int size, string cause) => Assert.Equal(
        cause, Judge($"{UBoot}{read}## Booting image at 80800000 ...\n   Data Size:    {size} Bytes =  2 MB\n   Verifying Checksum ... Bad Data CRC\n"));

    [Theory]
    [InlineData("U-Boot SPL 2021.07 (Dec 20 2023 - 11:38:06 +0000)\nDRAM: 2048 MiB\nTrying to boot from MMC1\n", "uboot-hang")]
    [InlineData("U-Boot SPL 2017.09 (Jan 15 2026 - 12:59:31)\nTrying to boot from MMC1\nspl: mmc init failed with error: -123\nTrying to boot from MMC2\n\nJumping to U-Boot(0x00200000)\n", "uboot-hang")]
    [InlineData("U-Boot SPL 2017.09 (Sep 13 2022 - 17:35:53)\nmmc_init: -95, time 10\nspl: mmc init failed with error: -95\nTrying to boot from MMC1\n## Checking uboot 0x00a00000 ... sha256(87fbe2d509...) + OK\n", "uboot-hang")]
    [InlineData("U-Boot SPL 2021.07 (Dec 20 2023 - 11:38:06 +0000)\nTrying to boot from MMC1\n\nU-Boot 2021.07 (Dec 20 2023)\nDRAM:  1 GiB\n", "ok-bootloader")]
    [InlineData("U-Boot SPL 2017.09 (Jan 15 2026 - 12:59:31)\nTrying to boot from MMC1\nspl: mmc init failed with error: -123\n", "spl-no-uboot")]
    public void A_first_part_that_is_the_last_that_speaks(string log, string cause) => Assert.Equal(cause, Judge(log));

    [Theory]
    [InlineData("FEC Waiting for PHY auto negotiation to complete......... TIMEOUT !\nUsing FEC device\nARP Retry count exceeded; starting again\n", "net-link-down")]
    [InlineData("Using FEC device\nARP Retry count exceeded; starting again\n", "net-no-arp")]
    public void Without_a_link_nobody_answers(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("MODEL ID on image: R7800\nFirmware Image MODEL ID do not match open source firmware ID\nHW ID on board: ~\u0438_\u044c~\nBoard HW ID mismatch,it is forbidden to be written to flash!!\n", "product-id-erased")]
    [InlineData("MODEL ID on image: R7800\nFirmware Image MODEL ID do not match open source firmware ID\nHW ID on board: 29764958+0+128\nBoard HW ID mismatch,it is forbidden to be written to flash!!\n", "img-wrong-model-refused")]
    public void A_box_that_has_lost_its_number_refuses_every_image(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("WASP BootROM Ver. 1.1\nnand_load_fw: read 34 pages\nChecksum mismatch. 0x26e9875d != 0xa1b631f6\n", "bootrom-bad-checksum")]
    [InlineData("dwmci_s: Response Timeout.\nBOOT fail,Error is 0xffffffff\n", "bootrom-no-header")]
    [InlineData("CFE for WGR614v8 version: 1.3\nImage chksum: 0x0DE968E6\nCalc  chksum: 0x8F3666A7\nCould not load flash0.os:: Error\nCFE> ", "img-bad-crc")]
    [InlineData("CFE for WGR614v8 version: 1.3\nImage chksum: 0x0DE968E6\nCalc  chksum: 0x0DE968E6\nCFE> ", "ok-bootloader")]
    [InlineData("CFE for WGR614v8 version: 1.3\nCalc  chksum: 0x0DE968E6\nCFE> ", "ok-bootloader")]
    [InlineData("[    0.98] SQUASHFS error: unable to read id index table\n[    1.03] No filesystem could mount root, tried:  squashfs\n[    1.04] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(31,2)\n", "rootfs-corrupt")]
    [InlineData("[    0.98] SQUASHFS error: unable to read xattr id index table\n[    1.03] List of all partitions:\n", "rootfs-corrupt")]
    [InlineData("SPI Nand ID Table Version 2.7\nnand: This device[c8,91] cannot found in spi nand id table!!\nVFS: Cannot open root device \"ubiblock0_1\" ... error -6\n", "flash-id-unknown")]
    [InlineData("[    9.98] SQUASHFS error: unable to read fragment cache entry [3c8f4]\n[   11.04] Kernel panic - not syncing: Attempted to kill init!\n", "squashfs-corrupt")]
    [InlineData("[    0.49] jffs2: Too few erase blocks (1)\n[    0.52] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(31,2)\n", "rootfs-missing")]
    [InlineData("U-Boot 2010.06 (Sep 14 2018)\n## Starting application at 0x80008000 ...\n********hello Huawei LiteOS ARM926********\n", "ok-normal-boot")]
    [InlineData("PANIC: unprotected error in call to Lua API (error loading module 'Sta':\n\tnot enough memory)\n\n ets Jan  8 2013,rst cause:2, boot mode:(3,7)\n\nload 0x40100000, len 29564, room 16\n", "out-of-memory")]
    [InlineData("ets Jan  8 2013,rst cause:2, boot mode:(3,6)\nBooting rom 0.\np 100 size 0xfdff0 ,0x2000 err\nsystem_partition_table_regist: failed\n", "esp-bad-partition-table")]
    [InlineData("RedBoot(tm) bootstrap and debug environment [ROMRAM]\nRedBoot> fis load -l vmlinux.bin.l7\nNo image 'vmlinux.bin.l7' found\n", "img-bad-magic")]
    [InlineData("RouterBOOT booter 7.14.2\ntrying bootp protocol.... OK\ntransfer started ....... transfer ok, time=2.00s\n", "ok-tftp-load")]
    [InlineData("--------------- CUT HERE FOR EXCEPTION DECODER ---------------\n\n ets Jan  8 2013,rst cause:4, boot mode:(3,6)\n\nwdt reset\n", "esp-wdt")]
    [InlineData("rst:0x7 (TG0WDT_SYS_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\ninvalid header: 0x64616873\n", "esp-wrong-offset")]
    [InlineData("rst:0x7 (TG0WDT_SYS_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\ninvalid header: 0x81004136\n", "esp-flash-empty")]
    [InlineData("RouterBOOT booter 2.8\nsetting up elf image... kernel out of range\nkernel loading failed\n", "img-too-large")]
    [InlineData("root@DD-WRT:/tmp# write new.bin linux\nImage too big for partition: linux\nlinux: Invalid argument\n", "img-too-large")]
    [InlineData("[    3.1] jffs2: Incompatible feature node (0xe008) found at offset 0x00539a68\nmount: mounting /dev/mtdblock4 on /overlay failed: I/O error\n", "jffs2-dirty")]
    [InlineData("Detecting CPU: RTL8372\nWriting block: 0x7e00\nDetecting CPU: RTL8372\nDetecting CPU: RTL8372\nDetecting CPU: RTL8372\nDetecting CPU: RTL8372\nDetecting CPU: RTL8372\n", "bootloop")]
    [InlineData("one line\nRX 1\nRX 1\nRX 1\nRX 1\nRX 1\nRX 1\n", "unknown")]
    public void Elsewhere(string log, string cause) => Assert.Equal(cause, Judge(log));

    [Theory]
    [InlineData("[APP] begin\n[APP] radio\n[APP] setup:DONE\n", "ok-normal-boot")]
    [InlineData("", "esp-app-hang")]
    [InlineData("\u2E2E]pJ\u2E2E!\t%\u2E2E\u2E2E\u2E2Ebz\u2E2E\u2E2E\n", "wrong-baud-after-rom")]
    [InlineData("E (25) esp_image: image at 0x20000 has invalid magic byte (nothing flashed here?)\n", "esp-bad-image")]
    [InlineData("E (25) esp_image: image at 0x20000 has invalid magic byte (nothing flashed here?)\nE (30) boot: OTA app partition slot 0 is not bootable\nE (47) boot: No bootable app partitions in the partition table\n", "esp-no-app")]
    [InlineData("E (24) boot: ota data partition invalid and no factory, will try all partitions\nI (99) cpu_start: Starting scheduler on PRO CPU.\n", "ok-normal-boot")]
    [InlineData("E (9181) esp_ota_ops: OTA image has invalid magic byte (expected 0xE9, saw 0x3c)\n", "esp-bad-image")]
    public void What_an_application_of_an_ESP_says_behind_its_start(string log, string cause) => Assert.Equal(cause, Judge(Esp + log));

    private static string Judge(string log) => ReasoningTests.Judge(log);
}
