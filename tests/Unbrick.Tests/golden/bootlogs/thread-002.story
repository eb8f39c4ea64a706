          2  MediaTek's first stage runs: MT7621 stage1 code Oct 28 2018
             20:39:32 (ASIC)
      17-53  table of the memory's timing: 0000:| 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
             0
        111  memory works: [EMI] DRAMC calibration passed
        114  the first stage is through: MT7621 stage1 code done
        119  the boot loader runs: the device can be helped: U-Boot 1.1.3 (May
             11 2020 - 10:41:20)
        121  MediaTek or Ralink board: Board: Ralink APSoC DRAM: 128 MB
        122  memory works: Power on memory test. Memory size= 128 MB...OK!
        128  cold start: Board power on Occurred
        130  the flash chip answers: flash manufacture id: ef, device id 40 18
        131  the flash chip is known: find flash: W25Q128BV
        133  MediaTek's boot loader: Ralink UBoot Version: 5.0.0.0
        135  the processor: ASIC MT7621A DualCore (MAC to MT7530 Mode)
        151  whether settings are to be reset: restore_defaults:0
    154-163  network is set up: NetTxPacket = 0x87FE52C0
        166  network works: ETH_STATE_ACTIVE!!
        167  it asks for an address: BOOTP broadcast 1
        175  the file it was told to fetch: DHCP: state=SELECTING bp_file:
             "recovery.bin"
    177-185  an option that the loader does not use: *** Unhandled DHCP Option
             in OFFER/ACK: 28
        187  it got an address: DHCP client bound to address 192.168.0.211
        188  it asks a TFTP server: TFTP from server 192.168.0.2; our IP address
             is 192.168.0.211
        189  the file it asks for: Filename 'recovery.bin'.
        191  where the file goes in memory: TIMEOUT_COUNT=10,Load address:
             0x82000000
        192  the server was found: Loading: Got ARP REPLY, set server/gtwy eth
             addr (74:2b:62:00:00:00)
    194-212  data comes:
             #################################################################
    213-215  a stray network packet was thrown away: it is not the file's
             checksum:
             ###########################################################checksum
             bad
        216  data comes: #############
    217-219  a stray network packet was thrown away: it is not the file's
             checksum: #############checksum bad
    221-240  data comes:
             #################################################################
        242  the file is there: Bytes transferred = 13370296 (cc03b8 hex)
        244  the file is whole: CRC verify success!
        245  the file is signed by the maker: RSA signature verify success!
    246-247  erasing: it must not lose power: Erasing SPI Flash...
        249  writing: it must not lose power: Writing to SPI Flash...
        252  one section has no place in flash: normal: Offset[0]: Invalid flash
             address, skip upgrade...
        253  a section is written: Upgrade firmware.bin...
        254  where it is written: Start=0x180000, Len=0xcc0004...
        255  a range is erased and written: raspi_erase_write: offs:180000,
             count:cc0004
        256  erasing: it must not lose power: raspi_erase: offs:180000
             len:cc0000

  log    from the pipe, 256 lines; the last boot came to the boot loader
  fact   flash.chip W25Q128BV
  fact   flash.id ef4018
  fact   flash.size 16,777,216 bytes (16 MiB)
  fact   image.edition Chinese
  fact   load.address 0x82000000
  fact   loader U-Boot 1.1.3 (May 11 2020 - 10:41:20)
  fact   loader.edition International
  fact   loader.vendor Ralink UBoot Version: 5.0.0.0
  fact   ram.size 134,217,728 bytes (128 MiB)
  fact   soc MT7621
  fact   tftp.device 192.168.0.211
  fact   tftp.file recovery.bin
  fact   tftp.server 192.168.0.2
  fact   transfer.size 13,370,296 bytes (12.8 MiB)
  fact   write.length 0xcc0004
  fact   write.offset 0x180000

error[wrong-region-image]: the image is genuine, and of another edition than
  this unit (80 % sure)
  seen   line 242: Bytes transferred = 13370296 (cc03b8 hex) = the file is there
  seen   line 255: raspi_erase_write: offs:180000, count:cc0004 = a range is
         erased and written
  seen   the log ends here, and it is still erasing or writing: do not unplug;
         some minutes without a word are normal
  means  Checksum and signature are right, so the loader writes it; but it is of
         another edition (region), and units of the other edition do not start
         with it.
  try    1. Leave the power on until the write is done.
         2. Then serve the image of the edition that the unit was born with:
            unbrick serve DEVICE FILE
  or     ok-flash-write (6 %)
  ignore line 177: an option that the loader does not use
  ignore line 213: a stray network packet was thrown away: it is not the file's
         checksum
  ignore line 252: one section has no place in flash: normal
  more   unbrick explain wrong-region-image
