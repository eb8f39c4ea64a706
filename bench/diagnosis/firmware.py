"""A router's firmware as the cable sees it when it has started: in a LAN socket (bridge, DHCP server, announcements) or in the WAN socket (udhcpc)."""
import time

import wire
from cable import tell


class Firmware:
    """`plan`: mac, lan (its address), wan (cable in the WAN socket), openwrt, lldp, ipv6, hostname."""

    def __init__(self, nic, plan, dice):
        self.nic, self.plan, self.dice = nic, plan, dice
        self.mac = nic.mac = wire.mac(plan['firmware_mac'])
        self.ip = '0.0.0.0' if plan.get('wan') else plan['lan']
        self.xid, self.lease, self.gives = 0, None, False

    def run(self):
        """Announces itself, then answers for ever."""
        if self.plan.get('ipv6', True):
            self.nic.send(wire.multicast_listener(self.mac))
            self.nic.send(wire.address_taken(self.mac))
        self.pause(self.dice.uniform(0.1, 0.6))
        tell('firmware')
        self.wan() if self.plan.get('wan') else self.lan()

    def pause(self, seconds):
        until = time.monotonic() + seconds
        while packet := self.nic.receive(until):
            self.answer(packet)

    def lan(self):
        announce = lambda: self.nic.send(wire.arp(wire.REQUEST, self.mac, self.ip, wire.NOBODY, self.ip))
        announce()
        tell('announce')
        if self.plan.get('openwrt'):                    # its dnsmasq looks for other DHCP servers before it starts (/etc/init.d/dnsmasq, dhcp_check)
            self.pause(self.dice.uniform(0.2, 0.8))
            self.discover()
        self.gives = True
        while True:
            if self.plan.get('ipv6', True):
                self.nic.send(wire.router_advertisement(self.mac))
            if self.plan.get('lldp'):
                self.nic.send(wire.lldp(self.mac, self.plan['hostname']))
            self.pause(self.dice.uniform(4, 9))
            announce()

    def wan(self):
        if self.plan.get('ipv6', True):
            self.nic.send(wire.router_solicitation(self.mac))
        while self.lease is None:                       # udhcpc: three questions 3 s apart, then 20 s of rest
            for _ in range(3):
                self.discover()
                self.pause(3)
                if self.lease:
                    break
            else:
                self.pause(20)
        while True:
            self.pause(self.dice.uniform(5, 10))
            self.nic.send(wire.arp(wire.REQUEST, self.mac, self.ip, wire.NOBODY, self.ip))

    def discover(self):
        self.xid = self.dice.getrandbits(32)
        self.ask([(53, bytes([wire.DISCOVER]))])
        tell('udhcpc')

    def ask(self, first):
        options = first + [(61, b'\x01' + self.mac), (57, b'\x02\x40'), (55, bytes([1, 3, 6, 12, 15, 28, 42, 121])), (60, b'udhcp 1.36.1'), (12, self.plan['hostname'].encode())]
        self.nic.send(wire.udp(wire.EVERYONE, self.mac, '0.0.0.0', '255.255.255.255', 68, 67, wire.dhcp(self.xid, self.mac, options)))

    def answer(self, packet):
        if isinstance(packet, wire.Arp):
            if packet.operation == wire.REQUEST and packet.target == self.ip != '0.0.0.0':
                self.nic.send(wire.arp(wire.REPLY, self.mac, self.ip, packet.mac, packet.sender))
        elif packet.dport == 67 and self.gives:
            self.serve(packet)
        elif packet.dport == 68 and self.plan.get('wan') and (reply := wire.read_dhcp(packet.data)) and reply.op == 2 and reply.xid == self.xid:
            kind = (reply.options.get(53) or b'\0')[0]
            if kind == wire.OFFER:
                self.ask([(53, bytes([wire.DHCPREQUEST])), (50, wire.ip(reply.your)), (54, reply.options.get(54, wire.ip(packet.source)))])
            elif kind == wire.DHCPACK:
                self.lease = self.ip = reply.your
                tell('leased', address=self.ip)

    def serve(self, packet):
        """It is a DHCP server, too."""
        asked = wire.read_dhcp(packet.data)
        if asked is None or asked.op != 1 or asked.options.get(53) != bytes([wire.DISCOVER]):
            return
        self.pause(0.05)
        network = self.ip.rsplit('.', 1)[0]
        options = [(53, bytes([wire.OFFER])), (54, wire.ip(self.ip)), (51, b'\0\0\xa8\xc0'), (1, wire.ip('255.255.255.0')), (3, wire.ip(self.ip)), (6, wire.ip(self.ip))]
        message = wire.dhcp(asked.xid, packet.data[28:34], options, op=2, your=network + '.143', server=self.ip, flags=int.from_bytes(packet.data[10:12], 'big'))
        self.nic.send(wire.udp(wire.EVERYONE, self.mac, self.ip, '255.255.255.255', 67, 68, message))
        tell('offers')
