#!/usr/bin/env python3
"""Unbrick's decoders beside the tools that everybody unpacks with, on the same streams in one run: CPU time for each MiB that comes out.

usage: bench/decoders.py [--runs N] [--size MIB] [--only lzma,xz,...]
Needs xz, gzip, zstd, bzip2 and lz4 from apt, and bench/Unbrick.Fuzz built in Release. Prints the table for bench/README.md.
Exit code 1 when a stream does not come out as it went in.

The plain bytes are programs and libraries of this machine and, a quarter, what packs well: text. Unbrick decodes in a process that is warm and keeps
the bytes; a tool starts anew each time (1 to 3 ms) and writes to /dev/null. The two take turns; the median of the runs counts.
"""
import argparse, glob, hashlib, json, os, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DECODER = os.path.join(ROOT, 'artifacts/bin/Unbrick.Fuzz/release/Unbrick.Fuzz')
MIB = 1 << 20
# name: (how it is packed, how the tool unpacks it), both from and to standard streams
FORMATS = {
    'lzma': (['xz', '--format=lzma', '-6', '-c'], ['xz', '--format=lzma', '-dc']),
    'xz': (['xz', '-6', '-T1', '-c'], ['xz', '-T1', '-dc']),
    'gzip': (['gzip', '-9', '-nc'], ['gzip', '-dc']),
    'zstd': (['zstd', '-q', '-19', '-c'], ['zstd', '-q', '-dc']),
    'bzip2': (['bzip2', '-9', '-c'], ['bzip2', '-dc']),
    'lz4': (['lz4', '-q', '-9', '-c'], ['lz4', '-q', '-dc']),
}


def plain(size):
    """Machine code and text that every Debian has, always in the same order."""
    code = sorted(glob.glob('/usr/lib/x86_64-linux-gnu/lib*.so.*') + glob.glob('/usr/bin/*'))
    text = sorted(glob.glob('/usr/share/perl/**/*.pm', recursive=True) + glob.glob('/usr/share/common-licenses/*'))
    made = bytearray()
    for most, files in ((size * 3 // 4, code), (size, text), (size, code)):
        for name in files:
            if len(made) >= most:
                break
            if os.path.isfile(name) and not os.path.islink(name):
                with open(name, 'rb') as file:
                    made += file.read(min(2 * MIB, most - len(made)))
    return bytes(made[:size])


def tool(command, path):
    """CPU milliseconds of one run."""
    with open(path, 'rb') as packed, open(os.devnull, 'wb') as nowhere:
        child = subprocess.Popen(command, stdin=packed, stdout=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit('%s ended with %d' % (' '.join(command), child.returncode))
    return (usage.ru_utime + usage.ru_stime) * 1000


def ours(path):
    """Median of a few warm decodes: CPU milliseconds, and what came out."""
    return json.loads(subprocess.run([DECODER, 'decode', path, '--times', '3'], check=True, capture_output=True, text=True).stdout)


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--runs', type=int, default=5)
    options.add_argument('--size', type=int, default=32, help='MiB of plain bytes')
    options.add_argument('--only', default=','.join(FORMATS))
    asked = options.parse_args()
    wanted = asked.only.split(',')
    for program in {FORMATS[name][0][0] for name in wanted}:
        if shutil.which(program) is None:
            sys.exit('%s is not there: apt-get install xz-utils gzip zstd bzip2 lz4' % program)
    content = plain(asked.size * MIB)
    size, digest = len(content), hashlib.sha256(content).hexdigest()
    wrong = False
    versions = []
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for name in wanted:
            pack, unpack = FORMATS[name]
            path = os.path.join(folder, name)
            with open(path, 'wb') as to:
                subprocess.run(pack, input=content, stdout=to, check=True)
            theirs, mine = [], []
            for _ in range(asked.runs):
                theirs.append(tool(unpack, path))
                result = ours(path)
                mine.append(result['cpu_ms'])
                if not (result['ok'] and result['plain'] == size and result['sha256'] == digest):
                    print('%s: %s' % (name, result), file=sys.stderr)
                    wrong = True
            their, my = median(theirs), median(mine)
            mib = size / MIB
            rows.append('| %s | %.1f : 1 | %s | %.0f | %.0f | %.0f | %.0f | %.2f |' % (
                ' '.join(pack[:-1]), size / os.path.getsize(path), pack[0], their, mib * 1000 / their, my, mib * 1000 / my, my / their))
            print(rows[-1], file=sys.stderr, flush=True)
        for program in sorted({FORMATS[name][0][0] for name in wanted}):
            said = subprocess.run([program, '--version'], capture_output=True, text=True, stdin=subprocess.DEVNULL)  # bzip2 writes it to stderr
            versions.append((said.stdout + said.stderr).strip().splitlines()[0].strip('* '))
    print('%.0f MiB, %d runs; %s' % (size / MIB, asked.runs, '; '.join(versions)))
    print('\n| packed by | packs | tool | tool, CPU ms | MiB/s | unbrick, CPU ms | MiB/s | unbrick : tool |\n|---|---|---|---|---|---|---|---|')
    print('\n'.join(rows))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
