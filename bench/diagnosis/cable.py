"""The device's end of the cable: its link, its frames, and what the cable loses of them."""
import fcntl, json, select, socket, struct, sys, threading, time

import wire

IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS = 1, 0x8913, 0x8914


def tell(what, **more):
    """One line for the bench: what happened and when (seconds since 1970)."""
    sys.stdout.write(json.dumps(dict(at=time.time(), what=what, **more)) + '\n')
    sys.stdout.flush()


class Line:
    """
    What gets lost, by a plan: `to` and `from` (shares, to and from the device), `period` (every n-th frame of both), `answers` (every UDP frame
    to the device), `block` (DATA of that number), `burst` [after so many DATA, seconds]: again and again nothing passes.
    """

    def __init__(self, plan, dice):
        self.plan, self.dice, self.count, self.passed, self.dark, self.muted = plan, dice, 0, set(), 0.0, False
        self.lost = {'to': 0, 'from': 0}

    def loses(self, frame, way):
        gone = self.decide(frame, way)
        if gone:
            self.lost[way] += 1
            if self.lost[way] <= 400:
                tell('lost', way=way)
        return gone

    def decide(self, frame, way):
        plan, packet = self.plan, wire.parse(frame)
        if self.muted or packet is None:
            return self.muted
        is_udp = isinstance(packet, wire.Udp)
        is_data = way == 'to' and is_udp and packet.data[:2] == b'\0\x03'
        if self.dice.random() < plan.get(way, 0):
            return True
        if is_udp and 'period' in plan:
            self.count += 1
            if self.count % plan['period'] == 0:
                return True
        if plan.get('answers') and way == 'to' and is_udp:
            return True
        if is_data and struct.unpack('!H', packet.data[2:4])[0] == plan.get('block'):
            return True
        if 'burst' in plan and is_udp:
            every, seconds = plan['burst']
            if time.monotonic() < self.dark:
                return True
            if way == 'from' and packet.dport == 69:
                self.passed = set()
                tell('request-passed')
            elif is_data:
                self.passed.add(packet.data[2:4])
                if len(self.passed) >= every:
                    self.passed, self.dark = set(), time.monotonic() + seconds
        return False


class Nic:
    """An adapter by raw frames. Times are those of time.monotonic."""

    def __init__(self, name, line):
        self.name, self.line, self.mac = name, line, wire.NOBODY
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.raw.bind((name, 0))
        self.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.lock = threading.Lock()

    def link(self, up, quiet=False):
        """Raises the carrier at the other end, or lets it fall."""
        with self.lock:
            request = struct.pack('16sh', self.name.encode(), 0) + b'\0' * 22
            flags = struct.unpack('16sh', fcntl.ioctl(self.control, SIOCGIFFLAGS, request)[:18])[1]
            flags = flags | IFF_UP if up else flags & ~IFF_UP
            fcntl.ioctl(self.control, SIOCSIFFLAGS, struct.pack('16sh', self.name.encode(), flags) + b'\0' * 22)
        if not quiet:
            tell('link-up' if up else 'link-down')
        self.raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)         # "the network is down" would be told at the next frame

    def send(self, frame):
        if self.line.loses(frame, 'from'):
            return
        try:
            self.raw.send(frame)
        except OSError:
            pass                                        # the link is down

    def receive(self, until):
        """The next ARP or UDP packet that the cable lets through, and None when the time is over."""
        while True:
            left = until - time.monotonic()
            if not select.select([self.raw], [], [], max(0, left))[0]:
                return None
            try:
                frame, (_, _, kind, _, _) = self.raw.recvfrom(2048)
            except OSError:
                continue                                # said once when the link goes down
            if kind == socket.PACKET_OUTGOING or frame[:6] not in (self.mac, wire.EVERYONE) or self.line.loses(frame, 'to'):
                continue
            packet = wire.parse(frame)
            if packet is not None:
                return packet

    def drop_waiting(self, keep):
        """What came while the processor did not look: a network chip holds a few frames."""
        kept = []
        while True:
            packet = self.receive(time.monotonic())
            if packet is None:
                return kept
            if len(kept) < keep:
                kept.append(packet)
