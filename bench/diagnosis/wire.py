"""Frames as they are on the cable: Ethernet, ARP (RFC 826), IPv4/UDP, DHCP/BOOTP (RFC 951, 2131), ICMPv6 (RFC 4861, 3810) and LLDP. Python 3 stdlib."""
import socket, struct
from collections import namedtuple

EVERYONE = b'\xff' * 6
NOBODY = b'\0' * 6
ARP, IPV4, IPV6, LLDP = 0x0806, 0x0800, 0x86dd, 0x88cc
REQUEST, REPLY = 1, 2                                  # ARP
RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)         # TFTP
DISCOVER, OFFER, DHCPREQUEST, DECLINE, DHCPACK = range(1, 6)

Arp = namedtuple('Arp', 'operation mac sender target')
Udp = namedtuple('Udp', 'mac source destination sport dport data')


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def show(address):
    return ':'.join('%02x' % b for b in address)


def ip(text):
    return socket.inet_aton(text)


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(to, source, kind, payload):
    """A frame without its check sequence, filled up to the least length."""
    return (to + source + struct.pack('!H', kind) + payload).ljust(60, b'\0')


def arp(operation, source, sender, target_mac, target):
    """A request goes to everyone, a reply to the one who asked."""
    body = struct.pack('!HHBBH', 1, IPV4, 6, 4, operation) + source + ip(sender) + target_mac + ip(target)
    return ethernet(EVERYONE if operation == REQUEST else target_mac, source, ARP, body)


def udp(to, source, sender, target, sport, dport, data, ident=0):
    length = 8 + len(data)
    pseudo = ip(sender) + ip(target) + struct.pack('!BBH', 0, 17, length)
    head = struct.pack('!HHHH', sport, dport, length, 0)
    head = struct.pack('!HHHH', sport, dport, length, checksum(pseudo + head + data) or 0xffff)
    outer = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + length, ident & 0xffff, 0, 64, 17, 0, ip(sender), ip(target))
    outer = outer[:10] + struct.pack('!H', checksum(outer)) + outer[12:]
    return ethernet(to, source, IPV4, outer + head + data)


def parse(frame):
    """An Arp or a Udp (no fragments), or None. Checksums are not looked at: the cable is a pair of virtual adapters."""
    if len(frame) < 14:
        return None
    kind = struct.unpack('!H', frame[12:14])[0]
    if kind == ARP and len(frame) >= 42:
        operation = struct.unpack('!H', frame[20:22])[0]
        return Arp(operation, frame[22:28], socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42]))
    if kind != IPV4 or len(frame) < 42 or frame[14] >> 4 != 4 or frame[23] != 17 or struct.unpack('!H', frame[20:22])[0] & 0x1fff:
        return None
    at = 14 + (frame[14] & 15) * 4
    if len(frame) < at + 8:
        return None
    sport, dport, length, _ = struct.unpack('!HHHH', frame[at:at + 8])
    return Udp(frame[6:12], socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34]), sport, dport, frame[at + 8:at + length])


def tftp(opcode, *parts):
    """Numbers become 16 bits, texts end with NUL."""
    return struct.pack('!H', opcode) + b''.join(struct.pack('!H', p & 0xffff) if isinstance(p, int) else p if isinstance(p, bytes) else p.encode() + b'\0' for p in parts)


def dhcp(xid, mac_address, options, client='0.0.0.0', flags=0, op=1, your='0.0.0.0', server='0.0.0.0', secs=0, file=b''):
    """A DHCP message; with `options` None a BOOTP request."""
    head = struct.pack('!BBBBIHH', op, 1, 6, 0, xid, secs, flags) + ip(client) + ip(your) + ip(server) + ip('0.0.0.0')
    body = head + mac_address.ljust(16, b'\0') + b''.ljust(64, b'\0') + file.ljust(128, b'\0')
    if options is None:
        return body.ljust(300, b'\0')
    packed = b'\x63\x82\x53\x63' + b''.join(bytes([code, len(value)]) + value for code, value in options) + b'\xff'
    return (body + packed).ljust(300, b'\0')


Reply = namedtuple('Reply', 'op xid your server file options')


def read_dhcp(data):
    """A message's fields, or None; of options given twice the last."""
    if len(data) < 236:
        return None
    options, at = {}, 240
    if data[236:240] == b'\x63\x82\x53\x63':
        while at < len(data) and data[at] != 255:
            if data[at] == 0:
                at += 1
                continue
            if at + 1 >= len(data):
                break
            options[data[at]] = data[at + 2:at + 2 + data[at + 1]]
            at += 2 + data[at + 1]
    return Reply(data[0], struct.unpack('!I', data[4:8])[0], socket.inet_ntoa(data[16:20]), socket.inet_ntoa(data[20:24]),
                 data[108:236].split(b'\0')[0].decode('latin-1'), options)


def link_local(source):
    """The address of RFC 4291, appendix A."""
    return b'\xfe\x80' + b'\0' * 6 + bytes([source[0] ^ 2]) + source[1:3] + b'\xff\xfe' + source[3:]


def icmp6(source, sender, target, body, router_alert=False):
    """An ICMPv6 message to a multicast address; checksum at its usual place."""
    pseudo = sender + target + struct.pack('!IHBB', len(body), 0, 0, 58)
    body = body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:]
    extra = bytes([58, 0, 5, 2, 0, 0, 1, 0]) if router_alert else b''
    head = struct.pack('!IHBB', 6 << 28, len(extra) + len(body), 0 if router_alert else 58, 1 if router_alert else 255)
    return ethernet(b'\x33\x33' + target[12:], source, IPV6, head + sender + target + extra + body)


def group(text):
    return socket.inet_pton(socket.AF_INET6, text)


def solicited(address):
    return group('ff02::1:ff00:0')[:13] + address[13:]


def multicast_listener(source):
    """MLDv2: joins the group of its own address."""
    record = struct.pack('!BBH', 4, 0, 0) + solicited(link_local(source))
    return icmp6(source, b'\0' * 16, group('ff02::16'), struct.pack('!BBHHH', 143, 0, 0, 0, 1) + record, router_alert=True)


def address_taken(source):
    """Neighbour solicitation for its own address (RFC 4862)."""
    own = link_local(source)
    return icmp6(source, b'\0' * 16, solicited(own), struct.pack('!BBHI', 135, 0, 0, 0) + own)


def router_solicitation(source):
    return icmp6(source, link_local(source), group('ff02::2'), struct.pack('!BBHI', 133, 0, 0, 0) + b'\x01\x01' + source)


def router_advertisement(source):
    return icmp6(source, link_local(source), group('ff02::1'), struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 1800, 0, 0) + b'\x01\x01' + source)


def lldp(source, name):
    tlv = lambda kind, value: struct.pack('!H', kind << 9 | len(value)) + value
    body = tlv(1, b'\x04' + source) + tlv(2, b'\x07lan1') + tlv(3, struct.pack('!H', 120)) + tlv(5, name.encode()) + tlv(0, b'')
    return ethernet(mac('01:80:c2:00:00:0e'), source, LLDP, body)
