"""The places of a trial: a PC and a device with a cable between them, in network namespaces of their own, and what can be done to the PC."""
import itertools, json, os, socket, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), 'lab', 'net'))
import common
from common import ethtool_off, in_netns, sh

COUNTER, LOCK = itertools.count(1), threading.Lock()


class Places:
    """`pc` with pc0, `device` with dev0; with a switch between them a third place with out0, whose cable is not in yet."""

    def __init__(self, switch=False, ipv6=False):
        with LOCK:
            self.name = 'udx%dn%d' % (os.getpid(), next(COUNTER))
        self.pc, self.device, self.switch, self.third = (self.name + x for x in 'pdst')
        self.removers, self.processes, self.stopping = [], [], False
        try:
            for ns in (self.pc, self.device) + ((self.switch, self.third) if switch else ()):
                self.add(ns)
            self.cables(switch)
            in_netns(self.pc, lambda: ethtool_off('pc0'))
            if ipv6:
                self.within(self.pc, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/pc0/disable_ipv6')
            sh('ip -n %s link set pc0 up' % self.pc)
        except BaseException:
            self.close()
            raise

    def add(self, ns):
        with LOCK:
            self.removers.append(common.ns_add(ns))

    def cables(self, switch):
        if not switch:
            sh('ip -n %s link add pc0 type veth peer name dev0 netns %s' % (self.pc, self.device))
            return
        sh('ip -n %s link add br0 type bridge forward_delay 0' % self.switch)
        for ns, name, port in ((self.pc, 'pc0', 'p1'), (self.device, 'dev0', 'p2'), (self.third, 'out0', 'p3')):
            sh('ip -n %s link add %s type veth peer name %s netns %s' % (ns, name, port, self.switch))
            sh('ip -n %s link set %s master br0 up' % (self.switch, port))
        sh('ip -n %s link set br0 up' % self.switch)

    def close(self):
        self.stopping = True
        for p in self.processes:
            if p.poll() is None:
                p.kill()
                p.wait()
        with LOCK:
            for remove in self.removers:
                if remove in common.CLEAN:
                    common.CLEAN.remove(remove)
        for remove in self.removers:
            remove()

    # -- doing things in there

    def within(self, ns, *argv, check=True):
        return sh('ip', 'netns', 'exec', ns, *argv, check=check).stdout

    def start(self, ns, *argv, **kw):
        """A process that ends with the trial."""
        p = subprocess.Popen(['ip', 'netns', 'exec', ns] + list(argv), stdin=subprocess.DEVNULL, **kw)
        self.processes.append(p)
        return p

    def ip(self, ns, line, check=True):
        return sh('ip -n %s %s' % (ns, line), check=check).stdout

    def nft(self, ns, rules):
        p = subprocess.run(['ip', 'netns', 'exec', ns, 'nft', '-f', '-'], input=rules, text=True, capture_output=True)
        if p.returncode:
            raise RuntimeError('nft: ' + p.stderr)

    def sniff(self, ns, adapter, found):
        """Calls `found(frame, outgoing)` for every frame until the trial is over."""
        def listen():
            common.netns_enter(ns)
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as raw:
                raw.bind((adapter, 0))
                raw.settimeout(0.3)
                while not self.stopping:
                    try:
                        frame, about = raw.recvfrom(2048)
                    except OSError:
                        continue
                    found(frame, about[2] == socket.PACKET_OUTGOING)
        threading.Thread(target=listen, daemon=True).start()

    # -- what a run must leave as it was

    def state(self):
        """Addresses, fixed neighbours and packet filter rules of the PC."""
        addresses = [(a['ifname'], i['local'], i['prefixlen']) for a in json.loads(self.ip(self.pc, '-j addr show')) for i in a.get('addr_info', [])]
        neighbors = [(n['dst'], n['dev'], n.get('lladdr')) for n in json.loads(self.ip(self.pc, '-j neigh show') or '[]') if 'PERMANENT' in n.get('state', [])]
        return dict(addresses=sorted(addresses), neighbors=sorted(neighbors), rules=self.within(self.pc, 'nft', 'list', 'ruleset'))
