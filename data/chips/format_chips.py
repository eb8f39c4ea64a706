#!/usr/bin/env python3
"""Writes one file for each vendor with one chip a line, in a fixed key order, so that a new run of the extraction gives a readable diff.

usage: format_chips.py EXTRACTED.json DIR

curated.json beside this script has what was checked by hand: corrections with their reason, parts inside of one entry that differ, and which
families are 1.8 V parts. Lines begin with the id: the program finds a line by it and parses no other.
"""
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WHOLE = ("60", "C7", "62", "AT45_CHIP")
ORDER = ["id", "by", "name", "parts", "also", "size", "page", "erase", "write", "mv", "low", "addr4", "addressBytes", "enable", "statusBytes", "registers",
         "bits", "unlock", "range", "volatile", "otp", "sfdp", "qpi", "erased", "sizeOnly", "oob", "pagesPerBlock", "blocks", "planes", "dies", "dieSelect", "ecc", "eccStatus",
         "maxBad", "variants", "tested", "bad", "from", "why"]
# Where the extraction took a test result for a method: ROM, broken, not tested.
WRITES = {"OK": None, "page": None, "NA": "none", "BAD": "none", "NT": "none"}
REGIONS = {(1024, 256): (3, 256), (768, None): (3, 256), (1536, None): (3, 512), (3072, None): (3, 1024)}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def short(size):
    return f"{size >> 20}M" if size % (1 << 20) == 0 else f"{size >> 10}K" if size % 1024 == 0 else str(size)


def erase(chip):
    words = []
    for command in chip["erase"]:
        layout = [short(size) + (f"x{count}" if count > 1 else "") for size, count in command["blocks"]]
        if len(command["blocks"]) == 1:
            layout = [short(command["blocks"][0][0])]
        words.append(command["op"].lower() + ("" if command["op"] in WHOLE else ":" + "+".join(layout)))
    return " ".join(words)


def otp(facts):
    if facts is None:
        return None
    out = {k: facts[k] for k in ("total", "reserved") if k in facts}
    regions = (facts["regions"], facts["region_size"]) if "regions" in facts else REGIONS.get((facts.get("total"), facts.get("reserved")))
    if regions and facts.get("read", "48") == "48":
        out["regions"], out["regionSize"] = regions
    for key, name in (("read", "read"), ("write", "program"), ("erase", "erase"), ("enter", "enter"), ("exit", "exit"), ("read_uid", "uniqueId")):
        if key in facts:
            out[name] = facts[key].lower()
    return out


def status(chip, out):
    facts = chip.get("status", {})
    if facts.get("wrsr_after", ["06"]) != ["06"]:
        out["enable"] = facts["wrsr_after"]
    if "wrsr_bytes" in facts:
        out["statusBytes"] = facts["wrsr_bytes"]
    registers = [name for name in ("sr2", "sr3", "security", "config") if name in facts or name + "_reg" in facts]
    if "sr2" not in registers and any("SR2." in bit for bits in facts.get("bits", {}).values() for bit in bits):
        registers.insert(0, "sr2")
    if registers:
        out["registers"] = registers
    if "bits" in facts:
        out["bits"] = " ".join(name + "=" + ",".join(bits) for name, bits in facts["bits"].items())
    for key, name in (("unlock", "unlock"), ("range_rule", "range")):
        if key in facts:
            out[name] = facts[key]


def supply(chip, curated):
    """Low when a name says 1.8 V, or the family is known to; a range only where a list gives one."""
    names = chip["parts"] + chip.get("also", [])
    if "mv" in chip:
        return chip["mv"], None
    if chip.get("mv_nominal"):
        return ([1700, 1950] if chip["mv_nominal"] == 1800 else [2700, 3600]), None
    if any("1.8V" in name for name in names):
        return None, "a list calls it a 1.8 V part"
    for family in curated["lowVoltage"]:
        if any(re.match(family["part"], name) for name in names):
            return None, family["why"]
    return None, None


def maker(chip, curated):
    """Some lists have none, or a heading in its place."""
    known = [v["vendor"] for v in curated["vendors"] if re.match(v["part"], chip["name"])]
    return known[0] if known else chip["vendor"]


def line(chip, curated):
    nand = chip["type"] == "nand"
    out = {"id": chip["jedec"].lower(), "name": chip["name"], "size": chip["size"], "from": chip["from"]}
    if chip["id_method"] != "RDID":
        out["by"] = chip["id_method"]
    if not nand and len(out["id"]) == 2 and chip["id_method"] == "none":
        return None  # answers nothing that an id could be made of
    if chip["parts"] != [chip["name"]]:
        out["parts"] = chip["parts"]
    out["also"] = chip.get("also")
    if nand or chip["page"] != 256:
        out["page"] = chip["page"]
    if chip.get("erase"):
        out["erase"] = erase(chip)
    out["write"] = WRITES.get(chip.get("write"), chip.get("write"))
    out["mv"], out["low"] = supply(chip, curated)
    out["addr4"] = chip.get("addr4")
    out["addressBytes"] = chip.get("addr_bytes")
    status(chip, out)
    out["otp"] = otp(chip.get("otp"))
    for key in ("sfdp", "qpi", "erased", "bad", "oob", "blocks", "planes", "dies"):
        if key in chip:
            out[key] = chip[key]
    out["tested"] = chip.get("tested") or None
    out["pagesPerBlock"] = chip.get("pages_per_block")
    out["maxBad"] = chip.get("max_bad_blocks")
    if "ecc" in chip:
        out["ecc"] = [chip["ecc"]["bits"], chip["ecc"]["per"]]
    for family in curated["nandStatus"] if nand else []:
        if "eccStatus" not in out and re.match(family["part"], chip["name"]):
            out["eccStatus"] = family["status"]
    if chip.get("detail"):
        out["sizeOnly"] = True
    if not nand and any(re.match(family["part"], part) for family in curated["volatileStatus"] for part in chip["parts"]) and not chip.get("detail"):
        out["volatile"] = True
    for fix in curated["corrections"]:
        if fix["id"] == out["id"] and fix["name"] == out["name"]:
            out.update(fix["set"], why=fix["why"])
    variants = [{k: v for k, v in variant.items() if k not in ("id", "why")} for variant in curated["variants"] if variant["id"] == out["id"]]
    out["variants"] = variants or None
    return {key: out[key] for key in ORDER if out.get(key) is not None}


def main(source, target):
    with open(source, encoding="utf-8") as f:
        data = json.load(f)
    with open(os.path.join(HERE, "curated.json"), encoding="utf-8") as f:
        curated = json.load(f)
    files = collections.defaultdict(lambda: collections.defaultdict(list))
    for chip in data["chips"]:
        facts = line(chip, curated)
        if facts:
            files[maker(chip, curated)][chip["type"]].append(facts)
    for vendor, kinds in files.items():
        name = re.sub(r"[^a-z0-9]+", "-", vendor.lower()).strip("-")
        parts = ['{"vendor":' + compact(vendor)]
        parts += [compact(kind) + ":[\n" + ",\n".join(compact(c) for c in kinds[kind]) + "\n]" for kind in ("nor", "nand") if kinds[kind]]
        with open(os.path.join(target, name + ".json"), "w", encoding="utf-8", newline="\n") as f:
            f.write(",\n".join(parts) + "}\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
