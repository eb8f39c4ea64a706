#!/usr/bin/env python3
"""run-cases.py - sends every case of cases.json to a server and judges the answers.

  run-cases.py --preset dnsmasq|tftpd-hpa|atftpd [--out FILE] [--only ID,...] [--proto tftp|dhcp]
  run-cases.py [--proto ...] -- SERVER COMMAND with {root} {ip} {if} {pool_lo} {pool_hi}

Own namespaces, removed at the end. DHCP goes through a raw socket, so broadcast and
addressless replies are seen. A dead or hung server is restarted and the case counts as failed.
Prints one line a failed case, and at last: 'N passed, N failed'. Exit code 1 when any failed, 2 when the server did not start.
"""
import argparse, atexit, json, os, select, shutil, signal, socket, struct, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from common import CLEAN, HERE, PEERS, cleanup, fill, netns_enter, ns_add, ns_kill, on_signal, peer_argv, sh, wait_tftp

IP = '192.168.79.1'

a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
a.add_argument('--preset', choices=sorted(PEERS)); a.add_argument('--out'); a.add_argument('--only'); a.add_argument('--proto')
a.add_argument('--cases', default=HERE + '/cases.json'); a.add_argument('-v', action='store_true'); a.add_argument('cmd', nargs=argparse.REMAINDER)
o = a.parse_args()
argv = o.cmd[1:] if o.cmd[:1] == ['--'] else o.cmd
proto = o.proto or ('tftp' if o.preset in ('tftpd-hpa', 'atftpd') else 'tftp,dhcp')
if o.preset:
    argv = peer_argv(o.preset, True) + (['--no-ping', '--bootp-dynamic'] if o.preset == 'dnsmasq' else [])
if not argv:
    sys.exit('give --preset or -- SERVER COMMAND')
for s in (signal.SIGINT, signal.SIGTERM):
    signal.signal(s, on_signal)
atexit.register(cleanup)
work = tempfile.mkdtemp(prefix='ncase.')
CLEAN.append(lambda: shutil.rmtree(work, ignore_errors=True))
os.chmod(work, 0o755)
root = work + '/root'
os.makedirs(root + '/sub')
REC = bytes((i * 7 + i // 256) & 255 for i in range(3000))
open(root + '/recovery.bin', 'wb').write(REC)
open(root + '/sub/x.bin', 'wb').write(REC[:700])
open(work + '/secret.txt', 'w').write('CANARY-7f3a\n')
ns, nc = 'ncs%d' % os.getpid(), 'ncc%d' % os.getpid()
for n in (ns, nc):
    ns_add(n)
sh('ip -n %s link add eth0 type veth peer name eth0 netns %s' % (ns, nc))
sh('ip -n %s addr add %s/24 brd + dev eth0' % (ns, IP)); sh('ip -n %s addr add 192.168.79.2/24 brd + dev eth0' % nc)
sh('ip -n %s link set eth0 up' % ns); sh('ip -n %s link set eth0 up' % nc)
argv = fill(argv, {'ip': IP, 'if': 'eth0', 'root': root, 'pool_lo': '192.168.79.100', 'pool_hi': '192.168.79.150', 'file': 'recovery.bin', 'work': work})
srv = None


def start():
    global srv
    srv = subprocess.Popen(['ip', 'netns', 'exec', ns] + argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=work)
    if not wait_tftp(ns, srv):
        print('the server did not bind UDP port 69', file=sys.stderr)
        sys.exit(2)


def stop():
    ns_kill(ns)
    srv.wait()


start()
CLEAN.append(stop)
netns_enter(nc)
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
raw.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)        # SO_RCVBUFFORCE
raw.bind(('eth0', 0))
raw.setblocking(False)
KIND = {1: 'rrq', 2: 'wrq', 3: 'data', 4: 'ack', 5: 'error', 6: 'oack'}


def csum(b):
    if len(b) & 1:
        b += b'\0'
    s = sum(struct.unpack('!%dH' % (len(b) // 2), b))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff


def dhcp_send(p, mac=b'\x52\x54\0\xaa\xbb\xcc'):
    udp = struct.pack('!HHHH', 68, 67, 8 + len(p), 0) + p
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, b'\0' * 4, b'\xff' * 4)
    raw.send(b'\xff' * 6 + mac + b'\x08\0' + ip[:10] + struct.pack('!H', csum(ip)) + ip[12:] + udp)


def dhcp_recv(secs, xid=None):
    out, end = [], time.monotonic() + secs
    while time.monotonic() < end:
        try:
            f = raw.recv(65535)
        except BlockingIOError:
            time.sleep(0.003)
            continue
        if f[12:14] != b'\x08\0' or f[23] != 17 or f[26:30] != socket.inet_aton(IP):
            continue
        i = 14 + (f[14] & 15) * 4
        if struct.unpack_from('!H', f, i)[0] != 67:
            continue
        b = f[i + 8:]
        if xid is not None and b[4:8] != xid:
            continue
        k, j, opts = 'bootreply', 240, {}
        while j < len(b) - 1 and b[j] != 255:
            if b[j] == 0:
                j += 1
                continue
            opts[b[j]] = b[j + 2:j + 2 + b[j + 1]]
            j += 2 + b[j + 1]
        if 53 in opts and opts[53]:
            k = {2: 'offer', 5: 'dhcpack', 6: 'nak'}.get(opts[53][0], 'dhcp%d' % opts[53][0])
        out.append((k, b))
    return out


def alive_tftp():
    for _ in range(3):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(1.5)
        s.sendto(b'\0\1recovery.bin\0octet\0', (IP, 69))
        got, n = b'', 1
        try:
            while True:
                p, f = s.recvfrom(70000)
                if p[:2] == b'\0\3' and struct.unpack('!H', p[2:4])[0] == n:
                    got += p[4:]
                    s.sendto(struct.pack('!HH', 4, n), f)
                    n += 1
                    if len(p) < 516:
                        if got == REC:
                            return True
                        break
                elif p[:2] == b'\0\5':
                    break
        except OSError:
            pass
        s.close()
    return False


def alive_dhcp():
    for i in range(3):
        x = struct.pack('!I', 0x77000000 + (int(time.monotonic() * 1000) & 0xffffff))
        b = struct.pack('!BBBB', 1, 1, 6, 0) + x + b'\0\0\x80\0' + b'\0' * 16 + b'\x52\x54\0\xdd\xee\xff'.ljust(16, b'\0') + b'\0' * 192 + bytes.fromhex('63825363350101ff')
        dhcp_send(b.ljust(300, b'\0'), b'\x52\x54\0\xdd\xee\xff')
        if any(k == 'offer' for k, _ in dhcp_recv(1.0, x)):
            return True
    return False


def run(c):
    socks, tid, seen = {}, {}, []
    if c['proto'] == 'dhcp':
        try:
            while raw.recv(65535):          # what the cases before left
                pass
        except BlockingIOError:
            pass
        for st in c['steps']:
            for _ in range(st.get('repeat', 1)):
                p = bytes.fromhex(st['hex'])
                dhcp_send(p, p[28:34] if len(p) >= 34 else b'\x52\x54\0\xaa\xbb\xcc')
            last = st is c['steps'][-1]
            if st.get('wait_ms', 300):
                seen += [(k, b) for k, b in dhcp_recv(st.get('wait_ms', 300) / 1e3) if b[4:8] == bytes.fromhex(c['steps'][-1]['hex'])[4:8] or len(p) < 8]
            if last and not seen and 'none' not in c['expect']['reply']:         # a loaded machine: give it more time
                seen += [(k, b) for k, b in dhcp_recv(2.0) if b[4:8] == bytes.fromhex(st['hex'])[4:8]]
        return seen

    def pump(secs):
        end = time.monotonic() + secs
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return
            r, _, _ = select.select(list(socks.values()), [], [], left)
            for s in r:
                try:
                    p, f = s.recvfrom(70000)
                except OSError:
                    continue
                lab = next(k for k, v in socks.items() if v is s)
                if lab == 'c0':
                    tid[lab] = f[1]
                    seen.append((KIND.get(struct.unpack('!H', p[:2])[0] if len(p) > 1 else 0, '?'), p))
    for st in c['steps']:
        for _ in range(st.get('repeat', 1)):
            lab = st['from']
            if lab == 'new':
                lab = 'n%d' % len(socks)
            if lab not in socks:
                socks[lab] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                socks[lab].sendto(bytes.fromhex(st['hex']), (IP, tid.get('c0', 69) if st['to'] == 'tid' else 69))
            except OSError:
                pass
            if st.get('wait_ms') == 0:
                time.sleep(0.0003)
        pump(st.get('wait_ms', 300) / 1e3)
        for _ in range(20):
            if seen or 'none' in c['expect']['reply'] or st.get('wait_ms') == 0:
                break
            pump(0.1)
    for s in socks.values():
        s.close()
    return seen


res, passed, failed = [], 0, 0
cases = [c for c in json.load(open(o.cases))['cases'] if c['proto'] in proto.split(',') and (not o.only or c['id'] in o.only.split(','))]
for c in cases:
    e, why = c['expect'], []
    seen = run(c)
    kinds = [k for k, _ in seen]
    first = kinds[0] if kinds else 'none'
    if 'any' not in e['reply'] and first not in e['reply']:
        why.append('answered %s, wanted %s' % (first, '/'.join(e['reply'])))
    if 'max_packets' in e and len(seen) > e['max_packets']:
        why.append('%d packets, at most %d' % (len(seen), e['max_packets']))
    for bad in e.get('not_contains', []):
        if any(bad.encode() in p for _, p in seen):
            why.append('LEAK: answer holds %r' % bad)
    for k, p in seen:
        if k == 'oack' and 'oack' in e:
            f = p[2:].split(b'\0')
            got = {n.decode('latin1').lower(): v.decode('latin1') for n, v in zip(f[::2], f[1::2])}
            for n, w in e['oack'].items():
                v = got.get(n)
                if v is None:
                    continue
                if w is None or (isinstance(w, int) and v != str(w)) or (isinstance(w, str) and not (v.isdigit() and (int(v) <= int(w[2:]) if w[0] == '<' else int(v) >= int(w[2:])))):
                    why.append('OACK %s=%s, wanted %s' % (n, v, w))
    al = alive_tftp() if c['proto'] == 'tftp' else alive_dhcp()
    if not al:
        why.append('server does not answer a good request afterwards' + ('' if srv.poll() is None else ' (it died)'))
        stop()
        start()
    passed, failed = passed + (not why), failed + bool(why)
    res.append(dict(id=c['id'], ok=not why, why=why, replies=kinds[:12], n=len(kinds)))
    if why or o.v:
        print('%-4s %-4s %-60s %s %s' % ('FAIL' if why else 'ok', c['id'], c['title'][:60], ','.join(kinds[:6]) or 'none', '; '.join(why)), flush=True)
if o.out:
    json.dump(dict(server=o.preset or argv[0], passed=passed, failed=failed, results=res), open(o.out, 'w'), indent=0)
print('%d passed, %d failed' % (passed, failed))
cleanup()
sys.exit(1 if failed else 0)
