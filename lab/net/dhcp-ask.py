#!/usr/bin/env python3
"""dhcp-ask.py - asks for an address as a boot loader does and prints every answer, field by field, one JSON line each.

  dhcp-ask.py INTERFACE [--bootp] [--no-broadcast] [--mac 52:54:00:aa:bb:cc] [--xid 77000001] [--seconds 5] [--all]

Sends DISCOVER (or a BOOTP request) from 0.0.0.0 in the network namespace it runs in, again after 250 ms, 500 ms, ... as U-Boot does,
until the first answer came (--all: listens until the time is over). `ms` counts from the first packet. It asks for no lease: a DISCOVER
alone changes nothing. Needs root. Exit code 1 when nothing answered.
"""
import argparse, json, select, socket, struct, sys, time

OPTIONS = {1: 'subnet_mask', 3: 'router', 6: 'dns', 15: 'domain', 28: 'broadcast', 51: 'lease_time', 52: 'overload', 53: 'type', 54: 'server_id',
           58: 'renew_time', 59: 'rebind_time', 66: 'tftp_server_name', 67: 'boot_file'}
ADDRESSES, NUMBERS, TEXTS = (1, 3, 6, 28, 54), (51, 52, 53, 58, 59), (15, 66, 67)


def checksum(b):
    s = sum(struct.unpack('!%dH' % (len(b) // 2), b))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff


def ask(mac, xid, bootp, broadcast):
    p = struct.pack('!BBBBIHH', 1, 1, 6, 0, xid, 0, 0x8000 if broadcast else 0) + bytes(16) + mac.ljust(16, b'\0') + bytes(192)
    p += bytes.fromhex('63825363')
    if not bootp:
        p += bytes([53, 1, 1, 57, 2, 2, 64, 55, 7, 1, 3, 28, 51, 54, 66, 67])
    p = (p + b'\xff').ljust(300, b'\0')
    udp = struct.pack('!HHHH', 68, 67, 8 + len(p), 0) + p
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes(4), b'\xff' * 4)
    return b'\xff' * 6 + mac + b'\x08\0' + ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:] + udp


def answer(frame, xid):
    """The reply in a frame as a dict; None when it is none of ours."""
    if frame[12:14] != b'\x08\0' or len(frame) < 42 or frame[23] != 17:
        return None
    o = 14 + (frame[14] & 15) * 4
    b = frame[o + 8:o + struct.unpack_from('!H', frame, o + 4)[0]]
    if struct.unpack_from('!HH', frame, o) != (67, 68) or len(b) < 240 or struct.unpack_from('!I', b, 4)[0] != xid:
        return None
    ip = lambda at: socket.inet_ntoa(b[at:at + 4])
    text = lambda x: x.split(b'\0')[0].decode('latin1')
    r = dict(to_mac=frame[:6].hex(':'), to_ip=socket.inet_ntoa(frame[30:34]), length=len(b), op=b[0], htype=b[1], hlen=b[2], hops=b[3], xid=xid,
             flags=struct.unpack_from('!H', b, 10)[0], ciaddr=ip(12), yiaddr=ip(16), siaddr=ip(20), giaddr=ip(24), chaddr=b[28:34].hex(':'),
             sname=text(b[44:108]), file=text(b[108:236]), cookie=b[236:240].hex(), options={}, pads_before_end=0, end=False)
    i = 240
    while i < len(b):
        if b[i] == 255:
            r['end'] = True
            break
        if b[i] == 0:
            r['pads_before_end'] += 1
            i += 1
            continue
        v = b[i + 2:i + 2 + b[i + 1]] if i + 1 < len(b) else b''
        r['options'][OPTIONS.get(b[i], str(b[i]))] = (
            ','.join(socket.inet_ntoa(v[k:k + 4]) for k in range(0, len(v) - 3, 4)) if b[i] in ADDRESSES else
            int.from_bytes(v, 'big') if b[i] in NUMBERS else text(v) if b[i] in TEXTS else v.hex())
        i += 2 + len(v)
    return r


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('interface')
    a.add_argument('--bootp', action='store_true')
    a.add_argument('--no-broadcast', action='store_true', help='leave the broadcast flag out')
    a.add_argument('--mac', default='52:54:00:aa:bb:cc')
    a.add_argument('--xid', default='77000001', help='hex')
    a.add_argument('--seconds', type=float, default=5)
    a.add_argument('--all', action='store_true')
    o = a.parse_args()
    xid = int(o.xid, 16)
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((o.interface, 0))
    packet = ask(bytes.fromhex(o.mac.replace(':', '')), xid, o.bootp, not o.no_broadcast)
    start = time.monotonic()
    again, pause, answers = start, 0.25, 0
    while time.monotonic() - start < o.seconds and (o.all or not answers):
        now = time.monotonic()
        if not answers and now >= again:
            s.send(packet)
            again, pause = now + pause, pause * 2
        if select.select([s], [], [], 0.01)[0]:
            r = answer(s.recv(2048), xid)
            if r:
                answers += 1
                print(json.dumps(dict(ms=round((time.monotonic() - start) * 1000, 2), **r)), flush=True)
    return 0 if answers else 1


if __name__ == '__main__':
    sys.exit(main())
