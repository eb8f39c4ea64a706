#!/usr/bin/env python3
"""How often `unbrick console --diagnose` finds the cause of real boot logs.

    bench/bootlogs.py FOLDER [--part all|build|held] [-v] [--program PATH]

FOLDER has logs and an index.json: {"logs": [{"id", "file", "cause"}, ...]}. Printed: exact answers, answers of the right family, false alarms
on healthy boots, and advice that could make a device worse. `held` are those of which sha1(id) is a multiple of three: no rule was made from them.
"""
import argparse, hashlib, json, os, re, subprocess, sys, time

FAMILIES = [
    {'img-lzma-decompress', 'img-decompress', 'img-too-large-for-loader'}, {'rootfs-missing', 'rootfs-corrupt', 'wrong-variant-image'},
    {'esp-flash-empty', 'esp-wrong-offset'}, {'ok-normal-boot', 'ok-tftp-load', 'ok-flash-write', 'ok-bootloader'},
    {'nand-ecc', 'nand-badblock', 'nand-worn'}, {'ubi-attach-fail', 'ubi-wrong-geometry'}, {'img-bad-crc', 'img-bad-header-crc'},
    {'kernel-early-loop', 'kernel-hang', 'kernel-oops', 'kernel-panic'},
    {'console-silent-after-kernel', 'console-disabled', 'kernel-hang'}, {'esp-app-exception', 'esp-app-hang'},
]
# What no answer may ever say: to change a boot loader from its own menu, or to join pins of a chip.
HARMFUL = re.compile(r'\b(press|key|option|choose|select) [79]\b|erase (the )?(u-?boot|boot ?loader)|(write|flash|overwrite) (the |a |another )?boot ?loader'
                     r'|short(ing)? (the )?(flash|pins?)|connect VCC|protect off all|nand scrub|erase (the )?(whole|entire) (chip|nand)|sysupgrade -F', re.I)
SAFE = re.compile(r'never connect VCC', re.I)


def held(id_): return int(hashlib.sha1(id_.encode()).hexdigest(), 16) % 3 == 0
def family(a, b): return a == b or any(a in f and b in f for f in FAMILIES)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('folder')
    args.add_argument('--part', choices=['all', 'build', 'held'], default='all')
    args.add_argument('-v', action='store_true', help='name each wrong answer')
    args.add_argument('--program', default=os.path.join(here, '../artifacts/bin/Unbrick.Cli/release/unbrick'))
    o = args.parse_args()
    logs = json.load(open(os.path.join(o.folder, 'index.json')))['logs']
    n = exact = near = healthy = alarms = harmful = 0
    began = time.time()
    for log in logs:
        if o.part != 'all' and held(log['id']) != (o.part == 'held'):
            continue
        run = subprocess.run([o.program, 'console', '--diagnose', os.path.join(o.folder, log['file']), '--json'], capture_output=True, text=True)
        answer = json.loads(run.stdout.splitlines()[-1])
        cause = answer['cause']
        n += 1
        exact += cause == log['cause']
        near += family(cause, log['cause'])
        advice = SAFE.sub('', ' '.join([answer['means'], *answer['next']]))
        if HARMFUL.search(advice):
            harmful += 1
            print('HARMFUL', log['id'], HARMFUL.search(advice).group(0))
        if log['cause'].startswith('ok-'):
            healthy += 1
            alarms += not (answer['healthy'] or cause == 'unknown')
        if o.v and cause != log['cause']:
            print('near ' if family(cause, log['cause']) else 'WRONG', log['id'], 'is', log['cause'], 'said', cause, answer['confidence'], answer['lines'],
                  [e['text'][:60] for e in answer['evidence']][:1])
    print(f'{o.part}: {n} logs, exact {exact} ({exact / n:.0%}), family {near} ({near / n:.0%}), '
          f'false alarms {alarms} of {healthy} healthy, harmful advice {harmful}, {(time.time() - began) / n * 1000:.0f} ms a log')


if __name__ == '__main__':
    sys.exit(main())
