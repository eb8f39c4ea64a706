#!/usr/bin/env python3
"""Writes mined.json: one device, recipe and board table a line, in a fixed key order, so that a new run of the miner gives a readable diff.

usage: format_mined.py EXTRACTED.json mined.json

What was checked by hand does not belong into the mined file: `recovery_curated` and `xiaomi` are left out, they live in curated/*.json.
Profile names that several targets share ("generic") become unique by their target; the OpenWrt name stays in `profile`.
"""
import collections
import json
import sys

FIRST = ["id", "profile", "target", "vendor", "model", "variant", "alt", "soc", "supported", "compatible", "recovery"]
CURATED = ("recovery_curated", "xiaomi")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def ordered(device, shared):
    if device["id"] in shared:
        device = {**device, "profile": device["id"], "id": device["target"].replace("/", "-") + "_" + device["id"]}
    keys = [k for k in FIRST if k in device] + [k for k in device if k not in FIRST and k not in CURATED]
    return {k: device[k] for k in keys}


def main(source, target):
    with open(source, encoding="utf-8") as f:
        data = json.load(f)
    seen = collections.Counter(d["id"] for d in data["devices"])
    shared = {i for i, n in seen.items() if n > 1}
    devices = [ordered(d, shared) for d in data["devices"]]
    coverage = {k: v for k, v in data["coverage"].items() if k != "with_recovery_curated"}
    parts = [
        '{"schema":' + compact(data["schema"]),
        '"source":' + compact(data["source"]),
        '"coverage":' + compact(coverage),
        '"recipes":[\n' + ",\n".join(compact(r) for r in data["recipes"]) + "\n]",
        '"safeloader":{\n' + ",\n".join(compact(k) + ":" + compact(v) for k, v in data["safeloader"].items()) + "\n}",
        '"devices":[\n' + ",\n".join(compact(d) for d in devices) + "\n]}",
    ]
    with open(target, "w", encoding="utf-8", newline="\n") as f:
        f.write(",\n".join(parts) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
