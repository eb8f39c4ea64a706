"""
A boot loader's network recovery, as U-Boot 1.1.3 to v2020.07 does it (net/net.c, net/tftp.c, net/bootp.c): ARP every 5 s, five times; TFTP with
`timeout 5 blksize 1468`, 5 s a time-out and ten of them for the whole file; repeats of the last block are ignored without an ACK; blocks are
stored in any order. Its times are real, since what a server does about them depends on them.
"""
import struct, time

import wire
from cable import tell

TIMEOUT, LIVES, ARP_TRIES, START_AGAIN = 5.0, 10, 5, 10.0


class Again(Exception):
    """It starts again, after a pause (s)."""

    def __init__(self, pause=0.0):
        super().__init__()
        self.pause = pause


class Loader:
    """
    `plan`: mac, ip, server, file, and how it misbehaves: `arp` deaf|once, `options` asks-again|error-8, `lives`, `slow` [bytes, first, growth] (s),
    `pace` (s a block), `reboot_at`, `die_at` (blocks), `dhcp` dhcp|bootp, `take` first|none|other, `broadcast` (flag).
    """

    def __init__(self, nic, plan, dice):
        self.nic, self.plan, self.dice = nic, plan, dice
        self.mac = nic.mac = wire.mac(plan['mac'])
        self.ip, self.server, self.file = plan.get('ip', '0.0.0.0'), plan.get('server'), plan.get('file')
        self.server_mac, self.waiting, self.plain = None, [], False
        self.ident = dice.randrange(65536)

    def load(self):
        """Asks until it has a file: its content. Raises Again when it reboots; never comes back when it is dead."""
        while True:
            try:
                if self.plan.get('dhcp'):
                    self.ask_address()
                self.resolve()
                return self.fetch()
            except Again as again:
                if again.pause < 0:
                    raise
                self.sleep(again.pause)

    # -- packets

    def send(self, sport, dport, data, to=None):
        self.ident += 1
        self.nic.send(wire.udp(to or self.server_mac, self.mac, self.ip, self.server if to is None else '255.255.255.255', sport, dport, data, self.ident))

    def next(self, until):
        """The next packet for it; it answers ARP for its own address meanwhile, as U-Boot does while its network runs."""
        while True:
            packet = self.waiting.pop(0) if self.waiting else self.nic.receive(until)
            if isinstance(packet, wire.Arp) and packet.operation == wire.REQUEST and packet.target == self.ip != '0.0.0.0':
                self.nic.send(wire.arp(wire.REPLY, self.mac, self.ip, packet.mac, packet.sender))
            elif not (isinstance(packet, wire.Arp) and packet.operation == wire.REQUEST):
                return packet

    def sleep(self, seconds):
        """The processor is busy elsewhere; the network chip keeps eight frames."""
        time.sleep(seconds)
        self.waiting += self.nic.drop_waiting(8)

    def forever(self):
        while True:
            time.sleep(60)

    # -- ARP

    def resolve(self):
        self.server_mac = None
        for n in range(ARP_TRIES):
            tell('arp', target=self.server)
            self.nic.send(wire.arp(wire.REQUEST, self.mac, self.ip, wire.NOBODY, self.server))
            until = time.monotonic() + TIMEOUT
            if self.plan.get('arp') == 'once':
                self.forever()
            while packet := self.next(until):
                if isinstance(packet, wire.Arp) and packet.operation == wire.REPLY and packet.sender == self.server and self.plan.get('arp') != 'deaf':
                    self.server_mac = packet.mac
                    return
        raise Again(START_AGAIN)

    # -- DHCP and BOOTP

    def ask_address(self):
        kind, wait, asked = self.plan['dhcp'], self.dice.uniform(3, 5), 0
        while True:
            asked += 1
            xid = self.dice.getrandbits(32)
            options = None if kind == 'bootp' else [(53, bytes([wire.DISCOVER])), (57, b'\x02\x40'), (55, bytes([1, 3, 6, 12, 17]))]
            self.broadcast_dhcp(xid, options, asked)
            tell('discover')
            if self.collect(xid, kind, time.monotonic() + wait):
                return

    def broadcast_dhcp(self, xid, options, secs=0, client='0.0.0.0'):
        message = wire.dhcp(xid, self.mac, options, client=client, secs=secs, flags=0x8000 if self.plan.get('broadcast') else 0)
        self.ident += 1
        self.nic.send(wire.udp(wire.EVERYONE, self.mac, client, '255.255.255.255', 68, 67, message, self.ident))

    def collect(self, xid, kind, until):
        take, asked = self.plan.get('take', 'first'), None
        while packet := self.next(until):
            if not isinstance(packet, wire.Udp) or packet.dport != 68 or (reply := wire.read_dhcp(packet.data)) is None or reply.op != 2 or reply.xid != xid:
                continue
            tell('offer', server=packet.source, type=(reply.options.get(53) or b'\0')[0])
            # `other`: of two servers it takes the one that is not the bench's.
            if take == 'none' or take == 'other' and packet.source == self.plan['bench']:
                continue
            if kind == 'dhcp' and asked is None:
                asked = reply
                chosen = [(53, bytes([wire.DHCPREQUEST])), (50, wire.ip(reply.your)), (54, reply.options.get(54, wire.ip(packet.source))), (55, bytes([1, 3, 6, 12, 17]))]
                self.broadcast_dhcp(xid, chosen, client=reply.your)          # with the offered address as sender, as U-Boot 1.1.3
                tell('dhcp-request', server=packet.source)
                continue
            if kind == 'bootp' or reply.options.get(53) == bytes([wire.DHCPACK]):
                self.ip, self.server = reply.your, reply.server if reply.server != '0.0.0.0' else packet.source
                self.file = reply.file or 'C0A8%02X%02X.img' % tuple(wire.ip(self.ip)[2:])
                return True
        return False

    # -- TFTP

    def fetch(self):
        port = 1024 + int(time.time() * 1000) % 3072
        request = wire.tftp(wire.RRQ, self.file, 'octet') + (b'' if self.plain else b'timeout\0005\0blksize\0001468\0')
        state = Transfer(port, 512)
        state.last_packet, state.last_port = request, 69
        self.send(port, 69, request)
        tell('rrq', name=self.file, plain=self.plain)
        until = time.monotonic() + TIMEOUT
        while True:
            packet = self.next(until)
            if packet is None:
                self.time_out(state)
                until = time.monotonic() + TIMEOUT
            elif isinstance(packet, wire.Udp) and packet.dport == port and packet.source == self.server and len(packet.data) >= 4:
                if state.server_port not in (None, packet.sport):
                    continue
                if self.take(state, packet):
                    until = time.monotonic() + TIMEOUT
                if state.done:
                    tell('complete', bytes=sum(map(len, state.blocks.values())), timeouts=state.timeouts)
                    return b''.join(state.blocks[n] for n in sorted(state.blocks))

    def time_out(self, state):
        state.timeouts += 1
        tell('timeout', count=state.timeouts, block=state.last)
        if state.timeouts > self.plan.get('lives', LIVES):
            tell('starting-again')
            raise Again(0)                              # "Retry count exceeded; starting again"
        self.send(state.port, state.last_port, state.last_packet)

    def acknowledge(self, state, number):
        state.last_packet, state.last_port = wire.tftp(wire.ACK, number), state.server_port
        self.send(state.port, state.server_port, state.last_packet)
        tell('ack') if number < 2 else None

    def take(self, state, packet):
        """What to do with a packet of the server; whether the time-out begins anew."""
        opcode, number = struct.unpack('!HH', packet.data[:4])
        if opcode == wire.OACK and state.last == 0:
            state.server_port = packet.sport
            return self.agree(state, packet.data[2:].split(b'\0'))
        if opcode == wire.ERROR:
            tell('error', number=number, text=packet.data[4:].split(b'\0')[0].decode('latin-1'))
            raise Again(START_AGAIN)
        if opcode != wire.DATA or number == state.last:
            return False                                # "Same block again; ignore it."
        if state.last == 0 and number != 1:
            raise Again(0)                              # "First block is not block 1"
        state.server_port, state.last = packet.sport, number
        state.blocks[number - 1] = packet.data[4:]      # fewer than 65,536 blocks
        self.misbehave(state, number)
        self.acknowledge(state, number)
        state.done = len(packet.data) - 4 < state.size
        return True

    def agree(self, state, words):
        options = dict(zip((w.lower() for w in words[0::2]), words[1::2]))
        trouble = self.plan.get('options')
        if trouble == 'error-8':
            self.send(state.port, state.server_port, wire.tftp(wire.ERROR, 8, 'Invalid timeout val'))
            tell('options-refused')
            raise Again(self.dice.uniform(0.5, 2))
        if trouble == 'asks-again' and not self.plain:
            self.plain = True
            raise Again(self.dice.uniform(0.05, 1))
        state.size = int(options.get(b'blksize', b'512'))
        self.acknowledge(state, 0)
        return True

    def misbehave(self, state, number):
        plan = self.plan
        if number == plan.get('die_at'):
            tell('dies', block=number)
            self.forever()
        if number == plan.get('reboot_at'):
            del plan['reboot_at']
            tell('reboots', block=number)
            raise Again(-1)
        if 'pace' in plan:
            time.sleep(plan['pace'])
        if 'slow' in plan:
            every, pause, growth = plan['slow']
            if number % max(1, every // state.size) == 0 and number > state.erased:
                state.erased = number
                late = min(pause + growth * state.pauses, 4)
                state.pauses += 1
                time.sleep(late)
                self.waiting += self.nic.drop_waiting(8)
                tell('late', seconds=late, block=number)


class Transfer:
    def __init__(self, port, size):
        self.port, self.size, self.server_port = port, size, None
        self.last, self.erased, self.timeouts, self.pauses, self.done, self.blocks = 0, 0, 0, 0, False, {}
        self.last_packet, self.last_port = b'', 69
