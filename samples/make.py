#!/usr/bin/env python3
"""Makes the samples that no packer of others made, and enters them into golden.json. Every byte of them is made here.

    samples/make.py        # writes the folders named in FORMATS, leaves the others alone
"""
import hashlib, json, lzma, pathlib, struct, zlib

HERE = pathlib.Path(__file__).parent
entries = []


def noise(length, seed):
    """Bytes that look like code: the same for the same seed."""
    out, state = bytearray(), hashlib.sha256(seed.encode()).digest()
    while len(out) < length:
        out += state
        state = hashlib.sha256(state).digest()
    return bytes(out[:length])


def text(length, seed):
    words = [b"boot", b"flash", b"kernel", b"init", b"ethernet", b"0x%04x" % len(seed), b"ready", b"\n"]
    out, i = bytearray(), 0
    while len(out) < length:
        i = (i * 5 + len(seed) + 1) % 8191
        out += words[i % len(words)] + b" "
    return bytes(out[:length])


def save(name, form, data, fields=None, why=None, of=None, ctx=None):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    entry = {"file": name, "format": form, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
             "valid": "bad" if why else "ok", "by": "twin" if of else "spec"}
    if fields:
        entry["fields"] = fields
    if why:
        entry["why"] = why
    if of:
        entry["of"] = of
    if ctx:
        entry["ctx"] = ctx
    entries.append(entry)


def twin(of, what, data, why, form=None):
    save(of[:-4] + f".{what}.bin", form or of.split("/")[0], bytes(data), why=why, of=of)


def put(data, at, piece):
    data = bytearray(data)
    data[at:at + len(piece)] = piece
    return bytes(data)


def flip(data, at):
    return put(data, at, bytes([data[at] ^ 0x10]))


def crc16(data, crc):
    for b in data:
        crc ^= b << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x8005 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def fip():
    bl31, bl33 = noise(0x700, "bl31"), b"U-Boot 2023.07 (Jan 02 2024 - 03:04:05 +0000)\0" + noise(0x900, "bl33")
    uuids = [bytes.fromhex("47d4086d4cfe98469b952950cbbd5a00"), bytes.fromhex("d6d0eea7fcead54b97829934f234b6e4")]
    at, table, body = 16 + 3 * 40, b"", b""
    for uuid, image in zip(uuids, (bl31, bl33)):
        table += uuid + struct.pack("<QQQ", at + len(body), len(image), 0)
        body += image
    table += bytes(16) + struct.pack("<QQQ", at + len(body), 0, 0)
    good = struct.pack("<IIQ", 0xAA640001, 0x12345678, 0) + table + body
    save("fip/bl31-uboot.bin", "fip", good, {"images": ["soc-fw", "nt-fw"]})
    twin("fip/bl31-uboot.bin", "magic", flip(good, 2), "magic")
    twin("fip/bl31-uboot.bin", "truncated", good[:-0x400], "truncated")
    twin("fip/bl31-uboot.bin", "offset", put(good, 32, struct.pack("<Q", 8)), "offset-range")
    twin("fip/bl31-uboot.bin", "no-terminator", good[:96], "no-terminator")


def gfh(code, load, flash, arm64=True):
    """Headers, code and hash as u-boot's mkimage writes them."""
    head = 0x38 + 0xC + 0x64 + 0x214 + 0x14 + 0x30
    total = head + len(code) + 32
    info = b"MMM\x01" + struct.pack("<HH", 0x38, 0) + b"FILE_INFO\0\0\0" + struct.pack(
        "<IHBBIIIIIII", 1, 1, flash, 1, load - head, total, total + 0x600, head, 32, head, 1)
    info += b"MMM\x01" + struct.pack("<HHI", 0xC, 1, 1)
    config = bytearray(b"MMM\x03" + struct.pack("<HHII", 0x64, 7, 0x1190 if arm64 else 0x190, 0) + bytes(0x64 - 16))
    config[0x55] = 0x64 if arm64 else 0
    config[0x58:0x5C] = struct.pack("<I", 5000)
    rest = b"MMM\x01" + struct.pack("<HH", 0x214, 3) + bytes(0x20C)
    rest += b"MMM\x01" + struct.pack("<HHIII", 0x14, 2, 0, 0x10, 0x80)
    rest += b"MMM\x01" + struct.pack("<HHI", 0x30, 8, 3) + bytes(0x24)
    image = info + bytes(config) + rest
    assert len(image) == head, (len(image), head)
    image += code
    return image + hashlib.sha256(image).digest()


def generic(name, kind, image):
    head = (name + bytes(12))[:12] + struct.pack("<II", 1, 0x200)
    head = head.ljust(0x200, b"\xff")
    layout = b"BRLYT\0\0\0" + struct.pack("<IIIIIIII", 1, 0x600, 0x600 + len(image), 0x42424242, kind, 0x600, 0x600 + len(image), 0)
    return head + layout.ljust(0x400, b"\xff") + image


def mtk_brom():
    code = noise(0x900, "bl2") + b"NOTICE:  BL2: v2.10(release)\0"
    head = b"SPINAND!" + struct.pack("<II", 1, 0x10) + struct.pack("<II", 2048, 64) + bytes.fromhex("40000c000000203001000000ff000000")
    head = head.ljust(0x4E, b"\0")
    head += struct.pack("<H", crc16(head, 0x4F4E))
    spim = head.ljust(2048, b"\xff") + gfh(code, 0x201000, 2)
    save("mtk-brom/spim-nand.bin", "mtk-brom/spim-nand", spim, {"page_size": 2048, "arch": "arm64", "entry": "0x201000"})
    twin("mtk-brom/spim-nand.bin", "sha256", flip(spim, 0xC00), "sha256")
    twin("mtk-brom/spim-nand.bin", "header-crc", flip(spim, 0x14), "header-crc")
    twin("mtk-brom/spim-nand.bin", "truncated", spim[:-64], "truncated")
    twin("mtk-brom/spim-nand.bin", "magic", flip(spim, 0), "magic")
    save("mtk-brom/spi-nor.bin", "mtk-brom/spi-nor", generic(b"SF_BOOT", 0x10007, gfh(code, 0x201000, 5)), {"arch": "arm64"})
    emmc = generic(b"EMMC_BOOT", 0x10005, gfh(code, 0x201000, 5, arm64=False))
    save("mtk-brom/emmc-arm.bin", "mtk-brom/emmc", emmc, {"arch": "arm"})
    twin("mtk-brom/emmc-arm.bin", "no-gfh", put(emmc, 0x600, bytes(16)), "structure")
    ctx = {"expect_arch": "arm64"}
    save("mtk-brom/emmc-arm.on-arm64.bin", "mtk-brom/emmc", emmc, why="wrong-arch", of="mtk-brom/emmc-arm.bin", ctx=ctx)


def lzma_raw(data):
    alone = lzma.compress(data, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return alone[:5], alone[13:]  # liblzma writes no size and an end marker


def bootloader():
    def code(start, words, length):
        body = bytearray(noise(length, words))
        body[:len(start)] = start
        body[0x800:0x800 + len(words)] = words.encode() + b"\0"
        return bytes(body[:length])

    ralink = "U-Boot 1.1.3 (May 11 2020 - 10:41:20)\0Ralink UBoot Version: 5.0.0.0\n"
    save("bootloader/ralink.bin", "bootloader/ralink-u-boot", code(bytes.fromhex("ff000010"), ralink, 0x3000), {"version": "1.1.3"})
    breed = "Breed 1.2 (r1338)\0hackpascal@gmail.com"
    save("bootloader/breed.bin", "bootloader/breed", code(bytes.fromhex("ff000010"), breed, 0x2000), {"version": "1.2"})
    atheros = bytearray(b"\xff" * 0x20000)
    atheros[:0x6000] = code(bytes.fromhex("100000ff"), "U-Boot 1.1.4 (Aug 12 2014 - 10:21:33)", 0x6000)
    atheros[0x1FC00:0x1FC06] = bytes.fromhex("02aabbccddee")
    save("bootloader/tplink-with-mac.bin", "bootloader/u-boot", bytes(atheros), {"macs": {"0x1fc00": "02:aa:bb:cc:dd:ee"}, "version": "1.1.4"})
    save("bootloader/ralink.too-large.bin", "bootloader/ralink-u-boot", code(bytes.fromhex("ff000010"), ralink, 0x3000), why="too-large",
         of="bootloader/ralink.bin", ctx={"partition_size": 0x2000})
    boot = code(bytes.fromhex("100000ff"), "U-Boot 1.1.3 (Nov 20 2015 - 09:23:12)", 0x6000).ljust(0x20000, b"\xff")
    inner = (HERE / "tplink-v3/archer-mr200-sysupgrade.bin").read_bytes()
    save("tplink-recovery-raw/archer-mr200.bin", "tplink-recovery-raw", boot + inner, {"boot_len": 0x20000})


def eva():
    plain = text(9000, "kernel")
    head, packed = lzma_raw(plain)
    record = struct.pack("<IIII", 0x075A0201, len(packed), len(plain), zlib.crc32(packed)) + head + bytes(3) + packed
    load, length = 0x94000000, 24 + len(packed)
    assert length == len(record)
    total = -(length + load + sum(record)) & 0xFFFFFFFF
    good = struct.pack("<III", 0xFEED1281, length, load) + record + struct.pack("<III", total, 0, 0x942C2000)
    save("avm-eva/kernel.bin", "avm-eva", good, {"load": "0x94000000", "entry": "0x942c2000", "plain_size": 9000})
    twin("avm-eva/kernel.bin", "data-crc", flip(good, 0x60), "data-crc")
    twin("avm-eva/kernel.bin", "checksum", flip(good, len(good) - 12), "checksum")
    twin("avm-eva/kernel.bin", "truncated", good[:-50], "truncated")
    twin("avm-eva/kernel.bin", "magic", flip(good, 0), "magic")


def shrs():
    body = noise(0x1230, "shrs")
    head = b"SHRS" + struct.pack(">II", len(body) - 5, len(body)) + noise(16, "salt") + noise(128, "hashes") + hashlib.sha512(body).digest()
    head += bytes(512) + noise(1024, "rsa")
    good = head + body + b"\0\0\0\0\x30"
    save("dlink-shrs/dir-882.bin", "dlink-shrs", good, {"encrypted": True, "signed": True, "plain_size": len(body) - 5})
    twin("dlink-shrs/dir-882.bin", "payload", flip(good, 0x900), "hash-mismatch")
    twin("dlink-shrs/dir-882.bin", "truncated", good[:-600], "truncated")
    twin("dlink-shrs/dir-882.bin", "size", put(good, 4, struct.pack(">I", 7)), "size")
    twin("dlink-shrs/dir-882.bin", "magic", flip(good, 0), "magic")


def jboot_sum(data):
    total = 0
    for i in range(0, len(data) - 1, 2):
        total += data[i] | data[i + 1] << 8
        total = (total & 0xFFFF) + (total >> 16)
    if len(data) % 2:
        total = total + data[-1] - 0xFF & 0xFFFFFFFF
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def jboot():
    kernel, rootfs = noise(0x1235, "jboot-kernel"), b"hsqs" + noise(0xB00, "jboot-rootfs")
    place = 0x10000
    sch2 = struct.pack("<HBBIIIIIII", 0x2124, 3, 2, 0x80000000, len(kernel), zlib.crc32(kernel), 0x80000000,
                       place + 56 + len(kernel), len(rootfs), zlib.crc32(rootfs))
    sch2 += struct.pack("<I", zlib.crc32(sch2 + struct.pack("<IHH", 0, 40, 0))) + struct.pack("<HH", 40, 0)
    tag = struct.pack("<BBHIIH", 4, 4, 0x2B24, 0x0C3B2A19, 40 + len(kernel), jboot_sum(sch2 + kernel))
    flash = tag + struct.pack("<H", ~jboot_sum(tag) & 0xFFFF) + sch2 + kernel + rootfs
    save("dlink-stag/dwr-921.bin", "dlink-stag", flash, {"load": "0x80000000", "comp": "lzma"})
    save("dlink-stag/dwr-921.factory-mark.bin", "dlink-stag", b"\xff" + flash[1:], {"load": "0x80000000"})
    name = "dlink-stag/dwr-921.bin"
    twin(name, "magic", put(flash, 2, b"\0"), "magic")
    twin(name, "header-sum", flip(flash, 5), "header-checksum")
    twin(name, "header-crc", flip(flash, 0x20), "header-crc")
    twin(name, "kernel", flip(flash, 0x500), "kernel-checksum")
    twin(name, "rootfs", flip(flash, len(flash) - 9), "rootfs-checksum")
    twin(name, "truncated", flash[:-200], "truncated")
    save("dlink-stag/dwr-921.too-large.bin", "dlink-stag", flash, why="too-large", of=name, ctx={"partition_size": 0x1000})

    head = b"DLK6E2412001" + struct.pack("<HHIIHBBIIIII", 0, jboot_sum(flash), 0, 0, 0, 1, 0, 0x0C3B2A19, place, 0xFE0000, place, len(flash))
    head += bytes(16) + struct.pack("<HHHBBIH", 0x4842, 2, 0, 4, 4, 0, 0x6E24)
    good = head + struct.pack("<H", ~jboot_sum(head) & 0xFFFF) + flash
    save("dlink-dlk/dwr-921.bin", "dlink-dlk", good, {"rom_id": "DLK6E2412001", "family": "0x6e24"})
    twin("dlink-dlk/dwr-921.bin", "magic", flip(good, 0), "magic")
    twin("dlink-dlk/dwr-921.bin", "header-sum", flip(good, 0x24), "header-checksum")
    twin("dlink-dlk/dwr-921.bin", "payload", flip(good, 0x900), "checksum")
    twin("dlink-dlk/dwr-921.bin", "truncated", good[:-300], "truncated")


def encrpted():
    body = noise(0x2000, "encrpted")
    bare = b"encrpted_img" + struct.pack(">I", len(body) + 20) + body + bytes(20)
    save("encrpted-img/dir-x1560.bin", "encrpted-img/dlink", bare, {"encrypted": True, "cipher_size": len(body) + 20})
    twin("encrpted-img/dir-x1560.bin", "truncated", bare[:-600], "truncated")
    twin("encrpted-img/dir-x1560.bin", "size", put(bare, 12, bytes(4)), "size")
    texts = struct.pack(">32s32s64s64sIBBB13s200s100s", b"WAX202", b"US", b"V1.0.5.1", b"Thu Jan 1 00:00:00 1970", 0, 0, 2, 1, b"",
                        b"1010000003540000;1010000003540001;WAX202", b"")
    full = texts + b"encrpted_img" + struct.pack(">II", len(body), 0x800) + body
    full += struct.pack(">I", zlib.crc32(full, 0xFFFFFFFF) ^ 0xFFFFFFFF)
    save("encrpted-img/wax202.bin", "encrpted-img/netgear", full,
         {"model": "WAX202", "region": "US", "version": "V1.0.5.1", "hardware": ["1010000003540000", "1010000003540001", "WAX202"]})
    twin("encrpted-img/wax202.bin", "magic", flip(full, 0x203), "magic")
    twin("encrpted-img/wax202.bin", "crc", flip(full, 0x800), "crc")
    twin("encrpted-img/wax202.bin", "truncated", full[:-900], "truncated")
    twin("encrpted-img/wax202.bin", "block", put(full, 0x210, struct.pack(">I", 7)), "size")


def dap():
    image = noise(0x1801, "dap")
    one = struct.pack(">I20s30sBBBBxxI", sum(image), b"RT3052", b"RT3052-AP-DAP1350-3", 0, 0x40, 0, 0, len(image)) + image
    save("dlink-dap/dap-1350.bin", "dlink-dap/v1", one, {"signature": "RT3052-AP-DAP1350-3", "model": "RT3052"})
    long = struct.pack(">I20s30sBBBBxxI4s12s", sum(image), b"HB", b"HB-AP-DAP1522", 0, 0x50, 0, 0, len(image), b"NA", b"1.11") + image
    save("dlink-dap/with-region.bin", "dlink-dap/v1", long, {"region": "NA", "version": "1.11"})
    two = struct.pack("<I", 72) + struct.pack(">III32s16s8s", sum(image), len(image), 917504, b"HONEYBEE-FIRMWARE-DAP-1330", b"1.00.21", b"Default") + image
    save("dlink-dap/dap-1330.bin", "dlink-dap/v2", two, {"signature": "HONEYBEE-FIRMWARE-DAP-1330", "version": "1.00.21", "region": "Default"})
    for name, good in (("dap-1350", one), ("dap-1330", two)):
        twin(f"dlink-dap/{name}.bin", "payload", flip(good, 0x700), "checksum")
        twin(f"dlink-dap/{name}.bin", "truncated", good[:-100], "truncated")
    save("dlink-dap/dap-1330.wrong-signature.bin", "dlink-dap", two, why="wrong-signature", of="dlink-dap/dap-1330.bin",
         ctx={"expect_signature": "HONEYBEE-FIRMWARE-DAP-1365"})


def ubnt():
    def part(name, number, place, memory, data, size):
        head = struct.pack(">4s16s12xIIIIII", b"PART", name, memory, number, place, memory, len(data), size) + data
        return head + struct.pack(">II", zlib.crc32(head), 0)

    def image(magic, version, end=True):
        head = struct.pack(">4s256s", magic, version)
        kernel, rootfs = noise(0x1200, "ubnt-kernel"), b"hsqs" + noise(0x8F0, "ubnt-rootfs")
        whole = head + struct.pack(">II", zlib.crc32(head), 0) + part(b"kernel", 1, 0x9F050000, 0x80002000, kernel, len(kernel))
        whole += part(b"rootfs", 2, 0x9F050000 + len(kernel), 0, rootfs, 0x760000 - len(kernel))
        return whole + (b"END." + struct.pack(">II", zlib.crc32(whole), 0) if end else b"ENDS" + noise(256, "rsa") + bytes(4))

    good = image(b"UBNT", b"XM.ar7240.v5.6.6-OpenWrt-test")
    save("ubnt/xm.bin", "ubnt", good, {"version": "XM.ar7240.v5.6.6-OpenWrt-test", "signed": False})
    save("ubnt/open-wa-signed.bin", "ubnt", image(b"OPEN", b"WA.ar934x.v8.5.7-test", False), {"signed": True})
    twin("ubnt/xm.bin", "magic", flip(good, 0), "magic")
    twin("ubnt/xm.bin", "header-crc", flip(good, 20), "header-crc")
    twin("ubnt/xm.bin", "kernel", flip(good, 0x600), "data-crc")
    twin("ubnt/xm.bin", "crc", flip(good, len(good) - 7), "crc")
    twin("ubnt/xm.bin", "truncated", good[:-0x400], "truncated")
    twin("ubnt/xm.bin", "end", put(good, len(good) - 12, b"STOP"), "tail-missing")


def qnew():
    models = b"SupportList:\r\n{product_name:EAP110-Outdoor,product_ver:3.0.0,special_id:00000000}\r\n"
    flash = struct.pack(">HH", 4, 0) + b"partition os-image base 0x20000 size 0x100000\npartition file-system base 0x120000 size 0x600000\n\0"
    pieces = [(b"partition-table", flash.ljust(0x800, b"\xff")), (b"support-list", struct.pack(">II", len(models), 0) + models),
              (b"os-image", noise(0x1000, "qnew-kernel")), (b"file-system", b"hsqs" + noise(0x7FC, "qnew-rootfs"))]
    table, content = b"", b""
    for name, piece in pieces:
        table += b"fwup-ptn %s base 0x%05x size 0x%05x\t\r\n" % (name, 0x800 + len(content), len(piece))
        content += piece
    body = b"?NEW".ljust(0x103C, b"\xff") + (table + b"\0").ljust(0x800, b"\xff") + content
    good = hashlib.md5(b"not known of what").digest() + struct.pack(">I", len(body)) + body
    save("safeloader/eap110-outdoor-v3-qnew.bin", "safeloader/qnew", good, {"size_field": len(body)})
    twin("safeloader/eap110-outdoor-v3-qnew.bin", "truncated", good[:-0x300], "size", form="safeloader")


def ip_sum(data):
    total = 0
    for i in range(0, len(data), 2):
        total += data[i] << 8 | (data[i + 1] if i + 1 < len(data) else 0)
        total = (total & 0xFFFF) + (total >> 16)
    return total


def zynos():
    def head(load, kind, osize, csize, flags, osum, csum, version):
        return struct.pack(">IH3sBIIBBHH15sIIB", load, 0, b"SIG", kind, osize, csize, flags, 0, osum, csum, version, 0xBFC1FC00, 0, 0)

    body = noise(0xB01, "bootext")
    stock = head(0x80014000, 3, len(body), 0, 0x40, ip_sum(body), 0, b"V1.06 | 01/02/08") + body
    save("zyxel-zynos/bootext.bin", "zyxel-zynos/boot-extension", stock, {"load": "0x80014000"})
    twin("zyxel-zynos/bootext.bin", "checksum", flip(stock, 0x200), "checksum")
    twin("zyxel-zynos/bootext.bin", "truncated", stock[:-200], "truncated")
    twin("zyxel-zynos/bootext.bin", "magic", flip(stock, 6), "magic")
    packed = noise(0x700, "rascode")
    save("zyxel-zynos/rascode.bin", "zyxel-zynos/rom-bin", head(0x80020000, 4, 0x4000, len(packed), 0xE0, 0x1234, ip_sum(packed), b"") + packed,
         {"plain_size": 0x4000})
    body = b"\x10\x00\x00\x02" + noise(0xA00, "openwrt")
    wanted, have = body[0] << 8 | body[1], ip_sum(body)
    body += struct.pack(">H", (wanted - have if have <= wanted else wanted - have - 1) & 0xFFFF)
    good = head(0x81E00000, 3, 2, 0, 0x40, wanted, 0, b"") + body
    save("zyxel-zynos/nbg460n-openwrt.bin", "zyxel-zynos/boot-extension", good, {"load": "0x81e00000"})
    twin("zyxel-zynos/nbg460n-openwrt.bin", "file-checksum", flip(good, 0x300), "checksum")


def routerboot():
    def tags(pairs, order):
        out = b""
        for number, content in pairs:
            out += struct.pack(order + "I", len(content) << 16 | number) + content + bytes(-len(content) % 4)
        return out + bytes(4)

    hard = [(0x21, b"hAP ac lite\0"), (0x17, b"952-hb\0\0"), (0x05, b"RB952Ui-5ac2nD\0\0"), (0x06, b"3.33\0\0\0\0"), (0x0B, b"0123456789AB\0\0\0\0"),
            (0x04, bytes.fromhex("02aabbccddee0000")), (0x16, noise(0x180, "calibration"))]
    for order, magic, name in ((">", b"draH", "be"), ("<", b"Hard", "le")):
        count = [(0x0E, struct.pack(order + "I", 6)), (0x0D, struct.pack(order + "I", 64 << 20))]
        good = magic + tags(hard + count, order)
        save(f"routerboot/hard-{name}.bin", "routerboot/hard", good, {"model": "hAP ac lite", "mac_count": 6, "calibration": True})
    twin("routerboot/hard-le.bin", "cut", good[:0x60], "no-terminator")
    mac = good.index(bytes.fromhex("02aabbccddee"))
    twin("routerboot/hard-le.bin", "multicast-mac", put(good, mac, b"\x03"), "mac-multicast")
    for order, magic, name in ((">", b"tfoS", "be"), ("<", b"Soft", "le")):
        number = lambda value: struct.pack(order + "I", value)
        body = tags([(1, number(0)), (2, number(2)), (3, number(1)), (4, number(0)), (9, number(1)), (0xD, number(0)), (0xF, number(0))], order)
        soft = (magic + bytes(4) + body).ljust(0x1000, b"\xff")
        good = put(soft, 4, struct.pack(order + "I", zlib.crc32(soft)))
        save(f"routerboot/soft-{name}.bin", "routerboot/soft", good,
             {"boot_device": "flash, then ethernet", "boot_protocol": "dhcp", "uart_speed": "115200", "loader": "regular"})
    twin("routerboot/soft-le.bin", "crc", flip(good, 0x20), "crc")
    twin("routerboot/soft-le.bin", "truncated", good[:0x200], "truncated")
    twin("routerboot/soft-le.bin", "magic", flip(good, 0), "magic")


def blocks(code):
    return b"".join(code[i:i + 32] + struct.pack(">H", crc16(code[i:i + 32], 0xFFFF)) for i in range(0, len(code), 32))


def rbl(part, version, body):
    head = b"RBL\0" + struct.pack("<II", 0, 0x65000000) + part.ljust(16, b"\0") + version.ljust(24, b"\0") + b"00010203040506070809".ljust(24, b"\0")
    head += struct.pack("<IIII", zlib.crc32(body), 0x811C9DC5, len(body), len(body))
    return head + struct.pack("<I", zlib.crc32(head))


def beken_flash():
    loader, app = noise(0x800, "loader"), noise(0x1000, "app")
    flash = blocks(loader) + b"\xff" * (34 * 8) + blocks(rbl(b"bootloader", b"1.00", loader)) + b"\xff" * (34 * 16)
    flash += blocks(app) + b"\xff" * (34 * 4) + blocks(rbl(b"app", b"1.2.3", app))
    save("beken-flash/qio.bin", "beken-flash", flash, {"parts": ["bootloader 1.00", "app 1.2.3"], "plain_size": len(flash) // 34 * 32})
    twin("beken-flash/qio.bin", "block", flip(flash, 0x500), "crc")
    twin("beken-flash/qio.bin", "truncated", flash[:-20], "truncated")


def two_slots():
    def make(one, two, count=2):
        head = bytes.fromhex("55aa55aa") + b"1.0.5".ljust(11, b"\0") + struct.pack(">I", count)
        at = 0x33
        for image in (one, two):
            head += struct.pack(">III", at, len(image), sum(image))
            at += len(image)
        return head + struct.pack(">I", sum(head)) + bytes.fromhex("aa55aa55") + one + two

    one, two = b"\xea\x04\x01\x00" + noise(0x700, "user1"), b"\xea\x04\x01\x00" + noise(0x720, "user2")
    good = make(one, two)
    save("tuya-esp8266/upgrade.bin", "tuya-esp8266", good, {"version": "1.0.5", "images": 2})
    twin("tuya-esp8266/upgrade.bin", "sum", flip(good, 0x200), "checksum")
    twin("tuya-esp8266/upgrade.bin", "header-sum", flip(good, 5), "header-checksum")
    twin("tuya-esp8266/upgrade.bin", "truncated", good[:-100], "truncated")
    twin("tuya-esp8266/upgrade.bin", "magic", flip(good, 0), "magic")
    twin("tuya-esp8266/upgrade.bin", "one-image", make(one, b"", 1), "structure")
    twin("tuya-esp8266/upgrade.bin", "twice-the-same", make(one, one), "structure")
    save("tuya-esp8266/upgrade.too-large.bin", "tuya-esp8266", good, why="too-large", of="tuya-esp8266/upgrade.bin", ctx={"app_max": 0x600})


def sercomm():
    head = bytearray(512)
    head[0:7] = head[0x3F:0x46] = b"sErCoMm"
    head[7:11] = b"\0\1\0\0"
    head[0x0B:0x11] = b"DGND37"
    head[0x2D:0x2F] = b"A1"
    head[0x37:0x3B] = struct.pack(">I", 0x01020304)
    body = noise(0x1100, "sercomm")
    head[0x1FF] = -(sum(head) + sum(body)) & 0xFF
    good = bytes(head) + body
    save("sercomm/dgnd3700-like.bin", "sercomm", good, {"board": "DGND37", "version": "0x01020304"})
    twin("sercomm/dgnd3700-like.bin", "checksum", flip(good, 0x400), "checksum")
    twin("sercomm/dgnd3700-like.bin", "magic", flip(good, 0x3F), "magic")
    save("sercomm/dgnd3700-like.wrong-board.bin", "sercomm", good, why="wrong-board", of="sercomm/dgnd3700-like.bin", ctx={"expect_board": "DGND38"})


def art():
    for name, order, place, length in (("ar9280-64k", ">", 0x200, 0xCB8), ("ar9285-64k", "<", 0x80, 0x2F4), ("ar9287-64k", ">", 0x100, 0x2D8)):
        flash = bytearray(b"\xff" * 0x10000)
        flash[0:6], flash[6:12] = bytes.fromhex("02aabbccddee"), bytes.fromhex("02aabbccddef")
        flash[0x1000:0x1000 + place] = bytes(place)
        flash[0x1000:0x1002] = struct.pack(order + "H", 0xA55A)
        header = struct.pack(order + "HHH", length, 0, 0xE016) + bytes(6) + bytes.fromhex("02aabbccddf0")
        words = bytearray(header + noise(length - len(header), name))
        xor = 0xFFFF
        for i in range(0, length, 2):
            xor ^= words[i] << 8 | words[i + 1]
        words[2:4] = struct.pack(">H", xor)
        flash[0x1000 + place:0x1000 + place + length] = words
        good = bytes(flash)
        save(f"ath-art/{name}.bin", "ath-art", good, {"ath9k_length": length})
    twin("ath-art/ar9287-64k.bin", "cal-checksum", flip(good, 0x1180), "cal-checksum")


def short_lzma():
    plain = text(20000, "short")
    head, packed = lzma_raw(plain)
    digest = hashlib.sha256(plain).hexdigest()
    for name, size in (("9", struct.pack("<I", len(plain))), ("9be", struct.pack(">I", len(plain))), ("5", b"")):
        # With a size known the marker at the end of the stream still ends it.
        save(f"comp/payload.lzma.head{name}.bin", "comp/lzma", head + size + packed, {"plain_size": len(plain), "plain_sha256": digest})


def literals(data):
    """An LZMA stream (lc 3, lp 0, pb 2) of literals only, with no marker at its end: no packer that is at hand leaves it away."""
    low, span, cache, pending, out = 0, 0xFFFFFFFF, 0, 1, bytearray()
    matches, probs = [1024] * 4, [[1024] * 0x300 for _ in range(8)]

    def shift():
        nonlocal low, cache, pending
        if low < 0xFF000000 or low > 0xFFFFFFFF:
            carry = low >> 32
            out.append(cache + carry & 0xFF)
            out.extend([0xFF + carry & 0xFF] * (pending - 1))
            pending, cache = 0, low >> 24 & 0xFF
        pending += 1
        low = low << 8 & 0xFFFFFFFF

    def bit(table, index, value):
        nonlocal low, span
        bound = (span >> 11) * table[index]
        if value:
            low, span = low + bound, span - bound
            table[index] -= table[index] >> 5
        else:
            span = bound
            table[index] += 2048 - table[index] >> 5
        while span < 1 << 24:
            span = span << 8 & 0xFFFFFFFF
            shift()

    for i, byte in enumerate(data):
        bit(matches, i & 3, 0)
        table, symbol = probs[data[i - 1] >> 5 if i else 0], 1
        for k in range(7, -1, -1):
            value = byte >> k & 1
            bit(table, symbol, value)
            symbol = symbol << 1 | value
    for _ in range(5):
        shift()
    return bytes(out)


def lzma_without_end():
    plain = text(20000, "short")
    packed = bytes.fromhex("5d00000100") + literals(plain)
    sized = packed[:5] + struct.pack("<Q", len(plain)) + packed[5:]
    assert lzma.decompress(sized, lzma.FORMAT_ALONE) == plain
    save("comp/payload.lzma.head5-no-end.bin", "comp/lzma", packed, {"head": "5 bytes: no size, no end marker"})


def logical():
    """A disk with two primary partitions, the second a room with three logical ones: the chain that sfdisk writes."""
    def entry(kind, start, count):
        return struct.pack("<B3xB3xII", 0, kind, start, count) if kind else bytes(16)

    def table(*entries):
        return bytes(0x1BE) + b"".join(entries).ljust(64, b"\0") + b"\x55\xaa"

    room, sectors = 18, 18 + 3 * 18
    disk = bytearray(noise(sectors * 512, "logical"))
    disk[:512] = table(entry(0x83, 2, 16), entry(5, room, 3 * 18))
    disk[0x1B8:0x1BC] = bytes.fromhex("78563412")
    for i in range(3):
        at = room + i * 18
        disk[at * 512:at * 512 + 512] = table(entry(0x83, 2, 16), entry(5, (i + 1) * 18, 18) if i < 2 else b"")
    disk = bytes(disk)
    save("mbr/logical.bin", "mbr", disk, {"disk_id": "0x12345678"})
    twin("mbr/logical.bin", "no-table", put(disk, (room + 18) * 512 + 0x1FE, bytes(2)), "structure")
    twin("mbr/logical.bin", "back", put(disk, (room + 18) * 512 + 0x1BE + 24, bytes(4)), "offset-range")
    twin("mbr/logical.bin", "beyond", put(disk, (room + 36) * 512 + 0x1BE + 12, b"\x11"), "offset-range")


def shifted():
    """The recovery file with a header too many cut off, and with as much too little."""
    good = (HERE / "tplink-recovery-raw/archer-mr200.bin").read_bytes()
    twin("tplink-recovery-raw/archer-mr200.bin", "cut-twice", good[0x200:], "offset-range")
    twin("tplink-recovery-raw/archer-mr200.bin", "behind-512", bytes(0x200) + good, "offset-range")


FORMATS = [logical, shifted, fip, mtk_brom, bootloader, eva, shrs, jboot, encrpted, dap, ubnt, qnew, zynos, routerboot, beken_flash, two_slots, sercomm, art, short_lzma, lzma_without_end]
for make in FORMATS:
    make()
golden = json.loads((HERE / "golden.json").read_text())
mine = {entry["file"] for entry in entries}
files = sorted([entry for entry in golden["files"] if entry["file"] not in mine] + entries, key=lambda entry: entry["file"])
golden.update(count=len(files), ok=sum(entry["valid"] == "ok" for entry in files), bad=sum(entry["valid"] == "bad" for entry in files),
              reasons=sorted({entry["why"] for entry in files if "why" in entry}), files=files)
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False))
print(f"{len(entries)} samples made, {len(files)} in golden.json")
