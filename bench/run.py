#!/usr/bin/env python3
"""run.py - unbrick beside tftpd-hpa, atftpd and dnsmasq, on this machine, in one run.

  sudo bench/run.py                        # everything: several hours, most of it the peers' time-outs
  sudo bench/run.py --quick                # a smoke run of some minutes; its numbers mean little
  sudo bench/run.py --parts e,f,h --only unbrick,atftpd
  bench/run.py --table                     # only writes the table again from bench/results/*.json

Gets the peers by apt and builds what is missing (lab/net/get-peers.sh, ./unbrick). Every part writes bench/results/PART.json; the table of
all parts that have been measured goes to bench/results/table.md and, with --readme, into bench/README.md. Namespaces, servers and clients are
this script's own and gone at the end. Python 3 stdlib.
"""
import argparse, atexit, json, os, signal, statistics, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
BENCH = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(BENCH)
sys.path.insert(0, os.path.join(REPO, 'lab', 'net'))
RESULTS = os.path.join(BENCH, 'results')
PROGRAM = os.environ.get('UNBRICK_EXE') or os.path.join(REPO, 'artifacts/bin/Unbrick.Cli/release/unbrick')
PARTS = {}
REAL = 13370296             # the image of a real router, as in the threads
MIB = 1 << 20


def part(letter, title, better=None):
    """Registers a part. `better`: 'more' or 'less' when the rows' value may be compared with the best peer's."""
    def add(fn):
        PARTS[letter] = (title, better, fn)
        return fn
    return add


def say(*words):
    print(time.strftime('%H:%M:%S'), *words, file=sys.stderr, flush=True)


class Run:
    """What the parts are given: the servers, the files, the options."""

    def __init__(self, o, work):
        self.quick, self.runs, self.only = o.quick, o.runs, o.only.split(',') if o.only else None
        self.root = os.path.join(work, 'root')
        os.makedirs(self.root, mode=0o755)

    def servers(self, *names):
        return [n for n in (names or ('unbrick', 'tftpd-hpa', 'atftpd', 'dnsmasq')) if not self.only or n in self.only]

    def file(self, size):
        name = 'f%d' % size
        path = os.path.join(self.root, name)
        if not os.path.exists(path):
            with open(path, 'wb') as f:
                f.write(os.urandom(size))
        return name

    def ask(self, size, ip='192.168.78.1'):
        """tftpload's last words: what to fetch, and with what to compare it."""
        name = self.file(size)
        return ['-r', os.path.join(self.root, name), ip, name]


def row(line, server, cell, value=None, **raw):
    say(line, '|', server, '|', cell)
    return dict(line=line, server=server, cell=cell, value=value, **raw)


def uboot(server, board, size, loss, runs, seconds):
    """
    Real U-Boot loads `runs` times in one boot; uboot-lab.py's lines. The ping takes the first ARP request, which QEMU's fresh network chip
    loses: those 5 s would be the fault of no server.
    """
    how = ['--preset', server] if server != 'unbrick' else []
    command = [] if how else ['--', PROGRAM, 'serve', '--root', '{root}', '--interface', '{if}', '--dhcp-pool', '{pool_lo}-{pool_hi}',
                              '--boot-file', '{file}', '--until', 'forever', '--no-host-changes']
    p = subprocess.Popen([sys.executable, os.path.join(REPO, 'lab/net/uboot-lab.py'), '--board', board, '--size', str(size), '--loss', str(loss),
                          '--repeat', str(runs), '--timeout', str(seconds), '--extra', 'ping 192.168.77.1'] + how + command,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stop = lambda: (p.terminate(), p.wait())            # so that it takes its namespaces down when we are interrupted
    common.CLEAN.append(stop)
    out, err = p.communicate()
    common.CLEAN.remove(stop)
    lines = [json.loads(x) for x in out.splitlines() if x.startswith('{')]
    if not lines:
        raise RuntimeError('uboot-lab.py: ' + err[-500:])
    return lines


def uboot_row(line, server, board, size, loss, runs, seconds):
    got = uboot(server, board, size, loss, runs, seconds)
    good = [g for g in got if g['success']]
    median = statistics.median(g['seconds'] for g in good) if good else None
    per_mb = median / (size / 1e6) if good else None
    t, unheard = (sum(g.get(k, 0) for g in got) for k in ('timeouts_T', 'timeouts_before_data'))
    cell = '%d/%d right, T %d' % (len(good), runs, t) + (' (%d before the first block)' % unheard if unheard else '') + (', %.1f s, %.2f s/MB' % (median, per_mb) if good else '') \
        + ('' if size == REAL else ' (%.1f MB)' % (size / 1e6))
    return row(line, server, cell, per_mb, right=len(good), of=runs, timeouts=t, timeouts_before_data=unheard, seconds=[g.get('seconds') for g in got], size=size,
               dhcp_ms=(got[0].get('dhcp') or {}).get('ms'), errors=[g['error'] for g in got if 'error' in g])


@part('a', 'Real U-Boot 2023.01 (qemu_arm) loads 13,370,296 B, loss each way; median time and s/MB of those that ended right', 'less')
def real_uboot(run):
    rows = []
    for loss in (0, 2) if run.quick else (0, 1, 2, 5, 10):
        for s in run.servers():
            ours = s == 'unbrick'
            # The peers need minutes a megabyte on a lossy cable: a smaller file, and a cap. s/MB stays comparable.
            size = 1000000 if run.quick or loss and not ours else REAL
            runs = (2 if run.quick else run.runs) if ours else 1 if run.quick or loss else 3
            rows.append(uboot_row('%g %%' % loss, s, 'qemu_arm', size, loss, runs, 300 if ours else 60 if run.quick else 120))
    return rows


@part('b', 'Real U-Boot 2023.01 (maltael, a network chip that stops receiving by itself) loads 2 MB with 5 % loss each way', 'less')
def bad_chip(run):
    return [uboot_row('5 %', s, 'maltael', 500000 if run.quick else 2000000, 5, (1 if run.quick else run.runs) if s == 'unbrick' else 1 if run.quick else 2,
                      240 if s == 'unbrick' or not run.quick else 60) for s in run.servers()]


@part('c', 'Legacy loader model (U-Boot 1.1.3 to v2020.07, 512-byte blocks) loads 13.4 MB, loss each way; median seconds', 'less')
def legacy(run):
    rows = []
    for loss in (1,) if run.quick else (0.1, 1, 5):
        for s in run.servers():
            n, c = (4, 4) if run.quick or s != 'unbrick' else (100, 10)
            with serving(run, s) as (net, _):
                r = lab.load(net, ['-q', 'uboot113', '-n', n, '-c', c, '-l', loss, '-L', loss, '-s', 11, '-m', 60 if run.quick else 900]
                             + run.ask(2 * 10**6 if run.quick else REAL), timeout=4 * 3600)
            rows.append(row('%g %%' % loss, s, '%d/%d right, T %d, %.0f s' % (r['ok'], n, r['timeouts'], r['p50_s']), r['p50_s'] if r['ok'] == n else None,
                            right=r['ok'], of=n, timeouts=r['timeouts'], p50_s=r['p50_s'], max_s=r['max_s'], concurrent=c, error=r['first_error']))
    return rows


@part('d', 'RFC 1350 client loads 256 KiB (blksize 1468), loss each way; median seconds of 8', 'less')
def rfc_client(run):
    rows = []
    for loss in (1,) if run.quick else (1, 5):
        for s in run.servers():
            n = 4 if run.quick else 8
            with serving(run, s) as (net, _):
                r = lab.load(net, ['-n', n, '-c', n, '-R', 37, '-b', 1468, '-T', 5000, '-m', 240, '-l', loss, '-L', loss, '-s', 1000 + loss] + run.ask(256 << 10))
            rows.append(row('%g %%' % loss, s, '%d/%d right, %.2f s' % (r['ok'], n, r['p50_s']), r['p50_s'], right=r['ok'], of=n, p50_s=r['p50_s'], max_s=r['max_s']))
    return rows


def interleaved(run, names, size, options, rounds, delay=None, loopback=False, need=''):
    """
    Every server up at the same time, one transfer each per round, so that drift of the machine hits all alike. name -> tftpload's dicts.
    A server that does not grant the option `need` is asked once only.
    """
    where = dict(ip='127.0.0.1', interface='lo') if loopback else {}
    nets = {n: lab.Net(delay=delay) for n in names}
    up = {n: lab.Server(nets[n], n, run.root, **where) for n in names}
    got = {n: [] for n in names}
    try:
        for i in range(rounds + 1):
            for n in names:
                if i and need not in got[n][0]['oack']:
                    continue
                cpu = up[n].cpu()
                r = lab.load(nets[n], ['-t', '-m', 120, '-T', 2000] + options + run.ask(size, where.get('ip', '192.168.78.1')), ns=nets[n].s if loopback else None)
                r['cpu_s_per_gib'] = (up[n].cpu() - cpu) * (1 << 30) / size
                got[n].append(r)
    finally:
        for n in names:
            up[n].stop()
            nets[n].close()
    return got


def speed_row(line, server, results, need=''):
    if need not in results[0]['oack']:
        return row(line, server, 'not supported')
    results = results[1:]                               # the first one warmed up
    mib = statistics.median(r['mib_s'] for r in results)
    cpu = statistics.median(r['cpu_s_per_gib'] for r in results)
    bad = sum(r['failed'] for r in results)
    return row(line, server, '%.1f MiB/s (%.1f to %.1f), %.1f CPU s/GiB' % (mib, min(r['mib_s'] for r in results), max(r['mib_s'] for r in results), cpu)
               + (', %d FAILED' % bad if bad else ''), mib, mib_s=[r['mib_s'] for r in results], cpu_s_per_gib=cpu, failed=bad)


@part('e', 'Lock-step, one client, no loss: median of interleaved runs', 'more')
def lock_step(run):
    rows = []
    for where in ('veth', 'loopback'):
        for block in (512, 1468):
            got = interleaved(run, run.servers(), (4 if run.quick else 16) * MIB, ['-b', block], 3 if run.quick else 7, loopback=where == 'loopback')
            rows += [speed_row('%s, blksize %d' % (where, block), s, r) for s, r in got.items()]
    return rows


@part('f', 'Windows (RFC 7440), blksize 1468, no loss: median of interleaved runs', 'more')
def windows(run):
    rows = []
    for window in (16, 64):
        got = interleaved(run, run.servers(), (8 if run.quick else 64) * MIB, ['-b', 1468, '-w', window], 3 if run.quick else 7,
                          need='windowsize')
        rows += [speed_row('windowsize %d' % window, s, r, 'windowsize') for s, r in got.items()]
    return rows


@part('g', 'Round-trip time 4 ms, blksize 1468, windowsize 64, 8 MiB', 'more')
def round_trip(run):
    got = interleaved(run, run.servers(), (2 if run.quick else 8) * MIB, ['-b', 1468, '-w', 64], 1 if run.quick else 5, delay=2, need='windowsize')
    return [speed_row('4 ms', s, r, 'windowsize') for s, r in got.items()]


@part('h', 'Many clients at once, 8 MiB each, blksize 1468: median of interleaved runs, each with a fresh server', 'more')
def many_clients(run):
    n, size = (32, MIB) if run.quick else (256, 8 * MIB)
    got = {s: [] for s in run.servers()}
    for _ in range(1 if run.quick else 5):
        for s in got:
            with serving(run, s) as (net, server):
                time.sleep(1)
                idle_anon, idle_pss, cpu = server.anon(), server.peak_pss, server.cpu()
                r = lab.load(net, ['-n', n, '-c', n, '-b', 1468, '-t', '-T', 5000, '-m', 240] + run.ask(size), 300)
                r['cpu_s_per_gib'] = (server.cpu() - cpu) * 1024 * MIB / max(r['bytes'], 1)
                r['anon'], r['pss'] = (server.peak - idle_anon) / MIB, (server.peak_pss - idle_pss) / 1024
            say(n, 'clients |', s, '| %.1f MiB/s' % r['mib_s'])
            got[s].append(r)
    rows = []
    for s, results in got.items():
        mib, cpu = (statistics.median(r[k] for r in results) for k in ('mib_s', 'cpu_s_per_gib'))
        right, of, pss, anon = sum(r['ok'] for r in results), n * len(results), max(r['pss'] for r in results), max(r['anon'] for r in results)
        fairness = min(r['fairness'] for r in results)
        rows.append(row('%d clients' % n, s, '%d/%d right, %.1f MiB/s (%.1f to %.1f), fairness %.3f, +%.1f MiB PSS (+%.1f anonymous), %.1f CPU s/GiB' % (
            right, of, mib, min(r['mib_s'] for r in results), max(r['mib_s'] for r in results), fairness, pss, anon, cpu), mib,
            right=right, of=of, mib_s=[r['mib_s'] for r in results], fairness=fairness, pss_over_idle_mib=pss, anon_over_idle_mib=anon,
            cpu_s_per_gib=cpu, timeouts=sum(r['timeouts'] for r in results)))
    return rows


@part('i', 'First OFFER after the first DISCOVER of a new device, which asks again after 250, 500, ... ms as U-Boot does (dnsmasq: as installed)', 'less')
def first_offer(run):
    rows = []
    for s in run.servers('unbrick', 'dnsmasq'):
        ms = []
        with serving(run, s + '+dhcp') as (net, _):
            for i in range(3 if run.quick else 9):
                r = lab.sh('ip', 'netns', 'exec', net.c, sys.executable, os.path.join(REPO, 'lab/net/dhcp-ask.py'), 'eth0', '--seconds', '20',
                           '--mac', '52:54:00:00:01:%02x' % i, '--xid', '770000%02x' % i, check=False)
                if r.stdout:
                    ms.append(json.loads(r.stdout.splitlines()[0])['ms'])
        rows.append(row('OFFER', s, '%.1f ms (%.1f to %.1f)' % (statistics.median(ms), min(ms), max(ms)) if ms else 'none', statistics.median(ms) if ms else None, ms=ms))
    return rows


@part('j', 'Every ACK sent twice (RFC 1123 section 4.2.3.1), 8 MiB, blksize 1468: DATA blocks that came twice', None)
def doubled_acks(run):
    rows = []
    for window in (1, 8):
        for s in run.servers():
            with serving(run, s) as (net, _):
                r = lab.load(net, ['-d', '-b', 1468, '-w', window, '-m', 120] + run.ask(8 * MIB))
            cell = 'not supported' if window > 1 and 'windowsize' not in r['oack'] else '%d twice, %.2f s%s' % (r['dup_data'], r['seconds'], '' if r['ok'] else ', FAILED')
            rows.append(row('windowsize %d' % window, s, cell, dup_data=r['dup_data'], seconds=r['seconds'], ok=r['ok']))
    return rows


class serving:
    """One server on a cable of its own."""

    def __init__(self, run, name):
        self.net = lab.Net()
        self.server = lab.Server(self.net, name, run.root)

    def __enter__(self):
        return self.net, self.server

    def __exit__(self, *_):
        self.server.stop()
        self.net.close()


def compare(ours, best, better):
    speed = ours['value'] / best['value'] if better == 'more' else best['value'] / ours['value']
    cpu = ours.get('cpu_s_per_gib') and best.get('cpu_s_per_gib') and ours['cpu_s_per_gib'] / best['cpu_s_per_gib']
    return '%.2f times as fast' % speed + (', %.2f of its CPU' % cpu if cpu else '')


def table():
    """Markdown of every part that was measured, in the order of the parts."""
    out = []
    for letter, (title, better, _) in PARTS.items():
        path = os.path.join(RESULTS, letter + '.json')
        if not os.path.exists(path):
            continue
        with open(path) as f:
            d = json.load(f)
        servers = list(dict.fromkeys(r['server'] for r in d['rows']))
        lines = list(dict.fromkeys(r['line'] for r in d['rows']))
        cells = {(r['line'], r['server']): r for r in d['rows']}
        head = [''] + servers + (['unbrick : best peer'] if better else [])
        out += ['### (%s) %s' % (letter, title), '', '| %s |' % ' | '.join(head), '|' + '---|' * len(head)]
        for line in lines:
            c = [cells[line, s]['cell'] if (line, s) in cells else '' for s in servers]
            if better:
                ours = cells.get((line, 'unbrick'), {}).get('value')
                peers = [r for (l, s), r in cells.items() if l == line and s != 'unbrick' and r['value']]
                best = peers and (max if better == 'more' else min)(peers, key=lambda r: r['value'])
                c.append(compare(cells[line, 'unbrick'], best, better) if ours and best else '')
            out.append('| %s |' % ' | '.join([line] + c))
        out += ['', '%s%s; %s, %d cores, load %.1f at the start; took %.0f min' % (
            'SMOKE RUN, not a measurement; ' if d['quick'] else '', d['when'], d['machine'], d['cores'], d['load'], d['minutes']), '']
    return '\n'.join(out)


def versions():
    def first(*command):
        r = subprocess.run(command, capture_output=True, text=True)
        return ((r.stdout + r.stderr).strip().splitlines() or ['?'])[0]
    return {'unbrick': first(PROGRAM, '--version'), 'tftpd-hpa': first(common.peer('tftpd-hpa'), '-V'), 'atftpd': first(common.peer('atftpd'), '--version'),
            'dnsmasq': first(common.peer('dnsmasq'), '--version')}


def write_tables(readme):
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, 'table.md'), 'w') as f:
        f.write(table())
    if readme:
        path = os.path.join(BENCH, 'README.md')
        with open(path) as f:
            text = f.read()
        head, rest = text.split('<!-- table -->\n', 1)
        tail = rest.split('<!-- /table -->', 1)[1]
        with open(path, 'w') as f:
            f.write(head + '<!-- table -->\n' + table() + '<!-- /table -->' + tail)


def main():
    a = argparse.ArgumentParser(description=__doc__ + '\nParts:\n' + '\n'.join('  %s  %s' % (k, v[0]) for k, v in PARTS.items()),
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--parts', default=','.join(PARTS))
    a.add_argument('--only', help='servers, of unbrick,tftpd-hpa,atftpd,dnsmasq')
    a.add_argument('--runs', type=int, default=20, help='of unbrick in parts a and b')
    a.add_argument('--quick', action='store_true')
    a.add_argument('--readme', action='store_true', help='put the table into bench/README.md, too')
    a.add_argument('--table', action='store_true', help='measure nothing')
    o = a.parse_args()
    unknown = [p for p in o.parts.split(',') if p not in PARTS]
    if unknown:
        a.error('no such part: ' + ','.join(unknown))
    if not o.table:
        measure(o)
    write_tables(o.readme)


def measure(o):
    if os.geteuid() != 0:
        sys.exit('network namespaces need root')
    subprocess.run([os.path.join(REPO, 'lab/net/get-peers.sh')], check=True)
    if 'UNBRICK_EXE' not in os.environ:
        subprocess.run([os.path.join(REPO, 'unbrick'), '--version'], check=True, stdout=subprocess.DEVNULL)
    global lab, common
    import bench as lab, common     # not before get-peers.sh: they look for the peers when they are loaded
    for s in (signal.SIGINT, signal.SIGTERM):
        signal.signal(s, common.on_signal)
    atexit.register(common.cleanup)
    folder = tempfile.TemporaryDirectory(prefix='unbrick-bench-')
    os.chmod(folder.name, 0o755)
    common.CLEAN.append(folder.cleanup)
    os.environ['XDG_STATE_HOME'] = os.path.join(folder.name, 'state')
    serve = [PROGRAM, 'serve', '--root', '{root}', '--interface', '{if}', '--until', 'forever', '--no-host-changes']
    lab.SERVERS['unbrick'] = serve + ['--no-dhcp']
    lab.SERVERS['unbrick+dhcp'] = serve + ['--dhcp-pool', '{pool_lo}-{pool_hi}', '--boot-file', '{file}']
    lab.SERVERS['dnsmasq+dhcp'] = common.peer_argv('dnsmasq', True)
    os.makedirs(RESULTS, exist_ok=True)
    run = Run(o, folder.name)
    for letter in o.parts.split(','):
        title, _, fn = PARTS[letter]
        say('==', letter, title)
        start, load = time.time(), os.getloadavg()[0]
        rows = fn(run)
        with open(os.path.join(RESULTS, letter + '.json'), 'w') as f:
            json.dump(dict(part=letter, title=title, when=time.strftime('%F %T', time.localtime(start)), machine=' '.join(os.uname()[i] for i in (0, 2, 4)),
                           cores=os.cpu_count(), load=load, minutes=(time.time() - start) / 60, quick=o.quick, versions=versions(), rows=rows), f, indent=1)
        write_tables(False)


if __name__ == '__main__':
    main()
