namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>First parts, ROMs and systems that are seen less often, and what stands around their messages.</summary>
public sealed class RareLoadersTests
{
    private const string UBoot = "U-Boot 2016.03 (Mar 06 2019 - 17:34:10)\nDRAM:  128 MiB\n";
    private const string Lines = "1 on\n2 on\n3 on\n4 on\n5 on\n6 on\n7 on\n8 on\n9 on\n10 on\n11 on\n12 on\n13 on\n14 on\n15 on\n16 on\n17 on\n18 on\n19 on\n20 on\n21 on\n22 on\n23 on\n24 on\n25 on\n26 on\n27 on\n28 on\n29 on\n30 on\n";
    private const string Rom = "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)\n";
    private const string Old = " ets Jan  8 2013,rst cause:2, boot mode:(3,6)\n\nload 0x40100000, len 1588, room 16\ntail 4\nchksum 0xb6\ncsum 0xb6\n";

    [Theory]
    [InlineData("AT91Bootstrap 4.0.8\nNAND: Image: Copy 0xc0000 bytes from 0x40000\nPMECC: failed to correct corrupted bits!\nNAND: Failed to load image\n", "nand-ecc")]
    [InlineData("AT91Bootstrap 4.0.8\nNAND: Failed to load image\n", "spl-no-uboot")]
    [InlineData("Xilinx First Stage Boot Loader\nBoot mode is SD\nINVALID_HEADER_FAIL\nFSBL Status = 0xA00D\n", "spl-no-uboot")]
    [InlineData("NOTICE:  BL2: v2.6(release):v2.6\nNOTICE:  BL2: Booting BL32\n", "bl2-load-fail")]
    [InlineData("I/TC: Primary CPU switching to normal world boot\nPANIC at PC : 0x0000000000004188\n", "bl2-load-fail")]
    [InlineData("NOTICE:  BL2: v2.13.0(release):v2.4\nNOTICE:  Starting UART download handshake ...\nFIP sent.\nNOTICE:  Received FIP 0x108aac @ 0x40400000 ...\n", "ok-tftp-load")]
    [InlineData("PRELOADER Bismarck 3.5\nII: Disable OCP Timeout Monitor\n", "uboot-hang")]
    [InlineData("[I][LowLoad] low_load start...\n[E][LowLoad] invalid boot header magic: 0xffffffff\n", "spl-no-uboot")]
    [InlineData("ROM ver:v1.21, CPU(400 MHz), DDR2(533 M Hz)\ninit ddr ok\nimg sig err\nload img fail(0xffffffff)\nsec sig err\n", "bootrom-no-header")]
    [InlineData("ROM: V1.1.4\nROM: CFG 0x00000006\nROM: SFLASH-4\n", "bootrom-no-header")]
    [InlineData("Resetting CPU ...\n\n\"Error\" handler, esr 0xbf000002\nelr: 00000000007e6ca4 lr : 00000000007e473c\n", "uboot-hang")]
    [InlineData("jump to linux\n[LK]jump to K64 0x40080000\nsmc jump\n", "console-silent-after-kernel")]
    public void A_first_part_says_what_it_lacks(string log, string cause) => Assert.Equal(cause, Judge(log));

    [Theory]
    [InlineData("Net:   No ethernet found.\nSigmaStar # \n", "ok-bootloader")]
    [InlineData("SigmaStar # dhcp\nNo ethernet found.\nSigmaStar # \n", "net-no-eth")]
    [InlineData("TaskInit>\na\nb\nc\nd\nJobInit>\n" + Lines + Lines, "ok-normal-boot")]
    [InlineData("mtd:  part 4: partitioning exceeds flash size, truncating\nbldr> ?\n", "ok-bootloader")]
    [InlineData("BOOTP broadcast 1\nBOOTP broadcast 2\nRetry count exceeded; starting again\nNAND read: device 0 offset 0x100000, size 0x300000\n 3145728 bytes read: OK\n## Booting image at 02000000 ...\nBad Magic Number\nMarvell>> \n", "img-bad-magic")]
    [InlineData("tftpd start\nWait for TFTP request...\ntftpd open\nD D D D D D D D D D D D\n", "tftp-timeout")]
    [InlineData("Saving Environment to MTD... Erasing MTD...Block erasure failed at address 0x00100000\nBlock 8 [0x00100000] will be marked bad\n", "flash-write-fail")]
    [InlineData("failsafe_validate_image: fw_type = 13\nError: upload file is Sysupgrade Firmware, but no SPI-NOR or EMMC FLASH found\n", "img-wrong-model-refused")]
    [InlineData("Hit any key to stop autoboot: 0\n## Booting kernel from Legacy Image at b0040000 ...\nVerifying Checksum ... OK\nUncompressing Kernel Image ...\n", "uboot-hang")]
    [InlineData("Using eth0 device\nTFTP from server 10.20.4.10; our IP address is 172.23.16.143; sending through gateway 172.23.16.1\nLoading: T T T T T T T T T T\nRetry count exceeded; starting again\n", "net-wrong-subnet")]
    [InlineData("NAND erase: device 0 offset 0x0, size 0x1c0000\nSkipping bad block at 0x00000000\nSkipping bad block at 0x00020000\nSkipping bad block at 0x00040000\nSkipping bad block at 0x00060000\n", "nand-badblock")]
    [InlineData("jx44b0>erase 003F0000 003FFFFF\nErasing...Device protect error\n", "flash-locked")]
    [InlineData("Using eth0 device\nTFTP from server 192.168.1.2; our IP address is 192.168.1.1\nLoading: #################################################################\n\t ####################\n", "ok-tftp-load")]
    [InlineData("Authenticate image from DDR location 0x40480000...\n--------- HAB Event 1 -----------------\nSTS = HAB_FAILURE (0x33)\n", "img-signature-refused")]
    [InlineData("HKVS # update\nTFTP: Download File [OK]\n[ERROR][MIN]BURN: update_flash:writing /dav failed\n", "flash-write-fail")]
    public void A_loader_at_its_prompt(string log, string cause) => Assert.Equal(cause, Judge(UBoot + log));

    [Theory]
    [InlineData("CFE version 1.0.38 for BCM96368 (32bit,SP,BE)\nCFE> atur 192.168.1.100:firmware.bin\nLoading failed.: CFE error -21\nCFE>\n", "tftp-timeout")]
    [InlineData("CFE version 1.0.38 for BCM96368 (32bit,SP,BE)\nCFE> r 192.168.0.2:vmlinux.raw\nFailed on decompression.  Corrupted image?\nCFE>\n", "img-decompress")]
    [InlineData("Trying to boot from previous MAIN image ...\nLinux kernel CRC error.  Corrupted image?\nTrying to boot from previous RECOVERY image ...\nDecompression OK!\nEntry at 0x80010000\n", "img-bad-crc")]
    [InlineData("RouterBOOT booter 7.22.1\nEthernet link absent...\ntrying bootp protocol........\nkernel loading failed\n", "net-link-down")]
    [InlineData("NOTICE:  NMBM management region starts at block 960\nNOTICE:  Bad block 961 [0x07820000]\nNOTICE:  Bad block 962 [0x07840000]\nNOTICE:  Bad block 963 [0x07860000]\nNOTICE:  Bad block 964 [0x07880000]\nNOTICE:  Bad block 965 [0x078a0000]\nNOTICE:  Bad block 966 [0x078c0000]\nNOTICE:  Bad block 967 [0x078e0000]\nNOTICE:  Bad block 968 [0x07900000]\n", "nand-worn")]
    [InlineData("CFE> f 192.168.1.111:cfe.bin\nFirmware tag version [0] is not compatible with the current Tag version [6].\n*** command status = -1\n", "img-wrong-model-refused")]
    [InlineData("CFE> go\nChecksum mismatch:\nImage chksum: 0xFFFFFFFF\nCalc chksum: 0x01B700CF\nInvalid boot block on disk\n", "img-bad-crc")]
    [InlineData("RedBoot(tm) bootstrap and debug environment [ROMRAM]\n**Warning** FLASH configuration checksum error or invalid key\nRedBoot> \n", "env-bad-crc")]
    [InlineData("RedBoot> load -r -b %{FREEMEMLO} vmlinux.lzma\n__udp_sendto: Can't find address of server\n", "net-no-arp")]
    [InlineData("RedBoot> fis create -l 0x3c0000 rootfs\nCan't locate 3932160(3932160) bytes free in FLASH\n", "img-too-large")]
    [InlineData("RedBoot> exec\nNow booting linux kernel:\nBase address 0x80030000 Entry 0x80041000\n\u00CA\u00FA\u0088\u00E8\u0083\u00FE\u008B\u00CA\u00A1\u00FE\u00AAN\u00EE\u00AE\u00DC\u00F7\u00AC\u008A #\n", "wrong-baud")]
    [InlineData("debug: BMon V1.0 mID 01\nboot net: boot file has no valid signature\nppcboot 0.6.4 (Nov 1 2002 - 18:37:07)\nCPU: PPC823\nFLASH: 8 MB\nInput: serial\nOutput: serial\na\nb\nc\nd\ne\ndbox2-ppcboot> md 10000944\n", "ok-bootloader")]
    [InlineData("---RealTek(RTL8196E)at 2020.04.28 v3.4T\nno sys signature at 00010000!\n---Escape booting by user\n<RealTek>\n", "ok-bootloader")]
    [InlineData("[    3.4] UBI error: no valid UBI magic found inside mtd13\n[    3.5] VFS: Cannot open root device \"(null)\" or unknown-block(0,0): error -6\n", "ubi-attach-fail")]
    [InlineData("[    3.4] UBI error: cannot open mtd rootfs, error -2\n[    3.5] VFS: Cannot open root device \"(null)\" or unknown-block(0,0): error -6\n", "rootfs-missing")]
    [InlineData("[    3.4] No filesystem could mount root, tried:  ext3 ext2\n[    3.5] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(1,0)\n", "rootfs-missing")]
    [InlineData("starting pid 577, tty '': '/etc/init.d/rcS'\n/etc/rc3.d/S003setup: line 62: syslogd: command not found\n", "ok-normal-boot")]
    [InlineData("[   71.7] 65536 pages RAM\n[   71.8] Tasks state (memory values in pages):\n", "out-of-memory")]
    [InlineData("VFS: Mounted root (squashfs filesystem) readonly.\nSQUASHFS error: Can't find a SQUASHFS superblock on mtdblock4\n", "ok-normal-boot")]
    [InlineData("Device unknown not supported by this image\nImage check failed but --force given - will update anyway!\nUpgrade completed\n", "wrong-model-image")]
    [InlineData("mkdir: can't create directory 'run/initramfs/rw/work': No space left on device\noverlayfs: failed to resolve 'run/initramfs/rw/work': -2\nUnable to confirm /sbin/init is an executable non-empty file\n", "overlay-failed")]
    [InlineData("Starting kernel ...\nCPU revision is: 0001906c\n", "ok-normal-boot")]
    [InlineData("[   15.1] ubi0: available PEBs: 0, total reserved PEBs: 989, PEBs reserved for bad PEB handling: 17\n[   15.2] ubiblock: device ubiblock0_1 (rootfs) set to be root filesystem\n", "ok-normal-boot")]
    [InlineData("[  444.2] SLUB: Unable to allocate memory on node -1 (gfp=0x20)\n", "out-of-memory")]
    [InlineData("BootROM - 1.73\nU-Boot SPL 2022.10 (Sep 15 2022)\nTrying to boot from SPI\nERROR: Invalid data checksum in kwbimage\nTrying to boot from BOOTROM\nBootROM: Image checksum verification FAILED\n", "spl-bad-crc")]
    [InlineData("Begin the Xmodem or Xmodem-1K transfer now...\nCCCCCCCCCCxmodem:: I/O error\n", "serial-load-aborted")]
    [InlineData("Image Name:   MIPS OpenWrt Linux-5.4.3\nStarting kernel ...\n", "kernel-hang")]
    [InlineData("Image Name:   MIPS OpenWrt Linux-2.6.36\nStarting kernel ...\n", "console-silent-after-kernel")]
    [InlineData("[   20.1] block: extroot: cannot find device with UUID 4edbea99\n", "overlay-failed")]
    public void Kernels_and_other_loaders(string log, string cause) => Assert.Equal(cause, Judge(log));

    [Theory]
    [InlineData("rst:0x1 (POWERON_RESET),boot:0xa (HSPI_FLASH_BOOT)\nflash read err, 1000\nets_main.c 371\n", "esp-boot-strap")]
    [InlineData("ESP-ROM:esp32c3-api1-20210207\nrst:0x1 (POWERON),boot:0x1 (SPI_DOWNLOAD_BOOT)\nwait spi download\n", "esp-boot-strap")]
    [InlineData(Rom + "load:0x3fcd6100,len:0x172c\nInvalid image block, can't boot.\nets_main.c 333\n", "esp-bad-image")]
    [InlineData(Rom + "load:0x3c100020,len:0x30864\nload:0x42000020,len:0xfc570\nentry 0x40376d38\n" + Rom + "load:0x3c100020,len:0x30864\n", "esp-wrong-offset")]
    [InlineData(Rom + "invalid header: 0x45054641\n", "esp-wrong-offset")]
    [InlineData(Rom + "load:0x40875720,len:0x1228\nets_loader.c 67\n", "esp-flash-empty")]
    [InlineData(Rom + "entry 0x40080034\nE (31) esp_image: image at 0x110000 has invalid magic byte\nW (32) esp_image: image at 0x110000 has invalid SPI mode 255\n", "esp-no-app")]
    [InlineData(Rom + "entry 0x400806ac\nE (374) cpu_start: Running on single core variant of a chip, but app is built with multi-core support.\nabort() was called at PC 0x40083051 on core 0\n", "wrong-model-image")]
    [InlineData("E (6) boot_comm: Image requires chip rev >= v0.1, but chip is v0.0\n", "esp-bad-image")]
    [InlineData(Rom + "entry 0x400805e4\nGuru Meditation Error: Core  1 panic'ed (Interrupt wdt timeout on CPU1).\n", "esp-wdt")]
    [InlineData("E (905294) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog in time:\u240D\u240A\nabort() was called at PC 0x40131498 on core 0\u240D\u240A\n", "esp-wdt")]
    [InlineData(Old + "rBoot v1.4.2\nRom 0 at 0 is bad.\nRom -1 at 0 is bad.\n", "esp-no-app")]
    [InlineData(Old + "rBoot v1.2.1\nRom 1 is bad.\nBooting rom 0.\ndon't use rtc mem data\n", "esp-bad-image")]
    [InlineData("Trap 9: pc=0x40228c88 va=0x3fff2431\nrebooting\n" + Old, "esp-app-exception")]
    [InlineData(Old + "user code done\n", "esp-app-hang")]
    [InlineData("ESP-ROM:esp32c3-api1-20210207\nload:0x3ce00000,len:0x92840\nload:0x08000000,len:0x0\nChecksum failure. Calculated 0x18 stored 0x00\nets_main.c 333\n", "esp-csum-err")]
    [InlineData("ESP-ROM:esp32c3-api1-20210207\nrst:0x1 (POWERON),boot:0x12 (UART0_BOOT)\nwait uart0 download\n", "esp-boot-strap")]
    [InlineData("rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\nload:0x40080400,len:508\nentry 0x400805d8\nets Jun  8 2016 00:22:57\n", "esp-wdt")]
    [InlineData("load 0x4010f000, len 1384, room 16\ntail 8\ncsum 0x2d\n~ld\n\u2E2E\u2E2E\u2E2E\u2E2E\u2E2E <---- the hello world, I guess\n", "wrong-baud-after-rom")]
    [InlineData(" ets Jan  8 2013,rst cause:2, boot mode:(3,7)\nload 0x40210010, len 711800, room 16\n", "esp-wrong-offset")]
    [InlineData(Old + "~ld\n\u00BD\u00BD\u00D1\u00A5\u00B9\u00B0\u00BD\u00BD\nConnecting....\nSSID: home\nIP: 192.168.0.51\nMac-addr: 10:C3:7B:44:5C:BA\n", "ok-normal-boot")]
    [InlineData("W (56) rtc_clk_init: Possibly invalid CONFIG_ESP32_XTAL_FREQ setting (40MHz). Detected 26 MHz.\n", "wrong-baud-after-rom")]
    [InlineData("INIT : Booting version: mega-20180114\nINIT : Warm boot #1\nWIFI : AP Mode enabled\n", "ok-normal-boot")]
    [InlineData("INIT : Booting version: mega-20180114\nFS   : Error while reading/writing config.dat in 1013\n", "flash-write-fail")]
    public void Chips_of_Espressif(string log, string cause) => Assert.Equal(cause, Judge(log));

    /// <summary>Brown-out comes behind what the last, cut start reached.</summary>
    [Fact]
    public void A_last_start_that_says_less_than_the_one_before_it_speaks_for_nothing()
    {
        const string Start = "ets Jun  8 2016 00:22:57\nrst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\nload:0x40078000,len:0\nentry 0x40078a28\nStarting work!\n";
        Assert.Equal("esp-brownout", Judge(Start + "\nBrownout detector was triggered\n\n" + Start + "\nBrownout detector was triggered\n\n" + Start));
    }

    private static string Judge(string log) => ReasoningTests.Judge(log);
}
