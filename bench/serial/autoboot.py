#!/usr/bin/env python3
"""autoboot.py - how often the boot is stopped: a job of nothing but `power-on-and-stop-autoboot`, the board switched off and on before each.

  autoboot.py --board qemu_arm --boots 1000 -- OURTOOL console --job {job} --json
A boot that was not stopped is switched again by the tool, so it shows as a boot more. Also checks on the line that no digit but 4 was pressed.
"""
import argparse, json, os, shutil, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uboot_serial import BOARDS, Board


def main():
    argv = sys.argv[1:]; i = argv.index("--"); argv, cmd = argv[:i], argv[i + 1:]
    ap = argparse.ArgumentParser(); ap.add_argument("--board", choices=BOARDS, default="qemu_arm"); ap.add_argument("--boots", type=int, default=50)
    ap.add_argument("--baud", type=int, default=115200); ap.add_argument("--drop", type=float, default=0); ap.add_argument("--batch", type=int, default=25)
    ap.add_argument("--keep", help="folder for the records of batches that failed")
    a = ap.parse_args(argv); wanted = stopped = boots = 0; seconds = []; began = time.monotonic()
    while wanted < a.boots:
        n = min(a.batch, a.boots - wanted); st = tempfile.mkdtemp(prefix="ubboot-")
        bd = Board(a.board, st, baud=a.baud, drop=a.drop, stopped=True, seed=wanted)
        jf = os.path.join(st, "job.json"); rep = os.path.join(st, "report.json")
        json.dump(dict(tty=bd.tty, ctl=bd.ctl_path, baud=a.baud, steps=[dict(do="power-on-and-stop-autoboot")] * n + [dict(do="report", to=rep)]), open(jf, "w"))
        rc = subprocess.run([x.replace("{job}", jf) for x in cmd], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60 * n, env=dict(os.environ, XDG_STATE_HOME=st)).returncode
        rows = json.load(open(rep))["steps"] if os.path.exists(rep) else []
        seconds += [r["seconds"] for r in rows]; wanted += n; boots += bd.boots; stopped += n - (bd.boots - n) if rc == 0 else len(rows)
        if rc != 0 and a.keep: shutil.copytree(st, os.path.join(a.keep, f"{a.board}-{wanted}"), ignore=shutil.ignore_patterns("*.sock", "*.img", "flash.run"))
        bd.close(); shutil.rmtree(st, ignore_errors=True)
        s = sorted(seconds) or [0]
        print(json.dumps(dict(board=a.board, boots=wanted, stopped=stopped, switched=boots, median_s=s[len(s) // 2], most_s=s[-1], minutes=round((time.monotonic() - began) / 60, 1))), flush=True)


if __name__ == "__main__":
    main()
