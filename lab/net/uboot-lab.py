#!/usr/bin/env python3
"""uboot-lab.py - boot a real, unmodified Debian U-Boot under QEMU/TCG and make it
fetch a file over DHCP/BOOTP + TFTP from ANY server command, then print one JSON line.

  uboot-lab.py [options] --preset dnsmasq
  uboot-lab.py [options] -- SERVER-COMMAND [ARGS...]

The server command runs in its own network namespace, where it sees one Ethernet
interface and nothing else.  These words are replaced in its arguments:
  {ip} {if} {mask} {net} {root} {file} {client_ip} {pool_lo} {pool_hi} {work}
Topology (all made, and all removed again, by this script):

   netns ubl<pid>s                  netns ubl<pid>d
   [SERVER] eth0 ===veth=== up0 --bridge(or netwire)-- tap0 [QEMU + U-Boot]
                              ^ loss server->device       ^ loss device->server
                              ^ sniffer: sees everything the server sent (before
                                loss) and what of the device's survived its loss

Loss is drawn by nftables (netdev ingress hook, `numgen`), so raw-socket DHCP replies
are hit too.  --delay/--dup/--reorder/--corrupt/--seed use netwire (see netwire.c)
in place of the bridge; its loss is seeded, hence repeatable.
Needs: root and what get-peers.sh gets. Python 3 stdlib only.
Exit code: 0 the device got the right bytes; 1 it did not; 2 the lab itself failed.
"""
import argparse, atexit, json, os, re, select, shutil, signal
import socket, struct, subprocess, sys, tempfile, threading, time, zlib

sys.dont_write_bytecode = True
from common import CLEAN, PEERS, cleanup, ethtool_off, fill, in_netns, ns_add, ns_pids, on_signal, peer_argv, sh, tool, wait_tftp

BOARDS = {
    'maltael': dict(qemu='qemu-system-mipsel', args=['-M', 'malta', '-m', '256'],
                    nics=['pcnet'], addr=0x81000000, prompt=r'maltael # $',
                    bios='/usr/lib/u-boot/maltael/u-boot.bin', swap=True),
    'qemu_arm': dict(qemu='qemu-system-arm', args=['-M', 'virt', '-cpu', 'cortex-a15', '-m', '256'],
                     nics=['virtio-net-pci', 'e1000'], addr=0x41000000, prompt=r'=> $',
                     bios='/usr/lib/u-boot/qemu_arm/u-boot.bin', swap=False),
    'qemu_arm64': dict(qemu='qemu-system-aarch64', args=['-M', 'virt', '-cpu', 'cortex-a57', '-m', '256'],
                       nics=['virtio-net-pci', 'e1000'], addr=0x41000000, prompt=r'=> $',
                       bios='/usr/lib/u-boot/qemu_arm64/u-boot.bin', swap=False),
}


class Sniffer(threading.Thread):
    """Counts TFTP on up0 in the device netns: what the server sent, what reached it."""

    def __init__(self, ns, ifname, srv_ip, pcap=None):
        super().__init__(daemon=True)
        self.srv = socket.inet_aton(srv_ip)
        self.stop_ev = threading.Event()
        self.c = dict(rrq=0, wrq=0, data=0, data_dup=0, ack=0, ack_dup=0, oack=0, error_from_server=0,
                      error_from_device=0, dhcp_from_device=0, dhcp_from_server=0, icmp_unreach_from_server=0)
        self.max_gap, self.last_new, self.oack = 0.0, None, None
        self.sock = in_netns(ns, lambda: self._open(ifname))
        self.pc = open(pcap, 'wb') if pcap else None
        if self.pc:
            self.pc.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 2048, 1))
        self.high, self.lastack, self.port = 0, -1, None

    def _open(self, ifname):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)     # SO_RCVBUFFORCE
        s.bind((ifname, 0))
        s.settimeout(0.2)
        return s

    def run(self):
        while not self.stop_ev.is_set():
            try:
                p = self.sock.recv(2048)
            except socket.timeout:
                continue
            except OSError:
                return
            now = time.monotonic()
            if self.pc:
                t = time.time()
                self.pc.write(struct.pack('<IIII', int(t), int(t % 1 * 1e6), len(p), len(p)) + p)
            try:
                self.see(p, now)
            except (IndexError, struct.error):
                pass

    def see(self, p, now):
        if p[12:14] != b'\x08\x00' or (p[20] & 0x1f) or p[21]:     # not IPv4 / not a first fragment
            return
        c, from_srv = self.c, p[26:30] == self.srv
        if p[23] == 1:
            if from_srv and p[34] == 3:
                c['icmp_unreach_from_server'] += 1
            return
        if p[23] != 17:
            return
        ihl = (p[14] & 15) * 4
        sp, dp = struct.unpack_from('!HH', p, 14 + ihl)
        if {sp, dp} & {67, 68}:
            c['dhcp_from_device' if dp == 67 else 'dhcp_from_server'] += 1
            return
        o = 14 + ihl + 8
        op, n = struct.unpack_from('!HH', p, o)
        if not from_srv:
            if op == 1:
                c['rrq'] += 1
                self.high, self.lastack = 0, -1
            elif op == 2:
                c['wrq'] += 1
            elif op == 4:
                c['ack'] += 1
                c['ack_dup'] += n == self.lastack
                self.lastack = n
            elif op == 5:
                c['error_from_device'] += 1
        elif op == 3:
            c['data'] += 1
            d = (n - self.high) & 0xffff
            if 0 < d < 0x8000:
                if self.last_new is not None and self.high:
                    self.max_gap = max(self.max_gap, now - self.last_new)
                self.last_new, self.high = now, n
            else:
                c['data_dup'] += 1
        elif op == 6:
            c['oack'] += 1
            self.oack = [x.decode('latin1') for x in p[o + 2:].split(b'\0')[:16] if x]
        elif op == 5:
            c['error_from_server'] += 1


class Console:
    """U-Boot's serial console on QEMU's stdio."""

    def __init__(self, argv, log):
        self.p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, start_new_session=True)
        os.set_blocking(self.p.stdout.fileno(), False)
        self.buf, self.log, self.seq = '', log, 0
        CLEAN.append(self.close)

    def close(self):
        if self.p.poll() is None:
            os.killpg(self.p.pid, signal.SIGKILL)
        self.p.wait()

    def pump(self, secs):
        r, _, _ = select.select([self.p.stdout], [], [], secs)
        if r:
            d = self.p.stdout.read()
            if not d:
                raise RuntimeError('QEMU ended: ' + self.buf[-400:])
            d = d.decode('latin1')
            self.buf += d
            if self.log:
                self.log.write(d)
                self.log.flush()

    def wait(self, rx, secs, start=0):
        end, rx = time.monotonic() + secs, re.compile(rx, re.S | re.M)
        while True:
            m = rx.search(self.buf, start)
            if m:
                return m
            if time.monotonic() > end:
                return None
            self.pump(0.05)

    def send(self, s):
        self.p.stdin.write(s.encode())
        self.p.stdin.flush()

    def cmd(self, line, secs):
        """Run one U-Boot command; (exit status or None when out of time, its output, seconds)."""
        self.seq += 1
        start, t0 = len(self.buf), time.monotonic()
        self.send('%s; echo UBLAB%d_RC_$?\r' % (line, self.seq))
        m = self.wait(r'UBLAB%d_RC_(\d+)' % self.seq, secs, start)
        dt = time.monotonic() - t0
        out = self.buf[start:m.start() if m else None]
        out = out.split('\n', 1)[1] if '\n' in out else out        # less the echoed line
        if m:
            self.wait(self.prompt, 5, m.end())
        return (int(m.group(1)) if m else None), out.replace('\r', ''), dt


def server_usage(pids):
    cpu, hwm = 0.0, 0
    for pid in pids:
        try:
            f = open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()
            cpu += sum(map(int, f[11:15])) / os.sysconf('SC_CLK_TCK')    # with waited-for children
            hwm += int(re.search(r'VmHWM:\s+(\d+)', open('/proc/%d/status' % pid).read()).group(1))
        except (OSError, AttributeError):
            pass
    return round(cpu, 2), hwm


def make_file(path, size, seed):
    import random
    rnd, crc = random.Random(seed), 0
    with open(path, 'wb') as f:
        while size:
            b = rnd.randbytes(min(size, 1 << 20))
            crc = zlib.crc32(b, crc)
            f.write(b)
            size -= len(b)
    return crc


def args_parse():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--preset', choices=sorted(PEERS))
    a.add_argument('--board', choices=sorted(BOARDS), default='qemu_arm',
                   help='qemu_arm (default; virtio-net or e1000), maltael (MIPS; pcnet, which itself drops a frame now and then), qemu_arm64')
    a.add_argument('--nic', help='QEMU NIC model (default: the first that works on the board)')
    a.add_argument('--size', type=int, default=13370296, help='bytes of random file made (default: the thread\'s 13370296)')
    a.add_argument('--use-file', help='serve this file in place of a made one')
    a.add_argument('--file', default='recovery.bin', help='its name on the server')
    a.add_argument('--ask', help='name the device asks for, when not --file (wrong case, model\'s own recovery name, ...)')
    a.add_argument('--root', help='existing TFTP root (default: a fresh one holding the file and nothing else)')
    m = a.add_mutually_exclusive_group()
    m.add_argument('--dhcp', action='store_true', help='device gets address and server from DHCP (default when the preset has DHCP, and for a command)')
    m.add_argument('--static', action='store_true', help='device address and serverip set by hand, no DHCP')
    m.add_argument('--auto', action='store_true', help='DHCP names the file too: U-Boot `dhcp ADDR` and nothing else')
    a.add_argument('--blksize', type=int, help='U-Boot tftpblocksize (its own default is 1468)')
    a.add_argument('--windowsize', type=int, help='U-Boot tftpwindowsize (default 1)')
    a.add_argument('--tftptimeout', type=int, help='U-Boot tftptimeout in ms (default 5000, least 1000)')
    a.add_argument('--retries', type=int, help='U-Boot tftptimeoutcountmax (default 10)')
    a.add_argument('--loss-down', type=float, default=0, help='%% of server->device frames dropped')
    a.add_argument('--loss-up', type=float, default=0, help='%% of device->server frames dropped')
    a.add_argument('--loss', type=float, help='%% both ways')
    a.add_argument('--every-down', type=int, default=0, help='drop exactly every Nth server->device frame')
    a.add_argument('--every-up', type=int, default=0, help='drop exactly every Nth device->server frame')
    a.add_argument('--loss-what', choices=['transfer', 'tftp', 'udp', 'all'], default='tftp',
                   help='which frames loss applies to: tftp = UDP but not ports 67/68 (default); transfer = the same '
                   'without the first request, which only the device can repeat (not with netwire); udp; '
                   'all = ARP and ICMP too')
    a.add_argument('--delay', type=float, default=0, help='netwire: one-way delay in ms')
    a.add_argument('--dup', type=float, default=0, help='netwire: %% of frames sent twice, both ways')
    a.add_argument('--reorder', type=float, default=0, help='netwire: %% of frames held back behind the next, both ways')
    a.add_argument('--corrupt', type=float, default=0, help='netwire: %% of frames with one payload bit flipped, both ways')
    a.add_argument('--seed', type=int, help='netwire: seed; loss is then repeatable')
    a.add_argument('--link-late', type=float, default=0, help='the device\'s link comes up this many seconds after it starts asking')
    a.add_argument('--server-ip', default='192.168.77.1')
    a.add_argument('--device-ip', default='192.168.77.100', help='for --static')
    a.add_argument('--no-wait', action='store_true', help='start the device without waiting for UDP port 69 to be bound')
    a.add_argument('--server-wait', type=float, default=15)
    a.add_argument('--repeat', type=int, default=1, help='transfers in the one boot; each prints its own JSON line')
    a.add_argument('--timeout', type=float, default=300, help='seconds for one transfer')
    a.add_argument('--console-log', help='file for the serial console')
    a.add_argument('--server-log', help='file for the server\'s output')
    a.add_argument('--pcap', help='file for the frames seen at the server\'s end')
    a.add_argument('--keep', action='store_true', help='keep the work folder')
    a.add_argument('--extra', action='append', default=[], help='extra U-Boot command before the transfer')
    a.add_argument('-v', '--verbose', action='store_true')
    a.add_argument('server', nargs=argparse.REMAINDER)
    return a.parse_args()


def main():
    o = args_parse()
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, on_signal)
    atexit.register(cleanup)
    argv = o.server[1:] if o.server[:1] == ['--'] else o.server
    if bool(argv) == bool(o.preset):
        sys.exit('give either --preset or -- SERVER COMMAND')
    if os.geteuid() != 0:
        sys.exit('must be root (network namespaces)')
    has_dhcp = True
    if o.preset:
        argv, has_dhcp = peer_argv(o.preset, True), o.preset == 'dnsmasq'
    mode = 'static' if o.static else 'auto' if o.auto else 'dhcp' if o.dhcp or has_dhcp else 'static'
    if o.loss is not None:
        o.loss_down = o.loss_up = o.loss
    wire = bool(o.delay or o.dup or o.reorder or o.corrupt or o.seed is not None)
    if wire and o.loss_what == 'transfer':
        sys.exit('--loss-what transfer is not for netwire')
    b = BOARDS[o.board]
    nic = o.nic or b['nics'][0]

    work = tempfile.mkdtemp(prefix='ubootlab.')
    os.chmod(work, 0o755)
    if not o.keep:
        CLEAN.append(lambda: shutil.rmtree(work, ignore_errors=True))
    root = o.root or os.path.join(work, 'root')
    os.makedirs(root, exist_ok=True)
    os.chmod(root, 0o755)
    path = os.path.join(root, o.file)
    if o.use_file:
        if os.path.abspath(o.use_file) != os.path.abspath(path):
            shutil.copyfile(o.use_file, path)
        crc = zlib.crc32(open(path, 'rb').read())
        o.size = os.path.getsize(path)
    else:
        crc = make_file(path, o.size, 'uboot-lab')
    os.chmod(path, 0o644)

    # ---- network
    tag = 'ubl%d' % os.getpid()
    nss, nsd = tag + 's', tag + 'd'

    for ns in (nss, nsd):
        ns_add(ns)
    sh('ip', '-n', nss, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'up0', 'netns', nsd)
    in_netns(nss, lambda: ethtool_off('eth0'))
    in_netns(nsd, lambda: ethtool_off('up0'))
    ip_net = o.server_ip.rsplit('.', 1)[0]
    sh('ip', '-n', nss, 'addr', 'add', o.server_ip + '/24', 'brd', '+', 'dev', 'eth0')
    sh('ip', '-n', nss, 'link', 'set', 'eth0', 'up')
    sh('ip', '-n', nsd, 'tuntap', 'add', 'dev', 'tap0', 'mode', 'tap')
    if wire:
        nw = tool('netwire')
    else:
        sh('ip', '-n', nsd, 'link', 'add', 'br0', 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0', 'mcast_snooping', '0')
        for i in ('up0', 'tap0'):
            sh('ip', '-n', nsd, 'link', 'set', i, 'master', 'br0')
        sh('ip', '-n', nsd, 'link', 'set', 'br0', 'up')
    for i in ('up0', 'tap0'):
        sh('ip', '-n', nsd, 'link', 'set', i, 'up')

    def rules(dev, pct, every):
        sel = {'transfer': 'udp dport != { 67, 68, 69 }', 'tftp': 'udp dport != { 67, 68 }', 'udp': 'meta l4proto udp', 'all': ''}[o.loss_what]
        r = ''
        if pct:
            r += ' %s numgen random mod 100000 < %d counter drop\n' % (sel, round(pct * 1000))
        if every:
            r += ' %s numgen inc mod %d == %d counter drop\n' % (sel, every, every - 1)
        return ' chain %s_in {\n type filter hook ingress device "%s" priority 0; policy accept;\n%s }\n' % (dev, dev, r)
    if not wire:
        nft = 'table netdev lab {\n' + rules('up0', o.loss_down, o.every_down) + rules('tap0', o.loss_up, o.every_up) + '}\n'
        sh('ip', 'netns', 'exec', nsd, 'nft', '-f', '-', input=nft)

    def dropped():
        if wire:
            return None
        t = sh('ip', 'netns', 'exec', nsd, 'nft', 'list', 'table', 'netdev', 'lab', check=False).stdout
        d = {}
        for dev, body in re.findall(r'chain (\w+)_in \{(.*?)\n\t\}', t, re.S):
            d['down' if dev == 'up0' else 'up'] = sum(map(int, re.findall(r'counter packets (\d+)', body)))
        return d

    # ---- server under test
    argv = fill(argv, {'ip': o.server_ip, 'if': 'eth0', 'mask': '255.255.255.0', 'net': ip_net + '.0', 'root': root, 'file': o.file,
                       'client_ip': o.device_ip, 'pool_lo': ip_net + '.100', 'pool_hi': ip_net + '.150', 'work': work})
    slog_path = o.server_log or os.path.join(work, 'server.log')
    slog = open(slog_path, 'wb')
    if shutil.which(argv[0]) is None:
        sys.exit('no such server command: ' + argv[0])
    srv = subprocess.Popen(['ip', 'netns', 'exec', nss] + argv, stdin=subprocess.DEVNULL, stdout=slog,
                           stderr=slog, start_new_session=True, cwd=work)

    def srv_stop():
        if srv.poll() is None:
            try:
                os.killpg(srv.pid, signal.SIGTERM)
                srv.wait(3)
            except (OSError, subprocess.TimeoutExpired):
                os.killpg(srv.pid, signal.SIGKILL)
        srv.wait()
    CLEAN.append(srv_stop)
    t0 = time.monotonic()
    if not o.no_wait and not wait_tftp(nss, srv, o.server_wait):
        print(json.dumps(dict(success=False, error='the server did not bind UDP port 69',
                              server_log=open(slog_path, errors='replace').read()[-1500:])))
        return 2
    server_start_s = round(time.monotonic() - t0, 2)

    sn = Sniffer(nsd, 'up0', o.server_ip, o.pcap)
    sn.start()
    CLEAN.append(lambda: (sn.stop_ev.set(), sn.join(2)))
    if wire:
        wargs = [nw, '-a', 'up0', '-b', 'tap0', '-d', str(o.delay), '-l', str(o.loss_down), '-L', str(o.loss_up),
                 '-D', str(o.dup), '-r', str(o.reorder), '-c', str(o.corrupt), '-s', str(o.seed or 1),
                 '-w', o.loss_what]
        nwp = subprocess.Popen(['ip', 'netns', 'exec', nsd] + wargs, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        CLEAN.append(lambda: (nwp.terminate(), nwp.wait()))

    # ---- device
    bios = b['bios']
    if b['swap']:              # QEMU's little-endian Malta byte-swaps each word of the BIOS: undo that
        import array
        d = open(bios, 'rb').read()
        w = array.array('I', d + b'\0' * (-len(d) % 4))
        w.byteswap()
        bios = os.path.join(work, 'bios.bin')
        with open(bios, 'wb') as f:
            f.write(w.tobytes().ljust(4 << 20, b'\xff'))
    log = open(o.console_log, 'w') if o.console_log else (sys.stderr if o.verbose else None)
    con = Console(['ip', 'netns', 'exec', nsd, b['qemu'], *b['args'], '-display', 'none', '-monitor', 'none',
                   '-serial', 'stdio', '-bios', bios, '-accel', 'tcg',
                   '-netdev', 'tap,id=n0,ifname=tap0,script=no,downscript=no',
                   '-device', '%s,netdev=n0,mac=52:54:00:12:34:56,romfile=' % nic], log)
    con.prompt = b['prompt']
    m = con.wait(r'Hit any key to stop autoboot|' + b['prompt'], 60)
    if m and 'Hit' in m.group(0):
        con.send('\r')
        m = con.wait(b['prompt'], 20)
    if not m:
        print(json.dumps(dict(success=False, error='U-Boot did not reach its prompt', console=con.buf[-800:])))
        return 2
    uver = re.search(r'U-Boot 20\S+', con.buf)
    uver = uver.group(0) if uver else re.search(r'U-Boot \S+', con.cmd('version', 10)[1]).group(0)

    env = ['setenv autoload no']
    for k, v in (('tftpblocksize', o.blksize), ('tftpwindowsize', o.windowsize), ('tftptimeout', o.tftptimeout),
                 ('tftptimeoutcountmax', o.retries)):
        if v is not None:
            env.append('setenv %s %d' % (k, v))
    if mode == 'static':
        env += ['setenv ipaddr ' + o.device_ip, 'setenv serverip ' + o.server_ip, 'setenv netmask 255.255.255.0']
    for e in env + o.extra:
        con.cmd(e, 20)
    if o.link_late:
        sh('ip', '-n', nsd, 'link', 'set', 'up0', 'down')
        threading.Timer(o.link_late, lambda: sh('ip', '-n', nsd, 'link', 'set', 'up0', 'up', check=False)).start()
    ok_all, dhcp = True, None
    if mode == 'dhcp':
        rc, out, dt = con.cmd('dhcp', 60)
        m = re.search(r'bound to address (\S+) \((\d+) ms\)', out)
        env_txt = con.cmd('printenv', 10)[1]
        ev = lambda k: (re.search(r'^%s=(.*)$' % k, env_txt, re.M) or [None, None])[1]
        dhcp = dict(ok=rc == 0 and bool(m), seconds=round(dt, 3), address=m and m.group(1), ms=m and int(m.group(2)),
                    serverip=ev('serverip'), bootfile=ev('bootfile'), gatewayip=ev('gatewayip'), broadcasts=out.count('BOOTP broadcast'))
        if not dhcp['ok']:
            print(json.dumps(dict(success=False, error='DHCP failed', dhcp=dhcp, console=con.buf[-800:], sniff=sn.c)))
            return 1
        if dhcp['serverip'] in (None, '0.0.0.0'):
            con.cmd('setenv serverip ' + o.server_ip, 10)
    for i in range(o.repeat):
        for k in sn.c:
            sn.c[k] = 0
        sn.max_gap, sn.last_new, sn.high = 0.0, None, 0
        if mode == 'auto':
            con.cmd('setenv autoload yes', 10)
            rc, out, dt = con.cmd('dhcp %#x' % b['addr'], o.timeout)
        else:
            rc, out, dt = con.cmd('tftpboot %#x %s' % (b['addr'], o.ask or o.file), o.timeout)
        timed_out = rc is None
        load = out.split('Loading: ', 1)[1] if 'Loading: ' in out else ''
        got = re.findall(r'Bytes transferred = (\d+)', out)
        got = int(got[-1]) if got else 0
        marks = re.sub(r'[a-zA-Z]{2,}.*', '', load)          # lines of text are not progress marks
        rate = re.search(r'([\d.]+) ([KMG]?i?B)/s', out)
        crc_dev = None
        if got and not timed_out:
            m = re.search(r'==> ([0-9a-f]{8})', con.cmd('crc32 %#x %#x' % (b['addr'], got), 120)[1])
            crc_dev = m and m.group(1)
        crc_ok = crc_dev == '%08x' % crc
        ok = rc == 0 and got == o.size and crc_ok
        ok_all &= ok
        if timed_out:                                        # ^C, so that a repeat starts at the prompt
            con.send('\x03')
            con.wait(b['prompt'], 10, len(con.buf))
        cpu, hwm = server_usage(ns_pids(nss))
        print(json.dumps(dict(
            success=ok, bytes=got, seconds=round(dt, 3), mib_s=round(got / dt / 2**20, 3) if got else 0,
            crc_ok=crc_ok, crc=crc_dev, crc_want='%08x' % crc, timeouts_T=len(re.findall(r'\bT ', load)),
            timeouts_before_data=len(re.findall(r'\bT ', load.split('#')[0])), hashes=marks.count('#'),
            checksum_bad=out.count('checksum bad'), restarts=out.count('starting again') + out.count('Starting again'),
            tftp_errors=re.findall(r"TFTP error: (.*)", out), invalid=re.findall(r'Invalid [^\n]*', out), timed_out=timed_out,
            uboot_rate=rate and rate.group(0), max_gap_s=round(sn.max_gap, 3), oack=sn.oack, sniff=dict(sn.c), dropped=dropped(),
            dhcp=dhcp, mode=mode, board=o.board, nic=nic, uboot=uver, run=i + 1, server=o.preset or argv[0],
            server_start_s=server_start_s, server_cpu_s=cpu, server_rss_kib=hwm,
            size=o.size, blksize=o.blksize, windowsize=o.windowsize, loss_down=o.loss_down, loss_up=o.loss_up,
            every_down=o.every_down, every_up=o.every_up, delay_ms=o.delay, dup=o.dup, reorder=o.reorder, corrupt=o.corrupt,
            seed=o.seed), separators=(',', ':')), flush=True)
    return 0 if ok_all else 1


if __name__ == '__main__':
    try:
        rc = main()
    except SystemExit:
        raise
    except Exception as e:
        print(json.dumps(dict(success=False, error='lab: %s: %s' % (type(e).__name__, e))))
        rc = 2
    cleanup()
    sys.exit(rc)
