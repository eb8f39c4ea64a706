#!/usr/bin/env python3
"""rates.py - how fast a tool reads memory with md.b and sends files by loady and its sisters, and where the time goes.

  rates.py --board qemu_arm [--size 131072] [--runs 3] [--baud 115200] -- OURTOOL
The board is real U-Boot behind a paced line. Every byte is timed at both ends of the line, so that what is lost is told apart:
  tool    from the delivery of the last byte of an answer to the next key
  board   the line is free and the board has not printed yet
  lab     bytes wait, and the bridge of the lab comes too late to send them (a busy machine)
`bare` is one md.b typed by this script: what board, lab and machine allow.
"""
import argparse, json, os, random, re, shutil, subprocess, sys, tempfile, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uboot_serial import BOARDS, PROMPT, Board, Port, interrupt


class Timed:
    """the socket to QEMU; notes when bytes came and went"""
    def __init__(self, sock, out): self.sock, self.out = sock, out
    def __getattr__(self, name): return getattr(self.sock, name)
    def recv(self, n):
        d = self.sock.recv(n)
        if d: self.out.append((time.monotonic(), "board", len(d)))
        return d
    def send(self, d):
        k = self.sock.send(d); self.out.append((time.monotonic(), "key", k)); return k


class TimedBoard(Board):
    def power_on(self):
        self.events = []; super().power_on(); self.sock = Timed(self.sock, self.events)
    def _deliver(self, d, raw=False):
        super()._deliver(d, raw); self.events.append((time.monotonic(), "line", len(d)))


def losses(events, baud):
    """seconds: the whole, the bytes themselves, and what was lost to whom"""
    lines = [i for i, e in enumerate(events) if e[1] == "line"]
    if len(lines) < 2: return {}
    events = events[:lines[-1] + 1]; begun = next(i for i, e in enumerate(events) if e[1] == "key"); events = events[begun:]
    byte = 10.0 / baud; waits = 0; free = events[0][0]; lost = dict(tool=0.0, board=0.0, lab=0.0); busy = 0.0; asked = True; last = free
    for t, what, n in events:
        idle = max(0.0, t - max(last, free))
        if what == "key":
            if not asked and waits == 0: lost["tool"] += idle
            asked = True
        elif what == "board":
            if waits == 0: lost["board"] += idle
            waits += n
        else:
            lost["lab"] += idle; busy += n * byte; free = max(t, free) + n * byte; waits -= n; asked = waits > 0
        last = max(last, t)
    whole = events[-1][0] - events[0][0] + events[-1][2] * byte
    return dict(s=round(whole, 2), line_busy=round(busy / whole, 3), **{k: round(v / whole, 3) for k, v in lost.items()})


def main():
    argv = sys.argv[1:]; i = argv.index("--"); argv, tool = argv[:i], argv[i + 1:]
    ap = argparse.ArgumentParser(); ap.add_argument("--board", choices=BOARDS, default="qemu_arm"); ap.add_argument("--size", type=int, default=131072)
    ap.add_argument("--dump", type=int, default=65536); ap.add_argument("--runs", type=int, default=3); ap.add_argument("--baud", type=int, default=115200)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args(argv); B = BOARDS[a.board]; P = PROMPT[a.board]; st = tempfile.mkdtemp(prefix="ubrate-")
    data = random.Random(a.seed).randbytes(a.size); img = os.path.join(st, "image.bin"); open(img, "wb").write(data)
    bd = TimedBoard(a.board, st, baud=a.baud); line = a.baud / 10
    def fresh(): p = Port(bd.tty); interrupt(p, a.board); return p
    def run(*args):
        del bd.events[:]; r = subprocess.run([*tool, "console", *args, "--port", bd.tty, "--json"], capture_output=True, text=True, env=dict(os.environ, XDG_STATE_HOME=st))
        return r.returncode, [json.loads(l) for l in r.stdout.splitlines() if l.startswith("{")]
    try:
        p = fresh()
        for _ in range(a.runs):
            while p.read(0.1): pass
            p.buf = b""; del bd.events[:]; t = time.monotonic(); p.send(f"md.b {B['load']:x} 4000\r"); text = p.expect([P], 60)[1]; dt = time.monotonic() - t
            width = text.rfind(b"\n", 0, -1) - text.rfind(b"\n", 0, text.rfind(b"\n", 0, -1))     # characters of a line of md.b
            print(json.dumps(dict(what="bare md.b", bytes=0x4000, of_line=round((len(text) + len(P)) / line / dt, 3), load=round(os.getloadavg()[0], 1), **losses(bd.events, a.baud))), flush=True)
        p.close(); kinds = ["ymodem", "xmodem", "kermit"] if a.board == "qemu_arm" else []
        for kind in kinds:
            for _ in range(a.runs):
                rc, ev = run("load", img, "--at", hex(B["load"]), "--protocol", kind)
                said = next((e["text"] for e in ev if e["type"] == "note" and e["topic"] == "load"), "")
                rate = re.search(r"([0-9.]+) kB/s", said)
                print(json.dumps(dict(what=kind, bytes=a.size, rc=rc, kBps=float(rate.group(1)) if rate else None, memory_equal=bd.memory(B["load"], a.size) == data, load=round(os.getloadavg()[0], 1))), flush=True)
        want = bd.memory(B["load"], a.dump)
        for n in range(a.runs):
            out = os.path.join(st, f"dump{n}.bin"); rc, ev = run("backup", "--at", hex(B["load"]), "--length", str(a.dump), "-o", out)
            row = next((s for e in ev if e["type"] == "result" for s in e.get("steps", []) if s["do"] == "dump"), None)
            if row is None: print(json.dumps(dict(what="backup", rc=rc, events=ev[-2:]))); continue
            said = {e["topic"]: e["at"] for e in ev if e["type"] == "note"}; took = said["dump"] - said["loader"]; end = bd.events[-1][0]
            part = [e for e in bd.events if e[0] >= end - took - 0.01]
            print(json.dumps(dict(what="backup", bytes=a.dump, rc=rc, equal=open(out, "rb").read() == want, seconds=round(took, 2), Bps=round(a.dump / took),
                                  of_line=round(a.dump / 16 * width / line / took, 3), load=round(os.getloadavg()[0], 1), **losses(part, a.baud))), flush=True)
    finally:
        bd.close(); shutil.rmtree(st, ignore_errors=True)


if __name__ == "__main__":
    main()
