"""What the scripts of this lab share: where the tools and the peers are, network namespaces, waiting for a server."""
import ctypes, fcntl, os, shlex, shutil, signal, socket, struct, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
PRODUCTS = os.environ.get('UNBRICK_LAB') or os.path.join(REPO, 'artifacts', 'lab')   # what make and get-peers.sh put together
os.environ['PATH'] += ':/usr/local/sbin:/usr/sbin:/sbin'                              # not on every user's PATH
CLEAN, LOCK = [], threading.RLock()        # a signal may come while the main thread cleans up


def tool(name):
    path = os.path.join(PRODUCTS, name)
    if not os.path.exists(path):
        sys.exit('%s is not built: run `make -C %s`' % (name, HERE))
    return path


def peer(name):
    """A peer's program: unpacked by get-peers.sh, else the installed one."""
    aside = {'tftpd-hpa': 'in.tftpd', 'atftpd': 'atftpd'}.get(name)
    if aside and os.path.exists(os.path.join(PRODUCTS, 'peers', name, 'usr/sbin', aside)):
        return os.path.join(PRODUCTS, 'peers', name, 'usr/sbin', aside)
    path = shutil.which(aside or name)
    if name == 'tftpd-hpa' and path and 'atftpd' in os.path.realpath(path):           # Debian's atftpd calls itself in.tftpd, too
        path = None
    return path or name


PEERS = {   # TFTP alone; the words in braces are replaced
    'tftpd-hpa': [peer('tftpd-hpa'), '--foreground', '--secure', '--user', 'root', '--address', '{ip}:69', '{root}'],
    'atftpd': [peer('atftpd'), '--daemon', '--no-fork', '--user', 'root.root', '--maxthread', '1000', '--logfile', '/dev/null', '{root}'],
    'dnsmasq': [peer('dnsmasq'), '-k', '-C', '/dev/null', '--log-facility=-', '--port=0', '--user=root', '--pid-file', '--enable-tftp',
                '--tftp-root={root}', '--tftp-max=2000'],
}
DNSMASQ_DHCP = ['--interface={if}', '--bind-interfaces', '--dhcp-range={pool_lo},{pool_hi},1h', '--leasefile-ro', '--dhcp-boot={file}']


def peer_argv(name, dhcp):
    return PEERS[name] + (DNSMASQ_DHCP if name == 'dnsmasq' and dhcp else [])


def fill(argv, words):
    for k, v in words.items():
        argv = [x.replace('{%s}' % k, v) for x in argv]
    return argv


def cleanup(*_):
    with LOCK:
        while CLEAN:
            try:
                CLEAN.pop()()
            except Exception as e:                      # keep going
                print('clean-up:', e, file=sys.stderr)


def on_signal(*_):
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    cleanup()
    os._exit(2)


def sh(*argv, check=True, **kw):
    """Runs a command: its words, or all of them in one string."""
    return subprocess.run(shlex.split(argv[0]) if len(argv) == 1 else argv, check=check, capture_output=True, text=True, **kw)


def netns_enter(name):
    """Puts the calling THREAD into netns `name` (setns works per thread)."""
    fd = os.open('/run/netns/' + name, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), 'setns ' + name)
    os.close(fd)


def in_netns(name, fn):
    out = {}

    def body():
        try:
            netns_enter(name)
            out['v'] = fn()
        except BaseException as e:
            out['e'] = e
    t = threading.Thread(target=body)
    t.start()
    t.join()
    if 'e' in out:
        raise out['e']
    return out['v']


def ethtool_off(ifname):
    """tx checksum, scatter/gather, TSO/GSO off, so that every frame on the wire is complete."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for cmd in (0x17, 0x19, 0x1f, 0x24, 0x2c):          # STXCSUM SSG STSO SGSO SGRO
        val = ctypes.create_string_buffer(struct.pack('II', cmd, 0))
        ifr = struct.pack('16sP', ifname.encode(), ctypes.addressof(val))
        try:
            fcntl.ioctl(s, 0x8946, ifr)                 # SIOCETHTOOL
        except OSError:
            pass
    s.close()


def ns_pids(ns):
    return [int(x) for x in sh('ip netns pids ' + ns, check=False).stdout.split() if int(x) != os.getpid()]


def ns_kill(ns):
    """Ends what runs inside a namespace of ours, and nothing else."""
    for pid in ns_pids(ns):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def ns_add(ns):
    sh('ip netns add ' + ns)

    def remove():
        ns_kill(ns)
        time.sleep(0.05)
        sh('ip netns del ' + ns, check=False)
    CLEAN.append(remove)
    sh('ip -n %s link set lo up' % ns)
    sh('ip', 'netns', 'exec', ns, 'sh', '-c', 'for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done', check=False)
    return remove


def serves_tftp(ns):
    """UDP port 69 is bound inside the namespace."""
    out = sh('ip', 'netns', 'exec', ns, 'cat', '/proc/net/udp', '/proc/net/udp6', check=False).stdout
    return any(len(f) > 1 and f[1].endswith(':0045') for f in (line.split() for line in out.splitlines()))


def wait_tftp(ns, process, seconds=20):
    """True when UDP 69 is bound; False when the server ended or the time is over."""
    end = time.monotonic() + seconds
    while not serves_tftp(ns):
        if time.monotonic() > end or process.poll() is not None and not ns_pids(ns):
            return False
        time.sleep(0.05)
    return True
