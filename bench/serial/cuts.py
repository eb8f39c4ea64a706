#!/usr/bin/env python3
"""cuts.py - `accept` again and again with what goes wrong on a bench: lost bytes, and the power cut in the middle of a step.

  cuts.py --board maltael --runs 25 [--drop 0.001] [--cut saveenv] [--stall 2] -- OURTOOL console --job {job} --json
      --cut STEP   the power is cut for 0.3 s at a random moment of this step (any: of a step drawn by lot); the tool has to notice and go on.
      --stall S    the board stands still for up to S seconds again and again, as it does on a machine that is too busy
The tool's JSON lines on stdout say which step it is at. Prints one line a run and the sum.
"""
import argparse, json, os, random, shutil, signal, subprocess, sys, tempfile, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uboot_serial import BOARDS, Board

STEPS = ["setenv", "saveenv", "load", "dump", "flash-write"]


def one(a, cmd, seed):
    rng = random.Random(seed); st = tempfile.mkdtemp(prefix="ubcut-"); B = BOARDS[a.board]
    data = rng.randbytes(a.size); img = os.path.join(st, "image.bin"); open(img, "wb").write(data)
    bd = Board(a.board, st, baud=a.baud, drop=a.drop, seed=seed, stopped=True)
    os.makedirs(os.path.join(st, "tftp"), exist_ok=True); shutil.copy(img, os.path.join(st, "tftp", "image.bin"))
    sec = 0x40000 if a.board == "qemu_arm" else 0x10000; nonce = "%016x" % rng.getrandbits(64)
    job = dict(tty=bd.tty, ctl=bd.ctl_path, baud=a.baud, steps=[
        dict(do="power-on-and-stop-autoboot"), dict(do="setenv", name="unbrick_nonce", value=nonce), dict(do="saveenv"),
        dict(do="load", protocol="ymodem" if a.board == "qemu_arm" else "tftp", file=img, address=B["load"], tftp_name="image.bin", ipaddr="10.0.2.15", serverip="10.0.2.2"),
        dict(do="dump", address=B["load"], length=a.dump, to=os.path.join(st, "dump.bin")),
        dict(do="flash-write", address=B["flash_scratch"], sector=sec, length=a.size, source=B["load"]),
        dict(do="report", to=os.path.join(st, "report.json"))])
    jf = os.path.join(st, "job.json"); json.dump(job, open(jf, "w"))
    cut = rng.choice(STEPS) if a.cut == "any" else a.cut
    # how long a step takes, by experience; the cut falls anywhere in it
    span = dict(setenv=0.5, saveenv=1.5, load=11 if a.board == "qemu_arm" else 1.0, dump=a.dump * 4.9 / 11520, **{"flash-write": 0.9})
    before = {"setenv": "loader", "saveenv": "setenv", "load": "saveenv", "dump": "load", "flash-write": "dump"}
    sub = [x.replace("{job}", jf) for x in cmd]
    p = subprocess.Popen(sub, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(os.environ, XDG_STATE_HOME=st))
    done, last, t = [], {}, time.monotonic()

    def read():
        for line in p.stdout:
            e = json.loads(line); last.update(e)
            if e["type"] == "note" and cut and not done and e["topic"] == before[cut]:
                done.append(threading.Timer(rng.random() * span[cut], bd.power_cycle)); done[0].start()
    th = threading.Thread(target=read); th.start(); over = threading.Event()

    def stall():
        lots = random.Random(seed + 1)
        while not over.wait(lots.expovariate(1 / 1.5)):
            q = bd.q
            try:
                q.send_signal(signal.SIGSTOP); over.wait(lots.random() * a.stall); q.send_signal(signal.SIGCONT)
            except (AttributeError, OSError): pass
    slow = threading.Thread(target=stall)
    if a.stall: slow.start()
    try: rc = p.wait(a.timeout)
    except subprocess.TimeoutExpired: p.kill(); rc = "timeout"
    th.join(); over.set()
    if a.stall: slow.join()
    for cutter in done: cutter.cancel(); cutter.join()
    dt = time.monotonic() - t; e = bd.env() or {}
    try: mem = bd.memory(B["load"], a.size)
    except Exception: mem = b""
    dump = open(os.path.join(st, "dump.bin"), "rb").read() if os.path.exists(os.path.join(st, "dump.bin")) else b""
    r = dict(board=a.board, seed=seed, cut=cut, rc=rc, seconds=round(dt, 1), boots=bd.boots, restarts=last.get("restarts"), retyped=last.get("retyped"),
             env_saved=e.get("unbrick_nonce") == nonce, ram_equal=mem == data, dump_equal=dump == data[:a.dump], flash_equal=bd.flash(a.size) == data)
    # a cut after the last step has nothing left to be noticed, and takes the memory with it
    late = done and bd.boots > 1 and not last.get("restarts")
    r["passed"] = rc == 0 and r["env_saved"] and r["dump_equal"] and r["flash_equal"] and (r["ram_equal"] or bool(late))
    if not r["passed"] and a.keep: shutil.copytree(st, f"/tmp/ubcut-failed-{a.board}-{seed}", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock", "*.img", "flash.run"))
    bd.close(); shutil.rmtree(st, ignore_errors=True)
    return r


def main():
    argv = sys.argv[1:]; i = argv.index("--"); argv, cmd = argv[:i], argv[i + 1:]
    ap = argparse.ArgumentParser(); ap.add_argument("--board", choices=BOARDS, default="qemu_arm"); ap.add_argument("--runs", type=int, default=10)
    ap.add_argument("--seed", type=int, default=1); ap.add_argument("--drop", type=float, default=0); ap.add_argument("--stall", type=float, default=0); ap.add_argument("--cut", choices=[*STEPS, "any"])
    ap.add_argument("--baud", type=int, default=115200); ap.add_argument("--size", type=int, default=65536); ap.add_argument("--dump", type=int, default=4096)
    ap.add_argument("--timeout", type=float, default=240); ap.add_argument("--keep", action="store_true")
    a = ap.parse_args(argv); rows = []
    for s in range(a.seed, a.seed + a.runs):
        rows.append(one(a, cmd, s)); print(json.dumps(rows[-1]), flush=True)
    print(json.dumps(dict(board=a.board, runs=len(rows), passed=sum(r["passed"] for r in rows), restarts=sum(r["restarts"] or 0 for r in rows),
                          retyped=sum(r["retyped"] or 0 for r in rows))))


if __name__ == "__main__":
    main()
