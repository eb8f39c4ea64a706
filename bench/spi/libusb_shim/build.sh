#!/bin/sh
# build.sh [FOLDER]   builds the stand-ins into FOLDER (artifacts/lab/spi). Needs gcc and libusb-1.0-0-dev (headers only).
set -e
cd "$(dirname "$0")"
out=${1:-../../../artifacts/lab/spi}
mkdir -p "$out"
flags='-O2 -g -Wall -Wextra -fPIC -shared'
# shellcheck disable=SC2086
{
  gcc $flags -Wno-deprecated-declarations -fvisibility=hidden -Wl,-soname,libusb-1.0.so.0 -o "$out/libusb-1.0.so.0" vusb.c nor.c -lpthread
  ln -sf libusb-1.0.so.0 "$out/libusb-1.0.so"
  ln -sf libusb-1.0.so.0 "$out/libusb-1.0"
  gcc $flags -o "$out/libvhosttime.so" vhosttime.c -L"$out" -l:libusb-1.0.so.0
  gcc $flags -o "$out/libvspidev.so" vspidev.c nor.c -ldl
}
# no frontend that we wrap may miss a symbol
flashrom=$(command -v flashrom || echo /usr/sbin/flashrom)
if [ -e "$flashrom" ]; then
  have=$(nm -D --defined-only "$out/libusb-1.0.so.0" | awk '{print $NF}')
  for name in $(nm -D --undefined-only "$flashrom" | awk '/libusb_/{sub(/@.*/, "", $NF); print $NF}'); do
    echo "$have" | grep -qx "$name" || { echo "missing: $name"; exit 1; }
  done
fi
