#!/usr/bin/env python3
"""bench.py - TFTP servers side by side, in one run, on this machine.

  bench.py [--out FILE] [--md FILE] [--parts throughput,clients,rtt,loss,concurrency]
           [--only NAME,...] [--server 'NAME=COMMAND with {root} {ip}'] [--runs 3] [--quick]

Each server gets its own pair of network namespaces joined by veth (MTU 1500); CPU comes
from a cgroup (every process and thread it starts), memory from the same cgroup (anonymous)
and from the processes' summed PSS (without cgroups v1: CPU from /proc). The client is tftpload: it compares every byte.
--server adds a server of yours to the three baselines; give it more than once if you like.
Root, Python 3 stdlib; ./get-peers.sh first. bench/run.py takes its machinery from here.
"""
import argparse, atexit, json, os, re, shlex, shutil, signal, statistics, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
from common import CLEAN, PEERS, PRODUCTS, cleanup, ethtool_off, fill, in_netns, ns_add, on_signal, sh, tool, wait_tftp

SERVERS = dict(PEERS)       # name -> words of the command; --server adds
LOSS = (0, 0.1, 1, 5, 10)


class Net:
    """Two namespaces, server at 192.168.78.1, client at 192.168.78.2; with delay, a third between."""
    n = 0

    def __init__(self, delay=None, rate=None):
        Net.n += 1
        t = 'nlb%d_%d' % (os.getpid(), Net.n)
        self.s, self.c, self.m, self.wire = t + 's', t + 'c', t + 'm', None
        self.remove = []
        for ns in (self.s, self.c) + ((self.m,) if delay is not None else ()):
            self.remove.append(ns_add(ns))
            sh('ip', 'netns', 'exec', ns, 'sh', '-c', 'echo 67108864 > /proc/sys/net/core/rmem_max; echo 4000000 > /proc/sys/net/ipv4/ipfrag_high_thresh',
               check=False)
        CLEAN.append(self.close)
        if delay is None:
            sh('ip -n %s link add eth0 type veth peer name eth0 netns %s' % (self.s, self.c))
        else:
            sh('ip -n %s link add eth0 type veth peer name wa netns %s' % (self.s, self.m))
            sh('ip -n %s link add eth0 type veth peer name wb netns %s' % (self.c, self.m))
            for i in ('wa', 'wb'):
                sh('ip -n %s link set %s up' % (self.m, i))
            for ns in (self.s, self.c):         # whole frames, real checksums
                in_netns(ns, lambda: ethtool_off('eth0'))
        for ns, ip in ((self.s, 1), (self.c, 2)):
            sh('ip -n %s addr add 192.168.78.%d/24 brd + dev eth0' % (ns, ip))
            sh('ip -n %s link set eth0 up' % ns)
        if delay is not None:
            self.wire = subprocess.Popen(['ip', 'netns', 'exec', self.m, tool('netwire'), '-a', 'wa', '-b', 'wb', '-d', str(delay)]
                                         + (['-R', str(rate)] if rate else []), stderr=subprocess.DEVNULL)

    def close(self):
        if self.wire:
            self.wire.terminate()
            self.wire.wait()
            self.wire = None
        for remove in self.remove:
            remove()


class Server:
    def __init__(self, net, name, root, ip='192.168.78.1', interface='eth0'):
        self.net, self.name = net, name
        self.cg = {}
        for k in ('cpuacct', 'memory'):
            d = '/sys/fs/cgroup/%s/nlb%d_%s_%d' % (k, os.getpid(), name, Net.n)
            try:
                os.mkdir(d)
                self.cg[k] = d
            except OSError:
                pass
        cmd = shlex.join(fill(SERVERS[name], {'root': root, 'ip': ip, 'if': interface, 'pool_lo': '192.168.78.100',
                                              'pool_hi': '192.168.78.150', 'file': 'f1m'}))
        join = ''.join('echo $$ > %s/tasks; ' % d for d in self.cg.values())
        self.p = subprocess.Popen(['sh', '-c', join + 'exec ip netns exec %s %s' % (net.s, cmd)],   # (netns exec hides /sys/fs/cgroup)
                                  stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        CLEAN.append(self.stop)
        if not wait_tftp(net.s, self.p):
            raise RuntimeError(name + ' did not bind port 69')
        self.peak, self.peak_pss, self.run = 0, 0, True
        self.t = threading.Thread(target=self.watch, daemon=True)
        self.t.start()

    def anon(self):
        try:
            return int(re.search(r'^total_rss (\d+)', open(self.cg['memory'] + '/memory.stat').read(), re.M).group(1))
        except (KeyError, OSError):
            return 0

    def pids(self):
        try:
            return open(self.cg['cpuacct'] + '/cgroup.procs').read().split()
        except (KeyError, OSError):
            return sh('ip netns pids ' + self.net.s, check=False).stdout.split()

    def watch(self):
        i = 0
        while self.run:
            self.peak = max(self.peak, self.anon())
            if i % 8 == 0:
                pss = 0
                for p in self.pids():
                    try:
                        pss += int(re.search(r'^Pss:\s+(\d+)', open('/proc/%s/smaps_rollup' % p).read(), re.M).group(1))
                    except (OSError, AttributeError):
                        pass
                self.peak_pss = max(self.peak_pss, pss)
            i += 1
            time.sleep(0.05)

    def cpu(self):
        try:
            return int(open(self.cg['cpuacct'] + '/cpuacct.usage').read()) / 1e9
        except (KeyError, OSError):
            pass
        ticks = 0
        for p in self.pids():
            try:
                ticks += sum(map(int, open('/proc/%s/stat' % p).read().rsplit(')', 1)[1].split()[11:15]))   # with waited-for children
            except OSError:
                pass
        return ticks / os.sysconf('SC_CLK_TCK')

    def stop(self):
        if self.p is None:
            return
        self.run = False
        self.t.join()
        for sig in (signal.SIGTERM, signal.SIGKILL):
            for p in self.pids():
                try:
                    os.kill(int(p), sig)
                except OSError:
                    pass
            for _ in range(20):
                if not self.pids():
                    break
                time.sleep(0.05)
        try:
            self.p.wait(5)
        except subprocess.TimeoutExpired:
            pass
        self.p = None
        for d in self.cg.values():
            for _ in range(20):
                try:
                    os.rmdir(d)
                    break
                except OSError:
                    time.sleep(0.05)


def load(net, args, timeout=600, ns=None):
    """tftpload in the client's namespace (or another), as a dict."""
    r = sh('ip', 'netns', 'exec', ns or net.c, 'timeout', str(timeout), tool('tftpload'), *map(str, args), check=False)
    try:
        return json.loads(r.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return dict(ok=0, failed=1, mib_s=0, seconds=timeout, p50_s=timeout, first_error='no result: ' + r.stderr[-100:], oack='', timeouts=0, dup_data=0,
                    fairness=0, transfers=0, max_gap_s=0, max_s=timeout, client_cpu_s=0, bytes=0)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--out', default=os.path.join(PRODUCTS, 'bench.json'))
    a.add_argument('--md')
    a.add_argument('--parts', default='throughput,clients,rtt,loss,concurrency')
    a.add_argument('--only')
    a.add_argument('--server', action='append', default=[])
    a.add_argument('--runs', type=int, default=3)
    a.add_argument('--quick', action='store_true')
    o = a.parse_args()
    for s in (signal.SIGINT, signal.SIGTERM):
        signal.signal(s, on_signal)
    atexit.register(cleanup)
    for s in o.server:
        n, c = s.split('=', 1)
        SERVERS[n] = shlex.split(c)
    names = [n for n in SERVERS if not o.only or n in o.only.split(',')]
    root = tempfile.mkdtemp(prefix='nlb.')
    os.chmod(root, 0o755)
    CLEAN.append(lambda: shutil.rmtree(root))
    for n, k in (('f16m', 16 << 20), ('f8m', 8 << 20), ('f1m', 1 << 20),  ('f256k', 256 << 10), ('f13m', 13370296)):
        with open(root + '/' + n, 'wb') as f:
            f.write(os.urandom(k))
    res, parts, say = dict(machine=' '.join(os.uname()), when=time.strftime('%F %T'), cores=os.cpu_count()), o.parts.split(','), lambda *x: print(*x, file=sys.stderr, flush=True)

    def save():
        with open(o.out, 'w') as f:
            json.dump(res, f, indent=1)
    ref = lambda f: ['-r', root + '/' + f, '192.168.78.1', f]

    if 'throughput' in parts:
        rows = []
        nets = {n: Net() for n in names}
        srv = {n: Server(nets[n], n, root) for n in names}
        for b in (512, 1428, 1468, 8192, 65464):
            for w in (1, 4, 16, 64):
                runs = {n: [] for n in names}
                for i in range(o.runs):                      # servers in turn inside each round: drift hits all alike
                    for n in names:
                        if w > 1 and i and 'windowsize' not in runs[n][0]['oack']:
                            continue
                        c0 = srv[n].cpu()
                        r = load(nets[n], ['-b', b, '-w', w, '-t', '-T', 1000, '-x', 3, '-m', 60] + ref('f16m'))
                        r['server_cpu_s'] = srv[n].cpu() - c0
                        runs[n].append(r)
                for n in names:
                    rs = runs[n]
                    sup = w == 1 or 'windowsize' in rs[0]['oack']
                    m = statistics.median(r['mib_s'] for r in rs)
                    rows.append(dict(server=n, blksize=b, windowsize=w, supported=sup, ok=all(r['ok'] for r in rs), mib_s=m,
                                     lo=min(r['mib_s'] for r in rs), hi=max(r['mib_s'] for r in rs), oack=rs[0]['oack'],
                                     timeouts=sum(r['timeouts'] for r in rs), err=rs[0]['first_error'],
                                     cpu_s_per_gib=statistics.median(r['server_cpu_s'] for r in rs) * 64))
                    say('throughput', rows[-1])
        for n in names:
            srv[n].stop()
            nets[n].close()
        res['throughput'] = rows
        save()
    if 'clients' in parts:
        rows = []
        for n in names:
            net = Net()
            s = Server(net, n, root)
            x = ['ip', 'netns', 'exec', net.c]
            for cl, cmd in (('tftp-hpa (512)', ['tftp', '-m', 'binary', '192.168.78.1', '-c', 'get', 'f16m', root + '/got']),
                            ('atftp (512)', ['atftp', '-g', '-r', 'f16m', '-l', root + '/got', '192.168.78.1']),
                            ('atftp (1468)', ['atftp', '--option', 'blksize 1468', '-g', '-r', 'f16m', '-l', root + '/got', '192.168.78.1']),
                            ('curl (512)', ['curl', '-sS', '-o', root + '/got', 'tftp://192.168.78.1/f16m']),
                            ('curl (1468)', ['curl', '-sS', '--tftp-blksize', '1468', '-o', root + '/got', 'tftp://192.168.78.1/f16m']),
                            ('tftpload (1468)', [tool('tftpload'), '-b', '1468'] + ref('f16m'))):
                v, good = [], True
                for _ in range(o.runs):
                    if os.path.exists(root + '/got'):
                        os.unlink(root + '/got')
                    t = time.monotonic()
                    r = sh(*x, 'timeout', '60', *cmd, check=False)
                    v.append(16 / (time.monotonic() - t))
                    good &= '"ok":1' in r.stdout if 'tftpload' in cl else subprocess.call(['cmp', '-s', root + '/got', root + '/f16m']) == 0
                rows.append(dict(server=n, client=cl, mib_s=statistics.median(v), ok=good))
                say('clients', rows[-1])
            if os.path.exists(root + '/got'):
                os.unlink(root + '/got')
            s.stop()
            net.close()
        res['clients'] = rows
        save()
    if 'rtt' in parts:
        rows = []
        for rtt in (1, 4, 20):
            for n in names:
                net = Net(delay=rtt / 2)
                s = Server(net, n, root)
                time.sleep(0.2)
                for w in (1, 4, 16, 64):
                    r = load(net, ['-b', 1468, '-w', w, '-t', '-m', 200, '-T', 2000] + ref('f1m' if w < 16 else 'f8m'))
                    rows.append(dict(server=n, rtt_ms=rtt, windowsize=w, supported=w == 1 or 'windowsize' in r['oack'], ok=bool(r['ok']),
                                     mib_s=r['mib_s'], timeouts=r['timeouts'], err=r['first_error'], oack=r['oack']))
                    say('rtt', rows[-1])
                    if w > 1 and 'windowsize' not in r['oack']:
                        break
                s.stop()
                net.close()
        res['rtt'] = rows
        save()
    if 'loss' in parts:
        rows, lock = [], threading.Lock()
        K = 4 if o.quick else 8

        def job(n, net, quirk, w, pct):
            extra = ['-q', quirk] if quirk != 'rfc' else ['-T', 5000]
            extra += ['-b', 1468, '-w', w] if quirk != 'uboot113' else []
            r = load(net, ['-n', K, '-c', K, '-R', 37, '-m', 240, '-l', pct, '-L', pct, '-s', 1000 + int(pct * 10)] + extra + ref('f256k'), 420)
            with lock:
                rows.append(dict(server=n, client=quirk, windowsize=w, loss_pct=pct, ok=r['ok'], of=K, p50_s=r['p50_s'], max_s=r['max_s'], max_gap_s=r['max_gap_s'],
                                 timeouts=r['timeouts'], dup_data=r['dup_data'], mib_s_each=0.25 / r['p50_s'], err=r['first_error'],
                                 supported=w == 1 or 'windowsize' in r['oack']))
                say('loss', rows[-1])
        ts, keep = [], []
        for n in names:
            net = Net()
            s = Server(net, n, root)
            keep += [(s, net)]
            for pct in LOSS:
                for quirk, w in (('rfc', 1), ('rfc', 16), ('uboot', 1), ('uboot113', 1)):
                    ts.append(threading.Thread(target=job, args=(n, net, quirk, w, pct)))
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        for s, net in keep:
            s.stop()
            net.close()
        res['loss'] = sorted(rows, key=lambda r: (r['client'], r['windowsize'], r['loss_pct'], r['server']))
        save()
    if 'concurrency' in parts:
        rows = []
        for b, w in ((1468, 1), (512, 1)) if not o.quick else ((1468, 1),):
            for c in (1, 16, 64, 256):
                if b == 512 and c not in (1, 64):
                    continue
                for n in names:
                    net = Net()
                    s = Server(net, n, root)
                    base = s.anon()
                    c0 = s.cpu()
                    r = load(net, ['-n', c, '-c', c, '-b', b, '-w', w, '-t', '-T', 5000, '-m', 240] + ref('f8m'), 300)
                    time.sleep(0.1)
                    cpu = s.cpu() - c0
                    rows.append(dict(server=n, clients=c, blksize=b, ok=r['ok'], of=c, mib_s=r['mib_s'], seconds=r['seconds'], p50_s=r['p50_s'], max_s=r['max_s'],
                                     fairness=r['fairness'], timeouts=r['timeouts'], dup_data=r['dup_data'], server_cpu_s=cpu, client_cpu_s=r['client_cpu_s'],
                                     cpu_s_per_gib=cpu * 1024 / (r['bytes'] / 2**20) if r['bytes'] else None, anon_peak_kib=s.peak >> 10, anon_idle_kib=base >> 10,
                                     pss_peak_kib=s.peak_pss, err=r['first_error']))
                    say('concurrency', rows[-1])
                    s.stop()
                    net.close()
        res['concurrency'] = rows
        save()
    if o.md:
        with open(o.md, 'w') as f:
            f.write(markdown(res, names))


def granted(r, b):
    m = re.search(r'blksize (\d+)', r['oack'])
    return ' (granted %s)' % m.group(1) if m and int(m.group(1)) != b else ''


def markdown(res, names):
    L = ['Machine: %s, %d cores; %s\n' % (res['machine'], res['cores'], res['when'])]

    def tab(title, head, rows):
        L.append('\n### %s\n\n| %s |\n|%s' % (title, ' | '.join(head), '---|' * len(head)))
        L.extend('| %s |' % ' | '.join(map(str, r)) for r in rows)
    if 'throughput' in res:
        d = {(r['server'], r['blksize'], r['windowsize']): r for r in res['throughput']}
        rows = []
        for b in (512, 1428, 1468, 8192, 65464):
            for w in (1, 4, 16, 64):
                cells = []
                for n in names:
                    r = d[n, b, w]
                    cells.append('not supported' if not r['supported'] else ('%.1f (%.1f–%.1f), %.1f' % (r['mib_s'], r['lo'], r['hi'], r['cpu_s_per_gib'])) + ('' if r['ok'] else ' FAILED ' + r['err']) + (' T%d' % r['timeouts'] if r['timeouts'] else '') + (granted(r, b) if r['supported'] else ''))
                rows.append([b, w] + cells)
        tab('Throughput, no loss, veth, 16 MiB, client tftpload: MiB/s median (min–max), server CPU s per GiB', ['blksize', 'windowsize'] + names, rows)
    if 'clients' in res:
        d = {(r['server'], r['client']): r for r in res['clients']}
        cs = list(dict.fromkeys(r['client'] for r in res['clients']))
        tab('Other clients, MiB/s, 16 MiB (bytes compared)', ['client'] + names, [[c] + ['%.1f%s' % (d[n, c]['mib_s'], '' if d[n, c]['ok'] else ' WRONG/FAILED') for n in names] for c in cs])
    if 'rtt' in res:
        d = {(r['server'], r['rtt_ms'], r['windowsize']): r for r in res['rtt']}
        tab('With added round-trip time (netwire), blksize 1468 (1 MiB; 8 MiB at windowsize 16 and 64): MiB/s', ['RTT ms', 'windowsize'] + names,
            [[t, w] + [('%.2f%s' % (d[n, t, w]['mib_s'], '' if d[n, t, w]['ok'] else ' FAILED')) if (n, t, w) in d and d[n, t, w]['supported'] else 'not supported' for n in names] for t in (1, 4, 20) for w in (1, 4, 16, 64)])
    if 'loss' in res:
        d = {(r['server'], r['client'], r['windowsize'], r['loss_pct']): r for r in res['loss']}
        tab('Loss both ways, 256 KiB, 8 transfers: finished right of 8; median seconds of a transfer; longest stall', ['client', 'windowsize', 'loss %'] + names,
            [[q, w, p] + [('%d/%d, %.1f s, %.1f s' % (d[n, q, w, p]['ok'], d[n, q, w, p]['of'], d[n, q, w, p]['p50_s'], d[n, q, w, p]['max_gap_s'])) + ('' if d[n, q, w, p]['supported'] else ' (ran as 1)') for n in names]
             for q, w in (('rfc', 1), ('rfc', 16), ('uboot', 1), ('uboot113', 1)) for p in LOSS])
    if 'concurrency' in res:
        d = {(r['server'], r['clients'], r['blksize']): r for r in res['concurrency']}
        ks = list(dict.fromkeys((r['clients'], r['blksize']) for r in res['concurrency']))
        tab('N clients at once, 8 MiB each: right/N; aggregate MiB/s; slowest s; Jain fairness; server CPU s per GiB; peak anon KiB / summed PSS KiB', ['clients', 'blksize'] + names,
            [[c, b] + ['%d/%d; %.1f; %.1f; %.2f; %s; %d / %d' % (r['ok'], r['of'], r['mib_s'], r['max_s'], r['fairness'], '%.1f' % r['cpu_s_per_gib'] if r['cpu_s_per_gib'] else '-', r['anon_peak_kib'], r['pss_peak_kib']) + (' T%d' % r['timeouts'] if r['timeouts'] else '')
              for r in (d[n, c, b] for n in names)] for c, b in ks])
    return '\n'.join(L) + '\n'


if __name__ == '__main__':
    main()
