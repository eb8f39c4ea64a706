#!/bin/sh
# Gets what the real-peer tests and the benchmark need: programs by apt when they are missing, the TFTP servers, ser2net and nmrpflash unpacked under
# artifacts/lab/peers (Debian's tftpd-hpa and atftpd exclude each other, and installing servers would start them on this machine),
# and the lab's own C tools by make. Says what it could not get and ends with 1 then; what is there works all the same.
set -u
cd "$(dirname "$0")" || exit 1
out=${UNBRICK_LAB:-$(cd ../.. && pwd)/artifacts/lab}
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export DEBIAN_FRONTEND=noninteractive
missing=0

as_root=
if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi

fail() { printf 'get-peers: %s\n' "$*" >&2; missing=1; }
may_install() { command -v apt-get >/dev/null && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; }
updated=
# apt-get update only when apt does not know, or no longer finds, what is asked for
apt() {
  "$@" >"$out/apt.log" 2>&1 && return
  [ -z "$updated" ] || return 1
  updated=1
  $as_root apt-get -q update >"$out/apt.log" 2>&1 && "$@" >"$out/apt.log" 2>&1
}

mkdir -p "$out"
want=
need() { [ -e "$1" ] || command -v "$1" >/dev/null || want="$want $2"; }
need ip iproute2
need nft nftables
need iptables-nft iptables
need ufw ufw # its package leaves it switched off
need curl curl
need tftp tftp-hpa
need atftp atftp
need dnsmasq dnsmasq-base
need busybox busybox
need dhclient isc-dhcp-client
need setpriv util-linux
need python3 python3
need /etc/services netbase
need mkenvimage u-boot-tools
need fw_printenv libubootenv-tool
need mksquashfs squashfs-tools
need ubinize mtd-utils
need dtc device-tree-compiler
need mkfs.ext4 e2fsprogs
need mkfs.vfat dosfstools
need sgdisk gdisk
need sfdisk fdisk
need blkid util-linux
need make make
need gcc gcc
need /usr/include/stdio.h libc6-dev
need /usr/include/linux/spi/spidev.h linux-libc-dev
need /usr/include/libusb-1.0/libusb.h libusb-1.0-0-dev
need qemu-system-arm qemu-system-arm
need qemu-system-mipsel qemu-system-mips
need flashrom flashrom
need /usr/share/seabios/vgabios-cirrus.bin seabios
need /usr/lib/u-boot/qemu_arm/u-boot.bin u-boot-qemu
need sb lrzsz
need kermit ckermit
need picocom picocom
ldconfig -p 2>/dev/null | grep -q 'libwrap\.so\.0' || want="$want libwrap0"
ldconfig -p 2>/dev/null | grep -q 'libgensio\.so\.4' || want="$want libgensio4"
ldconfig -p 2>/dev/null | grep -q 'libyaml-0\.so\.2' || want="$want libyaml-0-2"
ldconfig -p 2>/dev/null | grep -q 'libpcre2-8\.so\.0' || want="$want libpcre2-8-0"
ldconfig -p 2>/dev/null | grep -q 'libpcap\.so\.0\.8' || want="$want libpcap0.8"
ldconfig -p 2>/dev/null | grep -q 'libnl-route-3\.so\.200' || want="$want libnl-route-3-200"
if [ -n "$want" ]; then
  if may_install; then
    echo "installing$want" >&2
    # shellcheck disable=SC2086
    apt $as_root apt-get -qy install --no-install-recommends $want || fail "apt-get install$want failed: $(tail -n 3 "$out/apt.log")"
  else
    fail "missing:$want (install them, or run as root)"
  fi
fi

for name in tftpd-hpa atftpd nmrpflash ser2net; do
  [ ! -d "$out/peers/$name" ] || continue
  rm -rf "$out/peers/.new" && mkdir -p "$out/peers/.new"
  if (cd "$out/peers/.new" && apt apt-get -q download "$name" && dpkg-deb -x "$name"_*.deb tree && rm ./*.deb); then
    mv "$out/peers/.new/tree" "$out/peers/$name"
  else
    fail "could not download $name: $(tail -n 1 "$out/apt.log")"
  fi
  rm -rf "$out/peers/.new"
done

# Debian 12's own QEMU breaks writes to parallel flash; boot loaders that save their variables need a later one.
if [ ! -x /opt/qemu10/usr/bin/qemu-system-arm ]; then
  $as_root sh ../../bench/serial/get_qemu10.sh >"$out/qemu10.log" 2>&1 || fail "QEMU 10 for boards with flash: $(tail -n 1 "$out/qemu10.log")"
fi

make -s OUT="$out" || fail 'the tools were not built'
../../bench/spi/libusb_shim/build.sh "$(readlink -f "$out")/spi" || fail 'the virtual programmers were not built'
exit $missing
