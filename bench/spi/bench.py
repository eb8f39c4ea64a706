#!/usr/bin/env python3
"""Side-by-side benchmark: run a client against the virtual CH341A (libusb shim) or the virtual serprog chip,
one fresh chip for each case, and write what it did: exit code, modelled seconds, USB/SPI counts, and whether
the chip (or the dump) is right.

    bench.py [--client clients.json:NAME] [--lab ch341a|serprog] [--hc frame|xhci] [--only a,b] [--jobs 2] --out results.json
    bench.py --faults ...          the fault cases instead of the timing cases

A client file maps a name to {"read": [...], "write": [...], "verify": [...], "edit": [...], "hosttime": true};
{prog} {chip} {file} {layout} {ref} {state} are filled in ({ref}: an image of what the chip holds before). 'hosttime' puts the client's sleeps on the modelled clock.
"""
import argparse, concurrent.futures as cf, json, os, shutil, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
LIB = os.environ.get('UNBRICK_SPI_LAB') or os.path.join(HERE, '..', '..', 'artifacts', 'lab', 'spi')
FLASHROM = {'read': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-r', '{file}'],
            'write': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-w', '{file}'],
            'write_N': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-N', '-w', '{file}'],
            'write_layout': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-N', '-l', '{layout}', '-i', 'env', '-i', 'factory', '-w', '{file}'],
            'write_contents': ['flashrom', '-p', '{prog}', '-c', '{chip}', '--flash-contents', '{ref}', '-w', '{file}'],
            'write_contents_layout': ['flashrom', '-p', '{prog}', '-c', '{chip}', '--flash-contents', '{ref}', '-N', '-l', '{layout}', '-i', 'env', '-i', 'factory', '-w', '{file}'],
            'write_noverify': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-n', '-w', '{file}'],
            'verify': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-v', '{file}'],
            'erase': ['flashrom', '-p', '{prog}', '-c', '{chip}', '-E'],
            'probe': ['flashrom', '-p', '{prog}'], 'hosttime': True, 'prog': {'ch341a': 'ch341a_spi', 'serprog': 'serprog:ip=127.0.0.1:{port}'}, 'chipname': {'W25Q128BV': 'W25Q128.V', 'GD25Q128C': 'GD25Q127C/GD25Q128C', 'W25Q64FV': 'W25Q64BV/W25Q64CV/W25Q64FV'}}

# name, start image, operation, file, chip content expected after
TIMING = [('read', 'a', 'read', None, 'a'), ('verify', 'a', 'verify', 'a', 'a'), ('write_blank', 'blank', 'write', 'a', 'a'), ('write_blank_full', 'blank', 'write', 'full', 'full'),
          ('write_over', 'b', 'write', 'a', 'a'), ('write_over_full', 'full', 'write', 'a', 'a'), ('write_full_over_b', 'b', 'write', 'full', 'full'),
          ('edit', 'a', 'write', 'c', 'c'), ('edit_N', 'a', 'write_N', 'c', 'c'), ('edit_layout', 'a', 'write_layout', 'c', 'c'), ('edit_contents', 'a', 'write_contents', 'c', 'c'), ('edit_contents_layout', 'a', 'write_contents_layout', 'c', 'c'), ('edit_noverify', 'a', 'write_noverify', 'c', 'c'),
          ('same', 'a', 'write', 'a', 'a'), ('erase', 'full', 'erase', None, 'blank'), ('probe', 'a', 'probe', None, 'a')]
# name, start, operation, file, expected, extra chip config, extra environment, what it stands for
FAULTS = [
    ('read_noise', 'a', 'read', None, 'a', 'flip_ppb=300', {}, 'about 5 wrong bits in 16 MiB of reads'),
    ('read_drop_ff', 'a', 'read', None, 'a', 'drop_op=2000:40:255', {}, 'contact lost for 40 commands (reads FF) in mid read'),
    ('read_drop_00', 'a', 'read', None, 'a', 'drop_op=2000:40:0', {}, 'same, reads 00'),
    ('read_drop_time', 'a', 'read', None, 'a', 'drop_us=20000000:200000:255', {}, 'contact lost for 0.2 s, 20 s into the read'),
    ('read_stuck', 'a', 'read', None, 'a', 'stuck=0x200000:0x10:0x10', {}, 'one stuck bit'),
    ('nocontact_ff', 'a', 'read', None, 'a', 'drop_op=0:99999999:255', {}, 'no contact at all, FF'),
    ('nocontact_00', 'a', 'read', None, 'a', 'drop_op=0:99999999:0', {}, 'no contact at all, 00'),
    ('wrongid_1', 'a', 'read', None, 'a', 'wrongid=1:ef4017', {}, 'first RDID says W25Q64 (one bit wrong)'),
    ('wrongid_5', 'a', 'probe', None, 'a', 'wrongid=5:ef4017', {}, 'first five RDIDs wrong'),
    ('write_noise', 'a', 'write', 'c', 'c', 'flip_ppb=300', {}, 'edit with noisy reads'),
    ('write_over_noise', 'b', 'write', 'a', 'a', 'flip_ppb=300', {}, 'full write with noisy reads'),
    ('write_drop_short', 'b', 'write', 'a', 'a', 'drop_op=20000:200:255', {}, 'contact lost for 200 commands in mid write'),
    ('write_drop_00', 'b', 'write', 'a', 'a', 'drop_op=20000:200:0', {}, 'same, reads 00'),
    ('write_drop_forever', 'b', 'write', 'a', 'a', 'drop_op=20000:999999999:255', {}, 'contact lost for good, FF'),
    ('write_drop_forever00', 'b', 'write', 'a', 'a', 'drop_op=20000:999999999:0', {}, 'contact lost for good, 00'),
    ('wfail_once', 'b', 'write', 'a', 'a', 'wfail=0x200000:4096:1', {}, 'one page program fails once'),
    ('wfail_always', 'b', 'write', 'a', 'a', 'wfail=0x200000:4096', {}, 'a sector never programs'),
    ('efail_once', 'b', 'write', 'a', 'a', 'efail=0x200000:4096:1', {}, 'a sector erase fails once'),
    ('efail_always', 'b', 'write', 'a', 'a', 'efail=0x200000:4096', {}, 'a sector never erases'),
    ('halfpage', 'b', 'write', 'a', 'a', 'halfpage=9000', {}, 'every 9000th page program stops halfway'),
    ('stuck_write', 'b', 'write', 'a', 'a', 'stuck=0x200123:0x01:0x00', {}, 'a cell bit stuck at 0'),
    ('bp_soft', 'a', 'write', 'c', 'c', 'sr1=0x1c', {}, 'block protect set, can be cleared'),
    ('bp_hard', 'a', 'write', 'c', 'c', 'sr1=0x9c\nwp_pin=0', {}, 'block protect locked by SRP0 and the WP# pin'),
    ('unplug_write', 'b', 'write', 'a', 'a', '', {'VUSB_UNPLUG_CS': '30000'}, 'programmer unplugged in mid write'),
    ('unplug_edit', 'a', 'write', 'c', 'c', '', {'VUSB_UNPLUG_CS': '4150'}, 'programmer unplugged in mid edit'),
    ('stale_contents', 'b', 'write_contents_layout', 'c', None, '', {}, 'a given old-content file that is not what the chip holds (ref = a, chip = b)'),
    ('wrong_size', 'a', 'write', 'short', 'a', '', {}, 'image one byte short'),
]


def stale_want(img, start, file):
    w = bytearray(open(os.path.join(img, start + '.bin'), 'rb').read())
    n = open(os.path.join(img, file + '.bin'), 'rb').read()
    for a, b in ((0x30000, 0x40000), (0x50000, 0x60000)):
        w[a:b] = n[a:b]
    return bytes(w)


def load_client(spec):
    if not spec:
        return 'flashrom', FLASHROM
    f, n = spec.rsplit(':', 1)
    return n, json.load(open(f))[n]


def run_case(cname, client, lab, env_extra, img, case, a):
    name, start, op, file, expect = case[:5]
    extra, envx = (case[5], case[6]) if len(case) > 5 else ('', {})
    d = tempfile.mkdtemp(prefix='bench_')
    try:
        chip = os.path.join(d, 'chip.bin')
        shutil.copy(os.path.join(img, start + '.bin'), chip)
        cfg = os.path.join(d, 'chip.cfg')
        open(cfg, 'w').write('model=%s\nimage=%s\nstate=%s\nseed=%d\n%s\n' % (a.model, chip, chip + '.state', a.seed, extra))
        out = os.path.join(d, 'out.bin')
        layout = os.path.join(d, 'layout')
        open(layout, 'w').write('00030000:0003ffff env\n00050000:0005ffff factory\n')
        rep = os.path.join(d, 'rep.json')
        env = dict(os.environ, VUSB_REPORT=rep, UNBRICK_VCHIP=cfg, LC_ALL='C', HOME=d)
        env.update(env_extra)
        env.update(envx)
        srv = None
        progspec = client.get('prog', {}).get(lab, lab)
        if lab == 'ch341a':
            env['LD_LIBRARY_PATH'] = LIB
            env['LD_PRELOAD'] = (os.path.join(LIB, 'libvhosttime.so') + ' ' if client.get('hosttime') else '') + os.path.join(LIB, 'libusb-1.0.so.0')
        else:
            pf = os.path.join(d, 'port')
            srv = subprocess.Popen([sys.executable, os.path.join(HERE, 'vserprog.py'), '--chip', cfg, '--portfile', pf, '--report', rep, '--once'], stdout=subprocess.DEVNULL)
            for _ in range(100):
                if os.path.exists(pf) and open(pf).read():
                    break
                time.sleep(.05)
            progspec = progspec.replace('{port}', open(pf).read())
        src = os.path.join(img, file + '.bin') if file else out
        cmd = [x.format(prog=progspec, chip=client.get('chipname', {}).get(a.model, a.model), file=src if op != 'read' else out, layout=layout, state=d, ref=os.path.join(img, ('a' if name == 'stale_contents' else start) + '.bin')) for x in client[op]]
        t0 = time.time()
        p = subprocess.Popen(cmd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=d)
        try:
            txt, _ = p.communicate(timeout=a.timeout)
            rc = p.returncode
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGTERM)
            try:
                txt, _ = p.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                p.kill()
                txt, _ = p.communicate()
            rc = 'hang (stopped after %d s of real time)' % a.timeout
        wall = time.time() - t0
        if srv:
            try:
                srv.wait(20)
            except subprocess.TimeoutExpired:
                srv.terminate()
        got = open(chip, 'rb').read()
        want = open(os.path.join(img, expect + '.bin'), 'rb').read() if expect else stale_want(img, start, file)
        r = {'case': name, 'client': cname, 'lab': lab, 'hc': env_extra.get('VUSB_HC', 'frame'), 'exit': rc, 'wall_s': round(wall, 2),
             'chip_right': got == want, 'chip_wrong_bytes': 0 if got == want else sum(1 for i in range(0, len(want), 4096) if got[i:i + 4096] != want[i:i + 4096]) * 4096}
        if op == 'read':
            dump = open(out, 'rb').read() if os.path.exists(out) else b''
            r['dump_right'] = dump == want
            if dump and dump != want:
                r['dump_wrong_bytes'] = sum(x != y for x, y in zip(dump, want))
        if len(case) > 7:
            r['means'] = case[7]
        try:
            r['report'] = json.load(open(rep))
            r['modelled_s'] = r['report']['modelled_s']
        except (OSError, ValueError):
            pass
        txt = txt.decode('utf-8', 'replace').replace('\r', '\n').replace('\b', '')
        lines = [l.strip() for l in txt.split('\n') if l.strip()]
        r['said'] = lines[-8:]
        r['command'] = ' '.join(os.path.basename(x) for x in cmd)
        return r
    finally:
        shutil.rmtree(d, ignore_errors=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--client'); p.add_argument('--lab', default='ch341a'); p.add_argument('--hc', default='frame')
    p.add_argument('--dev-out', default='1'); p.add_argument('--spi-hz', default='1500000')
    p.add_argument('--only'); p.add_argument('--faults', action='store_true'); p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--img', default='/tmp/lab/img'); p.add_argument('--out', required=True); p.add_argument('--timeout', type=int, default=240)
    p.add_argument('--model', default='W25Q128BV'); p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    short = os.path.join(a.img, 'short.bin')
    if not os.path.exists(short):
        open(short, 'wb').write(open(os.path.join(a.img, 'a.bin'), 'rb').read()[:-1])
    cname, client = load_client(a.client)
    cases = FAULTS if a.faults else TIMING
    if a.only:
        cases = [c for c in cases if c[0] in a.only.split(',')]
    env = {'VUSB_HC': a.hc, 'VUSB_DEV_OUT': a.dev_out, 'VUSB_SPI_HZ': a.spi_hz}
    res = []
    with cf.ThreadPoolExecutor(a.jobs) as ex:
        for r in ex.map(lambda c: run_case(cname, client, a.lab, env, a.img, c, a), [c for c in cases if c[2] in client]):
            res.append(r)
            print('%-18s exit=%s modelled=%s wall=%.1f chip_right=%s dump_right=%s' % (r['case'], r['exit'], r.get('modelled_s'), r['wall_s'], r['chip_right'], r.get('dump_right')), flush=True)
            json.dump(res, open(a.out, 'w'), indent=1)
    json.dump(res, open(a.out, 'w'), indent=1)


main()
