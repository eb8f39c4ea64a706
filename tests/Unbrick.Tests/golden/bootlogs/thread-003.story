       8-17  network is set up: NetTxPacket = 0x87FE52C0
         20  network works: ETH_STATE_ACTIVE!!
         21  it asks a TFTP server: TFTP from server 192.168.31.100; our IP
             address is 192.168.31.1
         22  the file it asks for: Filename 'openwrt-mir3g-v2.bin'.
         24  where the file goes in memory: TIMEOUT_COUNT=10,Load address:
             0x80100000
         25  the server was found: Loading: T T Got ARP REPLY, set server/gtwy
             eth addr (18:db:f2:00:00:00)
         27  a stray network packet was thrown away: it is not the file's
             checksum: checksum bad
      28-29  data comes:
             #################################################################
         30  a stray network packet was thrown away: it is not the file's
             checksum: #####################################checksum bad
      31-53  data comes: ############################
         55  the file is there: Bytes transferred = 8127244 (7c030c hex)
         57  writing: it must not lose power: Writing OS1 to 0x180000
         58  a range is erased and written: raspi_erase_write: offs:180000,
             count:7c030c
      59-62  erasing: it must not lose power: raspi_erase: offs:180000
             len:7c0000
         65  written: Done!
      66-67  erasing: it must not lose power: Erasing SPI Flash...
         69  writing: it must not lose power: Writing to SPI Flash...
         72  slot that is started: Booting System 1
      73-74  erasing: it must not lose power: Erasing SPI Flash...
         76  writing: it must not lose power: Writing to SPI Flash...
         79  boots from this place: ## Booting image at bc180000 ...
         80  name of the kernel image: Image Name: MIPS OpenWrt Linux-4.14.146
      81-82  header of the kernel image: Image Type: MIPS Linux Kernel Image
             (lzma compressed)
         83  where the kernel goes: Load Address: 80001000
         84  header of the kernel image: Entry Point: 80001000
         85  the image is whole: Verifying Checksum ... OK
         86  the kernel is unpacked: Uncompressing Kernel Image ... OK
      87-88  erasing: it must not lose power: Erasing SPI Flash...
         90  writing: it must not lose power: Writing to SPI Flash...
         93  whether the kernel will print: commandline uart_en=0 factory_mode=0
             mem=128m root=/dev/mtdblock9
      95-98  the boot loader hands over to the kernel: ## Transferring control
             to Linux (at address 80001000) ...

  log    from the pipe, 98 lines; the last boot came to the start of the kernel
  fact   boot.address 0xbc180000
  fact   boot.slot 1
  fact   bootargs uart_en=0 factory_mode=0 mem=128m root=/dev/mtdblock9
  fact   console.kernel 0
  fact   image.name MIPS OpenWrt Linux-4.14.146
  fact   image.size 2,015,401 bytes (1.9 MiB)
  fact   load.address 0x80001000
  fact   tftp.device 192.168.31.1
  fact   tftp.file openwrt-mir3g-v2.bin
  fact   tftp.server 192.168.31.100
  fact   transfer.size 8,127,244 bytes (7.8 MiB)
  fact   write.length 0x7c030c
  fact   write.offset 0x180000

ok[ok-flash-write]: an image was written, or is being written, to the flash (90
  % sure)
  seen   line 65: Done! = written
  means  The boot loader took the image and writes it. Where the log ends before
         the write does, it still goes on: erasing some megabytes takes minutes
         without a line of output.
  try    1. Leave the power on and do not unplug anything, until the device
            starts by itself; give it ten minutes.
         2. Then capture the next start: it shows whether the image is the right
            one.
  ignore line 27: a stray network packet was thrown away: it is not the file's
         checksum
  more   unbrick explain ok-flash-write
