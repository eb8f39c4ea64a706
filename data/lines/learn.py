#!/usr/bin/env python3
"""Learns data/lines/text-model.json: how often each byte, and each kind of byte behind each kind, stands in what boot loaders print.

  learn.py FOLDER > text-model.json      FOLDER has boot logs as *.txt; every third (by name) is held back for measuring
"""
import json, os, sys

KINDS = ["letter", "digit", "space", "punctuation", "line-end", "tab", "other"]


def kind(byte):
    if 65 <= byte <= 90 or 97 <= byte <= 122: return 0
    if 48 <= byte <= 57: return 1
    if byte == 32: return 2
    if 33 <= byte <= 126: return 3
    if byte in (10, 13): return 4
    return 5 if byte == 9 else 6


def main(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".txt"))
    used = [name for i, name in enumerate(names) if i % 3 != 2]
    bytes_, follow = [0] * 256, [[0] * len(KINDS) for _ in KINDS]
    for name in used:
        text = open(os.path.join(folder, name), "rb").read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        text = text[:30_000]  # one long log must not outweigh the others
        last = KINDS.index("line-end")
        for byte in text:
            bytes_[byte] += 1
            follow[last][kind(byte)] += 1
            last = kind(byte)
    sample = (
        "\r\nU-Boot 1.1.3 (May 11 2020 - 10:41:20)\r\n\r\nBoard: Ralink APSoC DRAM:  128 MB\r\nrelocate_code Pointer at: 87fb8000\r\n"
        "flash manufacture id: ef, device id 40 18\r\nfind flash: W25Q128BV\r\n============================================\r\n"
        "ASIC MT7621A DualCore (MAC to MT7530 Mode)\r\nestimate memory size =128 Mbytes\r\n##### The CPU freq = 880 MHZ ####\r\n"
        "Please choose the operation:\r\n   1: Load system code to SDRAM via TFTP.\r\n   3: Boot system code via Flash (default).\r\n"
        "[    0.000000] Linux version 4.14.95 (builder@host) (gcc version 7.3.0) #0 SMP\r\n")
    print(json.dumps({"from": f"{len(used)} boot logs", "bytes": bytes_, "follow": follow, "sample": sample}, separators=(",", ":")))


main(sys.argv[1])
