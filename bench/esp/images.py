"""Images for the bench: whole ESP images with right checksums, made from a seed."""
import hashlib, random, struct, zlib


def code_like(n, seed, repeat=0.30):
    """Bytes that pack about as machine code does: random words, some of them seen before."""
    r = random.Random(seed)
    out = bytearray()
    while len(out) < n:
        if len(out) > 4096 and r.random() < repeat:
            k = r.randrange(8, 40); a = r.randrange(max(0, len(out) - 30000), len(out) - k); out += out[a:a + k]
        else:
            out += bytes(r.choice(b'\x00\x01\x02\x0c\x10\x20\x21\xf0\x3d\x28') if r.random() < 0.2 else r.randrange(256) for _ in range(16))
    return bytes(out[:n])


def esp8266(size, seed, mode=2):
    """One image of that size (a multiple of 16): code in flash, code and data in memory. 1 MiB, 40 MHz."""
    body = code_like(size - 48, seed)
    parts = [(0x40100000, 28672), (0x3FFE8000, 1024)]
    parts = parts + [(0x40201010, len(body) - 29696)] if len(body) > 30000 else [(0x40100000, len(body))]
    img = bytearray(struct.pack('<BBBBI', 0xE9, len(parts), mode, 0x20, 0x4010F000)); check = 0xEF; at = 0
    for load, n in parts:
        n -= n % 4; data = body[at:at + n]; at += n
        img += struct.pack('<II', load, n) + data
        for b in data: check ^= b
    img += bytes(15 - len(img) % 16) + bytes([check])
    return bytes(img)


def esp32_app(size, seed, chip=0, repeat=0.30):
    body = code_like(size - 80, seed, repeat); n = len(body) - len(body) % 4
    img = bytearray(struct.pack('<BBBBI', 0xE9, 1, 2, 0x2F, 0x40080000) + struct.pack('<BBBBHB', 0xEE, 0, 0, 0, chip, 0) + bytes(8) + b'\x01')
    img = img[:24] if len(img) >= 24 else img + bytes(24 - len(img)); img[23] = 1
    img += struct.pack('<II', 0x400D0020, n) + body[:n]; check = 0xEF
    for b in body[:n]: check ^= b
    img += bytes(15 - len(img) % 16) + bytes([check])
    return bytes(img + hashlib.sha256(img).digest())


def esp32_factory(flash, seed, repeat=0.30):
    """Boot loader at 0x1000, table at 0x8000, applications: 1.4 MB in 4 MiB."""
    img = bytearray(b'\xff' * flash)
    boot = esp32_app(0x6000, seed, 0, repeat); img[0x1000:0x1000 + len(boot)] = boot
    rows = [(1, 2, 0x9000, 0x5000, b'nvs'), (1, 0, 0xE000, 0x2000, b'otadata'), (0, 0x10, 0x10000, 0x140000, b'app0'), (0, 0x11, 0x150000, 0x140000, b'app1'), (1, 0x82, 0x290000, 0x160000, b'spiffs')]
    table = b''.join(struct.pack('<HBBII16sI', 0x50AA, t, s, o, n, name, 0) for t, s, o, n, name in rows)
    table += b'\xeb\xeb' + b'\xff' * 14 + hashlib.md5(table).digest()
    img[0x8000:0x8000 + len(table)] = table
    app = esp32_app(1376256, seed + 1, 0, repeat); img[0x10000:0x10000 + len(app)] = app
    return bytes(img)


if __name__ == '__main__':
    import sys
    a = esp8266(488 * 1024 - 4096, 1); b = esp32_factory(4 << 20, 2)
    print(len(a), len(b), len(zlib.compress(b, 9)), a.count(0xC0) + a.count(0xDB))
    open('typ1.bin', 'wb').write(a); open('typ4.bin', 'wb').write(b)
