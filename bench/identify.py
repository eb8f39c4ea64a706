#!/usr/bin/env python3
"""unbrick identify beside Debian's binwalk 2.3.4 on the same dumps, in one run: CPU time, memory, ground truth, false findings; and how
long the device library takes in a new process.

usage: bench/identify.py [--runs N] [--skip-nand] [--no-binwalk] [--dumps DIR]
Needs binwalk, u-boot-tools, u-boot-qemu, squashfs-tools, mtd-utils, device-tree-compiler from apt, and the program built in Release.
Prints the table for bench/README.md. Exit code 1 when a ground truth is missed or something is found where nothing is.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.path.join(ROOT, 'artifacts/bin')
FORMAT = {'u-boot': 'bootloader', 'u-boot-env': 'uboot-env', 'u-boot-env-redundant': 'uboot-env', 'ralink-eeprom': 'mtk-factory', 'jffs2-le': 'jffs2',
          'uImage': 'uimage', 'lzma-alone': 'comp', 'squashfs-xz-le': 'squashfs', 'squashfs-gzip-le': 'squashfs', 'jffs2-eof-mark': 'jffs2',
          'FIT': 'fit', 'ubi': 'ubi'}
# What binwalk calls them; what it has no signature for stays empty.
BINWALK = {'u-boot': r'U-Boot version', 'u-boot-env': r'environment', 'u-boot-env-redundant': r'environment', 'jffs2-le': r'JFFS2', 'uImage': r'uImage header',
           'lzma-alone': r'LZMA', 'squashfs-xz-le': r'Squashfs', 'squashfs-gzip-le': r'Squashfs', 'jffs2-eof-mark': r'JFFS2', 'FIT': r'[Ff]lattened device tree',
           'ubi': r'UBI'}
EMPTY = ('noise', 'machine-code', 'text')


def measured(command):
    """(CPU seconds, wall seconds, peak KiB, stdout)"""
    with tempfile.TemporaryFile() as out:
        before = os.times()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = os.times().elapsed - before.elapsed
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss, out.read().decode('utf-8', 'replace')


def flat(findings):
    for finding in findings:
        yield finding
        yield from flat(finding['inside'])


def judge_unbrick(text, truth):
    found = [f for f in flat(json.loads(text.splitlines()[-1])['findings']) if f['format'] not in ('padding', 'unknown')]
    missed = [t for t in truth if t['kind'] in FORMAT and not any(f['offset'] == t['off'] and f['format'] == FORMAT[t['kind']] for f in found)]
    false = [f for t in truth if t['kind'] in EMPTY for f in found if f['offset'] < t['off'] + t['size'] and t['off'] < f['offset'] + f['length']]
    return missed, [(f['offset'], f['format']) for f in false]


def judge_binwalk(text, truth):
    lines = [(int(m[1]), m[2]) for m in re.finditer(r'^(\d+)\s+0x[0-9A-F]+\s+(.*)$', text, re.M)]
    missed = [t for t in truth if t['kind'] in FORMAT
              and not any(at == t['off'] and t['kind'] in BINWALK and re.search(BINWALK[t['kind']], what) for at, what in lines)]
    false = [(at, what[:30]) for at, what in lines for t in truth if t['kind'] in EMPTY[:2] and t['off'] <= at < t['off'] + t['size']]
    return missed, false


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--runs', type=int, default=3)
    options.add_argument('--skip-nand', action='store_true')
    options.add_argument('--no-binwalk', action='store_true')
    options.add_argument('--dumps', default=os.path.join(tempfile.gettempdir(), 'unbrick-dumps'))
    asked = options.parse_args()
    program, warm = os.path.join(BIN, 'Unbrick.Cli/release/unbrick'), os.path.join(BIN, 'Unbrick.Fuzz/release/Unbrick.Fuzz')
    binwalk = None if asked.no_binwalk else shutil.which('binwalk')
    if not asked.no_binwalk and binwalk is None:
        sys.exit('binwalk is not there: apt-get install binwalk (or --no-binwalk)')
    os.makedirs(asked.dumps, exist_ok=True)
    failed = False
    loads = [json.loads(measured([warm, 'library'])[3]) for _ in range(asked.runs)]
    load = sorted(loads, key=lambda l: l['load_ms'])[len(loads) // 2]
    print('library of %d devices: %.1f ms in a new process, with a first whole profile %.0f ms\n' % (load['devices'], load['load_ms'], load['profile_ms']))
    print('| dump | tool | CPU s | wall s | warm scan, CPU ms | peak MiB (file + x) | truth found | false |\n|---|---|---|---|---|---|---|---|')
    for kind in ('nor16', 'nand256')[:1 if asked.skip_nand else 2]:
        dump = os.path.join(asked.dumps, kind + '.bin')
        if not os.path.exists(dump + '.truth.json'):
            subprocess.run([sys.executable, os.path.join(ROOT, 'bench/formats/mkdump.py'), kind, dump], check=True, stdout=subprocess.DEVNULL)
        truth = json.load(open(dump + '.truth.json'))
        size = os.path.getsize(dump)
        things = sum(t['kind'] in FORMAT for t in truth)
        inside = json.loads(measured([warm, 'scan', dump])[3] or '{"median_ms": -1, "cpu_ms": -1}')
        runs = [measured([program, 'identify', dump, '--json']) for _ in range(asked.runs)]
        cpu, wall, peak, text = sorted(runs)[len(runs) // 2]
        missed, false = judge_unbrick(text, truth)
        failed |= bool(missed or false)
        print('| %s | unbrick | %.2f | %.2f | %.1f | file + %.0f | %d/%d | %d |' % (
            kind, cpu, wall, inside['cpu_ms'], (peak * 1024 - size) / 2**20, things - len(missed), things, len(false)), flush=True)
        for t in missed:
            print('missed: %s at %#x' % (t['kind'], t['off']), file=sys.stderr)
        for at, what in false:
            print('false: %s at %#x' % (what, at), file=sys.stderr)
        if binwalk:
            theirs, their_wall, their_peak, text = measured([binwalk, dump])
            missed, false = judge_binwalk(text, truth)
            print('| %s | binwalk | %.2f | %.2f | | %.0f | %d/%d | %d |' % (
                kind, theirs, their_wall, their_peak / 1024, things - len(missed), things, len(false)))
            print('| %s | ratio | %.0f : 1 (warm: %.0f : 1) | | | | | |' % (kind, theirs / cpu, theirs * 1000 / inside['cpu_ms']), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
