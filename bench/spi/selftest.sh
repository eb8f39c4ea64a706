#!/bin/sh
# Under a minute: builds the shims and lets real flashrom work on all three labs. Prints "N passed, N failed".
cd "$(dirname "$0")"; T=${TMPDIR:-/tmp}/spilab.$$; mkdir -p "$T"; P=0; F=0
ck() { if [ "$2" = "$3" ]; then P=$((P+1)); else F=$((F+1)); echo "FAIL $1: $2 != $3"; fi; }
libusb_shim/build.sh >/dev/null || { echo "0 passed, 1 failed"; exit 1; }
[ -f /tmp/lab/img/a.bin ] || python3 mkimages.py /tmp/lab/img >/dev/null
for lab in ch341a serprog; do
  python3 bench.py --lab $lab --only read,edit,edit_layout,same,probe --out "$T/$lab.json" >/dev/null
  ck "$lab all right" "$(python3 -c "import json;print(all(r['exit']==0 and r['chip_right'] and r.get('dump_right') in (None,True) for r in json.load(open('$T/$lab.json'))))")" True
  python3 bench.py --lab $lab --faults --only read_noise,nocontact_ff,wrongid_5,bp_soft --out "$T/$lab.f.json" >/dev/null
  ck "$lab noisy dump is wrong and exit is 0" "$(python3 -c "import json;r=json.load(open('$T/$lab.f.json'))[0];print(r['exit'],r['dump_right'])")" "0 False"
done
python3 bench.py --only read --out "$T/1.json" >/dev/null; python3 bench.py --only read --out "$T/2.json" >/dev/null
ck "modelled time is repeatable" "$(python3 -c "import json;print(json.load(open('$T/1.json'))[0]['modelled_s'])")" "$(python3 -c "import json;print(json.load(open('$T/2.json'))[0]['modelled_s'])")"
ck "both chip models saw the same erases and programs" "$(python3 -c "import json;g=lambda f:[(r['case'],r['report']['chip']['erase_4k'],r['report']['chip']['prog_pages']) for r in json.load(open('$T/'+f)) if r['case']!='probe'];print(g('ch341a.json')==g('serprog.json'))")" True
cp /tmp/lab/img/a.bin "$T/c.bin"; printf 'model=GD25Q128C\nimage=%s/c.bin\n' "$T" > "$T/c.cfg"
UNBRICK_VCHIP=$T/c.cfg LD_PRELOAD=$PWD/../../artifacts/lab/spi/libvspidev.so flashrom -p linux_spi:dev=/dev/spidev0.0,spispeed=8000 -c GD25Q127C/GD25Q128C -w /tmp/lab/img/c.bin >/dev/null 2>&1
ck "linux_spi edit" "$(cmp "$T/c.bin" /tmp/lab/img/c.bin && echo same)" same
ck "unplug, replug, timeout" "$(UNBRICK_VCHIP=$T/c.cfg VUSB_UNPLUG_CS=3 VUSB_REPLUG_LISTS=2 timeout 20 python3 libusb_shim/replug_test.py)" ok
rm -rf "$T"; echo "$P passed, $F failed"; [ $F = 0 ]
