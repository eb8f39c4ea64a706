"""
What can be wrong, one at a time: how it is made, which verdict is right, and which event is the evidence for it. An event is what the device, the
program's start or the bench tells: `rrq`, `arp`, `discover`, `announce`, `complete` … (cable.py's tell). Where the evidence is that nothing comes
(no carrier, a silent device) there is none, and no time is measured from it.
"""
import os, shutil, subprocess, sys, time
from dataclasses import dataclass, field

import wire


@dataclass
class Fault:
    name: str
    expect: str                                         # code; '' for a healthy run
    device: dict = field(default_factory=dict)          # plan of device.py; a function gets the trial
    line: dict = field(default_factory=dict)            # what the cable loses (cable.Line)
    before: tuple = ()                                  # done before the program starts
    on: dict = field(default_factory=dict)              # event: what is done then
    evidence: tuple = ()                                # (event, how manieth) …; all of them
    timed: bool = True
    switch: bool = False
    dhcp: bool = False                                  # the program gives addresses, too
    folder: bool = False                                # --root in place of an image
    size: tuple = (200_000, 600_000)
    cap: float = 45
    healthy: bool = False
    info: str = ''                                      # a note that must be there
    networks: list = None
    needs: int = 1
    programs: tuple = ()                                # from apt; without them the fault is not made

    def codes(self):
        return {self.expect} if self.expect else set()

    def is_right(self, kept):
        if 'trouble' in kept:
            return False
        if self.healthy:
            return not kept['ranking'] and not kept['came'] and kept['exit'] == 0 and (not self.info or self.info in kept['infos'])
        return kept['ranking'][:1] == [self.expect]


def drop(rule, hook='input', family='inet'):
    return lambda t: t.places.nft(t.places.pc, 'table %s bench {\n chain c {\n type filter hook %s priority 0\n %s drop\n }\n}\n' % (family, hook, rule))


def iptables(program):
    return lambda t: t.places.within(t.places.pc, program, '-A', 'INPUT', '-p', 'udp', '--dport', '69', '-j', 'DROP')


def ufw(t):
    """As `ufw enable` leaves it, with its files in a folder of the trial's own."""
    root = os.path.join(t.work, 'ufw')
    for part in ('etc/ufw', 'etc/default/ufw', 'lib/ufw'):
        os.makedirs(os.path.dirname(os.path.join(root, part)), exist_ok=True)
        (shutil.copytree if os.path.isdir('/' + part) else shutil.copy)('/' + part, os.path.join(root, part))
    t.places.within(t.places.pc, 'ufw', '--rootdir=' + root, '--force', 'enable')


BUS = """<busconfig><type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/><allow receive_type="signal"/>
<allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>"""


def firewalld(t):
    """As it starts on Fedora and RHEL: zone public, nothing but ssh and DHCP of its own. On a message bus of its own, in the trial's namespace."""
    bus = os.path.join(t.work, 'bus')
    with open(bus + '.conf', 'w') as config:
        config.write(BUS % bus)
    environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS='unix:path=' + bus)
    t.places.start(t.places.pc, 'dbus-daemon', '--nofork', '--config-file=' + bus + '.conf', stderr=subprocess.DEVNULL)
    t.wait(lambda: os.path.exists(bus), 5)
    t.places.start(t.places.pc, 'firewalld', '--nofork', '--nopid', '--log-target=console', env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    t.wait(lambda: 'filter_IN_public' in t.places.within(t.places.pc, 'nft', 'list', 'ruleset'), 20)


def another_host(t):
    """An address of the same network that nobody has."""
    return t.ours.rsplit('.', 1)[0] + '.%d' % t.dice.randrange(240, 250)


def lose_address(t):
    """As a network manager does it that has just seen the link rise."""
    time.sleep(0.6)
    t.places.ip(t.places.pc, 'addr del %s/24 dev pc0' % t.ours)
    t.happened('address-removed')


def hold_port(port):
    def hold(t):
        code = "import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('',%d)); print('held',flush=True); time.sleep(300)" % port
        t.places.start(t.places.pc, sys.executable, '-c', code, stdout=subprocess.PIPE, text=True).stdout.readline()
    return hold


def dnsmasq(t, ns, adapter, address, first, *more):
    t.places.start(ns, 'dnsmasq', '-k', '-C', '/dev/null', '--port=0', '--user=root', '--pid-file', '--leasefile-ro', '--log-facility=/dev/null', '--no-ping',
                   '--interface=' + adapter, '--except-interface=lo', '--dhcp-range=%s,%s,1h' % (first, first.rsplit('.', 1)[0] + '.229'), *more)
    t.wait(lambda: ':0043 ' in t.places.within(ns, 'cat', '/proc/net/udp'), 5)


def virtual_machines(t):
    """A dnsmasq as virtual machines have it: it holds port 67 for an adapter of its own."""
    t.places.ip(t.places.pc, 'link add virbr0 type veth peer name guest0')
    t.places.ip(t.places.pc, 'addr add 192.168.122.1/24 dev virbr0')
    t.places.ip(t.places.pc, 'link set virbr0 up')
    dnsmasq(t, t.places.pc, 'virbr0', '192.168.122.1', '192.168.122.200')


def home_router(t, cable_in=True):
    third, base = t.places.third, t.ours.rsplit('.', 1)[0]
    t.places.ip(third, 'addr add %s.253/24 dev out0' % base)
    if cable_in:
        t.places.ip(third, 'link set out0 up')
    t.places.sniff(third, 'out0', lambda frame, outgoing: outgoing and isinstance(p := wire.parse(frame), wire.Udp) and p.sport == 67 and t.happened('rogue-answers'))
    dnsmasq(t, third, 'out0', base + '.253', base + '.220', '--bind-dynamic')


def plug_in(t):
    t.places.ip(t.places.third, 'link set out0 up')


def twin(t, cable_in=True):
    """Another PC with our address; it announces itself when its link rises."""
    third = t.places.third
    t.places.within(third, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/out0/arp_notify')
    t.places.ip(third, 'addr add %s/24 dev out0' % t.ours)
    t.places.sniff(third, 'out0', lambda frame, outgoing: outgoing and isinstance(p := wire.parse(frame), wire.Arp) and p.sender == t.ours and t.happened('twin-speaks'))
    if cable_in:
        t.places.ip(third, 'link set out0 up')


def wifi(t):
    pc = t.places.pc
    t.places.ip(pc, 'link add wifi0 type veth peer name air0')
    t.places.ip(pc, 'addr add %s/24 dev wifi0' % another_host(t))
    t.places.ip(pc, 'link set air0 up')
    t.places.ip(pc, 'link set wifi0 up')


NOISE = '''
import socket, struct, time
joined = None
for n in range(200):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mine = socket.inet_aton(%r)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, mine)
    for group, port, text in (('224.0.0.251', 5353, bytes(12)), ('239.255.255.250', 1900, b'M-SEARCH * HTTP/1.1\\r\\n\\r\\n')):
        try:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + mine)
            s.sendto(text, (group, port))
        except OSError:
            pass
    time.sleep(0.2)
    s.close()
'''


def noise(t):
    t.places.start(t.places.pc, sys.executable, '-c', NOISE % t.ours, stderr=subprocess.DEVNULL)


def middle(t):
    return t.dice.randrange(t.blocks() // 5, t.blocks() * 4 // 5)


def boot_mode(t):
    return t.dice.choice(['dhcp', 'bootp'])


def asked_elsewhere(t):
    return another_host(t) if t.dice.random() < .5 else t.dice.choice(['192.168.7.66', '10.0.0.2', '192.168.88.10'])


MANY = (450_000, 600_000)                               # enough blocks that one in twenty is some
RRQ, RRQ2, LOADED = ('rrq', 1), ('rrq', 2), ('complete', 1)

FAULTS = [
    Fault('cable-out', 'no-carrier', dict(kind='off')),
    Fault('link-flaps', 'link-flapping', dict(flaps=5, bounce=False), evidence=(('flap', 5),)),
    Fault('link-flaps-loading', 'link-flapping', dict(flaps=5, bounce=False, flaps_late=True, pace=0.03), evidence=(('flap', 5),), size=MANY),
    Fault('address-taken-away', 'address-lost', dict(bounce=False, thinks=(2, 3)), on={'link-up': (lose_address,)}, evidence=(('address-removed', 1),)),
    Fault('wan', 'wrong-socket', dict(kind='wan', wan=True), evidence=(('udhcpc', 1),)),
    Fault('wan-dhcp', 'wrong-socket', dict(kind='wan', wan=True), dhcp=True, evidence=(('udhcpc', 1),)),
    Fault('boots', 'booted-normally', dict(kind='lan'), evidence=(('announce', 1),)),
    Fault('boots-dhcp', 'booted-normally', dict(kind='lan'), dhcp=True, evidence=(('announce', 1),)),
    Fault('silent', 'nothing-heard', dict(kind='silent')),
    Fault('other-address', 'address-wanted', dict(server=asked_elsewhere), evidence=(('arp', 1),)),
    Fault('arp-replies-dropped', 'no-request', before=(drop('arp operation reply', 'output', 'arp'),), evidence=(('arp', 2),)),
    Fault('arp-replies-ignored', 'no-request', dict(arp='deaf'), evidence=(('arp', 2),)),
    Fault('arp-once', 'no-request', dict(arp='once')),
    Fault('drop-69', 'firewall', before=(drop('udp dport 69'),), evidence=(RRQ,)),
    Fault('drop-67', 'firewall', dict(dhcp=boot_mode), before=(drop('udp dport 67'),), evidence=(('discover', 1),)),
    Fault('drop-high', 'firewall', before=(drop('udp dport 1024-65535'),), evidence=(('ack', 1),)),
    Fault('iptables', 'firewall', before=(iptables('iptables-nft'),), evidence=(RRQ,), programs=('iptables-nft',)),
    Fault('iptables-legacy', 'firewall', before=(iptables('iptables-legacy'),), evidence=(RRQ,), programs=('iptables-legacy',)),
    Fault('ufw', 'firewall', before=(ufw,), evidence=(RRQ,), programs=('ufw',)),
    Fault('firewalld', 'firewall', before=(firewalld,), evidence=(RRQ,), programs=('firewalld', 'dbus-daemon')),
    Fault('drop-output', 'firewall', before=(drop('oifname "pc0" meta l4proto udp', 'output'),), evidence=(RRQ,)),
    Fault('port-69-held', 'port-taken', before=(hold_port(69),), evidence=(('running', 1),)),
    Fault('port-67-held', 'port-taken', dhcp=True, before=(hold_port(67),), evidence=(('running', 1),)),
    Fault('port-67-dnsmasq', 'port-taken', dhcp=True, before=(virtual_machines,), evidence=(('running', 1),)),
    Fault('other-name', 'name-not-found', dict(file='ArcherC7v3_tp_recovery.bin'), folder=True, evidence=(RRQ,)),
    Fault('answers-lost', 'answers-lost', line=dict(answers=True), evidence=(('timeout', 1),)),
    Fault('asks-without-options', 'options-refused', dict(options='asks-again'), evidence=(RRQ2,)),
    Fault('error-8', 'options-refused', dict(options='error-8'), evidence=(('options-refused', 1),)),
    Fault('loss-to-device', 'line-loss', line={'to': .05}, evidence=(LOADED,), size=MANY),
    Fault('loss-from-device', 'line-loss', line={'from': .05}, evidence=(LOADED,), size=MANY),
    Fault('loss-both', 'line-loss', line={'to': .05, 'from': .05}, evidence=(LOADED,), size=MANY),
    Fault('loss-17th', 'line-loss', line=dict(period=17), evidence=(LOADED,), size=MANY),
    Fault('same-block', 'same-block', dict(lives=2), line=dict(block=middle), evidence=(('starting-again', 2),), cap=75),
    Fault('slow-flash', 'slow-flash', dict(slow=lambda t: [65536, t.dice.uniform(.8, 1.2), t.dice.uniform(.3, .45)]), evidence=(('late', 3),), size=MANY),
    Fault('ten-time-outs', 'lives-used-up', line=dict(burst=[12, 6]), evidence=(('starting-again', 1), ('request-passed', 2)), size=MANY, cap=120),
    Fault('refuses-image', 'image-refused', dict(after='refuse'), evidence=(RRQ2,)),
    Fault('offer-ignored', 'offer-not-taken', dict(dhcp=boot_mode, take='none'), evidence=(('discover', 3),)),
    Fault('dhcp-server-there', 'other-dhcp-server', dict(dhcp='dhcp'), before=(home_router,), switch=True, evidence=(('rogue-answers', 1),)),
    Fault('dhcp-server-later', 'other-dhcp-server', dict(dhcp='dhcp', take='other', broadcast=lambda t: t.dice.random() < .5), switch=True,
          before=(lambda t: home_router(t, False),), on={'link-up': (plug_in,)}, evidence=(('foreign-dhcp-request', 1),)),
    Fault('twin-there', 'address-duplicate', before=(twin,), switch=True, evidence=(('twin-speaks', 1),)),
    Fault('twin-later', 'address-duplicate', before=(lambda t: twin(t, False),), on={'link-up': (plug_in,)}, switch=True, evidence=(('twin-speaks', 1),)),
    Fault('second-adapter', 'address-elsewhere', before=(wifi,), evidence=(('running', 1),)),
    Fault('reboots', 'device-rebooted', dict(reboot_at=middle), evidence=(RRQ2,)),
    Fault('dies', 'device-silent', dict(die_at=middle)),
    Fault('writes-long', 'still-writing', dict(after='silent'), evidence=(LOADED,)),
    Fault('multicast', '', dict(pace=0.01), on={'serving': (noise,)}, healthy=True, info='multicast-noise', cap=60),
]

HEALTHY = [
    Fault('healthy', '', healthy=True, cap=60),
    Fault('healthy-dhcp', '', dict(dhcp='dhcp'), healthy=True, cap=60),
    Fault('healthy-bootp', '', dict(dhcp='bootp'), healthy=True, cap=60),
    Fault('healthy-switch', '', switch=True, dhcp=True, healthy=True, cap=60),
    Fault('healthy-slow', '', dict(pace=0.012), dhcp=True, healthy=True, cap=60),
    Fault('healthy-two-files', '', dict(another='rootfs.bin'), healthy=True, cap=60),
]


def by_name(name):
    return next(f for f in FAULTS + HEALTHY if f.name == name)
