#!/usr/bin/env python3
"""The figures of `unbrick esp`, against vesp.py over wire.py: bench.py [wire] [noise N] [faults] [ranges N [SECONDS]] [honest N] [parallel] [all]."""
import concurrent.futures, os, random, shutil, subprocess, sys, tempfile, time, zlib
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import images
from lab import Board, run

TMP = tempfile.mkdtemp(prefix='esp-bench-')


def file(name, data):
    p = os.path.join(TMP, name); open(p, 'wb').write(data); return p


def rnd(n, seed): return random.Random(seed).randbytes(n)


def wire():
    """Bytes on the wire, both directions added, as baselines.md counts esptool."""
    img8 = images.esp8266(488 * 1024 - 4096, 1); img32 = images.esp32_factory(4 << 20, 2, 0.219)
    for chip, size, img, name, peer in (('esp8266', '1M', img8, 'typ1', 'esptool --no-stub 95.3 s, cannot verify'), ('esp32', '4M', img32, 'typ4', 'esptool with stub 90.4 s')):
        stale = rnd(int(size[0]) << 20, 7)
        b = Board(chip, size, stale, wire=[])
        code, res, ev, t = run('flash', file(name + '.bin', img), '--port', b.port, '--yes', '--no-backup', '--watch', '0')
        b.close(); w = b.wire; n = w['to_chip'] + w['from_chip']
        want = bytearray(img); want[2:4] = b.content[2:4]
        right = b.content[:len(img)] == bytes(want) and set(b.content[len(img):]) <= {0xFF}
        print('%s %s: exit %s, %d up, %d down, %.1f s at 115200 (%s), %s, right %s' % (
            chip, name, code, w['to_chip'], w['from_chip'], n * 10 / 115200, peer, [x['verified'] for x in res.get('written', [])], right), w['cmds'], flush=True)
        if chip == 'esp32': print('  zlib -9 of the image alone: %d bytes = %.1f s' % (len(zlib.compress(img, 9)), len(zlib.compress(img, 9)) * 10 / 115200))


def noise(count=20):
    """One flipped bit in 10,000 bytes each way, one byte lost in 100,000; 256 KiB."""
    for chip in ('esp8266', 'esp32'):
        def one(i):
            img = rnd(262144, 100 + i); b = Board(chip, '256K', rnd(1 << 18, i), seed=i + 1, wire=['--flip', '1e-4', '--rflip', '1e-4', '--drop', '1e-5'])
            code, res, ev, t = run('restore', file('n%d.bin' % i, img), '--port', b.port, '--yes', '--no-backup', '--watch', '0')
            b.close(); right = b.content[:len(img)] == img and (chip == 'esp32' or set(b.content[len(img):]) <= {0xFF})
            restarts = (res.get('line') or {}).get('restarts') or 0
            print('  %s %d: exit %s, right %s, %d flipped and %d dropped there, %d restarts, %.1f s' % (chip, i, code, right, b.wire.get('flipped', 0), b.wire.get('dropped', 0), restarts, t), flush=True)
            if code != 0 or not right: print('  run', i, [(d['code'], d['seen'][:120]) for d in res.get('diagnosis', [])], flush=True)
            return code, right, restarts, t
        with concurrent.futures.ThreadPoolExecutor(2) as two: ends = list(two.map(one, range(count)))     # most of the time is waiting for lost answers
        print('%s: right %d of %d, "done" with wrong content %d, %d restarts, %.1f s each' % (
            chip, sum(c == 0 and r for c, r, _, _ in ends), count, sum(c == 0 and not r for c, r, _, _ in ends), sum(n for _, _, n, _ in ends), sum(t for _, _, _, t in ends) / count), flush=True)


NAMED = {
    'noise=400': ['esp-noise-at-start'], 'bootlog': ['esp-noise-at-start'], 'garble=115200': ['esp-rate-too-high'], 'drop=0.001': ['esp-line-to-chip', 'esp-line-too-bad', 'esp-line-from-chip'],
    'dropout=0.001': ['esp-line-from-chip'], 'flip=0.0005': ['esp-line-to-chip', 'esp-line-too-bad'], 'writefail=0x2000': ['esp-write-error'], 'badsector=0x3000': ['esp-flash-bad'],
    'stuckbit=0x2345': ['esp-flash-bad'], 'wp': ['esp-flash-protected'], 'never': ['esp-booted-normally'], 'mute': ['esp-silent'], 'echo': ['esp-echo', 'esp-echo-heard'],
    'hang=60': ['esp-stopped'], 'slow=200': ['esp-answers-late'],
}


def faults(lines=('tcp', 'rfc2217', 'pty')):
    """Each fault of vesp.py on each kind of line: is its cause named, within ten seconds?"""
    img = images.esp8266(32 * 1024, 3); odd = next(a for a in range(0x2345, len(img)) if img[a] & 1); f = file('small.bin', img); named = total = 0
    for line in lines:
        for fault, codes in NAMED.items():
            fault = 'stuckbit=0x%x' % odd if fault.startswith('stuckbit') else fault
            rate = []
            if fault.startswith('garble'):                     # plain TCP has no rate: vesp.py is mute there, and "silent" is not counted as named
                fault, rate = ('garble=57600', []) if line == 'tcp' else (fault, ['--baud', '460800'])
            content = rnd(1 << 20, 9)
            b = Board('esp8266', '1M', content, faults=[fault], line=line, boot='lines' if line == 'rfc2217' else 'download')
            code, res, ev, t = run('flash', f, '--port', b.port, '--yes', '--no-backup', '--watch', '0', '--erase', 'needed', *rate, limit=120)
            b.close(); got = [d['code'] for d in res.get('diagnosis', [])]
            first = next((e['at'] for e in ev if e['type'] == 'problem' and e['problem']['code'] in codes), None)
            when = first - ev[0]['at'] if first and ev else None
            want = bytearray(img); want[2:4] = b.content[2:4]
            lied = code == 0 and b.content[:len(img)] != bytes(want)
            ok = first is not None and when <= 10 and not lied; named += ok; total += 1
            print('%-8s %-16s %s exit %s %5.1f s %s%s' % (line, fault, 'named ' if ok else 'NOT   ', code, when if when is not None else t, got, ' WRONG CONTENT' if lied else ''), flush=True)
    print('named %d of %d' % (named, total))


def honest(count=200):
    """Random faults in images of 16 KiB on chips of 64 KiB (ESP8266), 64 KiB on 256 KiB (ESP32): never "done" with wrong content."""
    r = random.Random(4); work = []
    for i in range(count):
        chip = r.choice(['esp8266', 'esp32']); size = 16384 if chip == 'esp8266' else 65536
        work.append((i, chip, size, r.choice([
            'drop=%g' % 10 ** -r.uniform(3, 5), 'flip=%g' % 10 ** -r.uniform(3, 5), 'dropout=%g' % 10 ** -r.uniform(3, 5), 'badsector=0x%x' % (r.randrange(size // 4096) * 4096),
            'stuckbit=0x%x' % r.randrange(size), 'writefail=0x%x' % (r.randrange(size // 4096) * 4096), 'hang=%d' % r.randrange(20, 400), 'noise=300'])))

    def one(job):
        i, chip, size, fault = job
        img = images.esp8266(size - 256, i) if chip == 'esp8266' else images.esp32_app(size, i); chipsize = 4 * size
        b = Board(chip, '%dK' % (chipsize >> 10), rnd(chipsize, i), faults=[fault], seed=i)
        code, res, ev, t = run('flash', file('h%d.bin' % i, img), '--port', b.port, '--yes', '--no-backup', '--watch', '0', '--offset', '0', limit=300)
        b.close(); want = bytearray(img); want[2:4] = b.content[2:4]; v = fault.split('=')
        seen = bytearray(b.content)
        if v[0] == 'stuckbit': seen[int(v[1], 0)] &= 0xFE
        bad = code == 0 and bytes(seen[:len(img)]) != bytes(want)
        if bad: print('  WRONG', i, chip, fault, flush=True)
        if i % 20 == 19: print('  run %d, %s' % (i, '%.1f s' % t), flush=True)
        return v[0], code, bad
    with concurrent.futures.ThreadPoolExecutor(3) as three: ends = list(three.map(one, work))     # most of the time is waiting for lost answers
    tally = {}
    for name, code, _ in ends: tally[name, code] = tally.get((name, code), 0) + 1
    print('%d runs, %d done, %d of them with wrong content' % (count, sum(c == 0 for _, c, _ in ends), sum(bad for _, _, bad in ends)), {'%s:%s' % k: n for k, n in sorted(tally.items(), key=str)}, flush=True)


def ranges(count=1000, seconds=0, chip='esp8266'):
    """Random (offset, size) writes: bytes changed outside of the asked range, by the chip's own flash at the end. Read back by samples, to save time.
    The settings of an image at the offset where the ROM reads them are fitted to the chip: not so at these offsets.
    With seconds: as many as there is time for."""
    r = random.Random(8); size = 1 << 18; content = rnd(size, 1); outside = inside = failed = 0
    b = Board(chip, '256K', content); model = bytearray(content); begun = time.time()
    for i in range(count):
        if seconds and time.time() - begun > seconds: count = i; break
        n = r.choice([r.randrange(64, 600), r.randrange(64, 9000), r.randrange(64, 20000)]); n = max(64, n - n % 16); img = images.esp8266(max(128, n), i) if chip == 'esp8266' else images.esp32_app(max(256, n), i)
        at = r.randrange(0, size - len(img) - 64)
        code, res, ev, t = run('flash', file('r-%s.bin' % chip, img), '--port', b.port, '--yes', '--no-backup', '--watch', '0', '--erase', 'needed', '--offset', hex(at), '--flash-mode', 'keep', '--verify', 'sample')
        failed += code != 0
        if code == 0: model[at:at + len(img)] = img
        if code != 0: print('  run', i, code, res.get('diagnosis'), flush=True)
        if i % 100 == 99: print('  %d writes' % (i + 1), flush=True)
    b.close()
    outside = sum(1 for x, y in zip(b.content, model) if x != y)
    print('%s: %d writes, %d failed, %d bytes differ from the model' % (chip, count, failed, outside), flush=True)


def parallel():
    """Four boards at once, paced as at 115200."""
    img = images.esp8266(64 * 1024, 3); f = file('p.bin', img); took = []
    for n in (1, 4):
        boards = [Board('esp8266', '1M', rnd(1 << 20, 9), extra=['--pace', '--mac', '5c:cf:7f:12:34:%02x' % i]) for i in range(n)]
        ports = [x for b in boards for x in ('--port', b.port)]
        code, res, ev, t = run('flash', f, *ports, '--yes', '--no-backup', '--watch', '0', '--verify', 'sample')
        right = all(b.close().content[4:len(img)] == img[4:] for b in boards); took.append(t)
        print('%d boards: exit %s, %.1f s, right %s' % (n, code, t, right), flush=True)
    print('%.2f times' % (took[1] / took[0]))


if __name__ == '__main__':
    what = sys.argv[1] if len(sys.argv) > 1 else 'all'; n = [int(x) for x in sys.argv[2:4]]
    if what in ('wire', 'all'): wire()
    if what in ('noise', 'all'): noise(*n[:1])
    if what in ('faults', 'all'): faults()
    if what in ('honest', 'all'): honest(*n[:1])
    if what in ('ranges', 'all'):
        with concurrent.futures.ThreadPoolExecutor(2) as two: list(two.map(lambda chip: ranges(*n, chip=chip), ('esp8266', 'esp32')))
    if what in ('parallel', 'all'): parallel()
    shutil.rmtree(TMP)
