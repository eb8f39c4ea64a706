#!/usr/bin/env python3
"""
matrix.py - does the program say what is wrong? Every fault alone, in pairs, and none at all, against `unbrick serve --json` in network namespaces.

  sudo bench/diagnosis/matrix.py                          # every fault, 20 seeds, then pairs, healthy runs, kills
  sudo bench/diagnosis/matrix.py --seeds 2 --only drop-69,wan
  sudo bench/diagnosis/matrix.py --pairs --seeds 5        # only the pairs; so --healthy N and --kill N
  bench/diagnosis/matrix.py --table                       # measures nothing: prints what was measured

UNBRICK_EXE or the first argument is the program. Results: bench/diagnosis/results.json, one part each, replaced when it is measured again. It reads
nothing of the program but its JSON lines and knows none of its rules. Python 3 stdlib; root.
"""
import argparse, atexit, concurrent.futures, json, os, shutil, signal, sys, tempfile, time

sys.dont_write_bytecode = True
import bench_net
import table
from bench_net import HERE, common
from faults import FAULTS, HEALTHY
from pairs import PAIRS
from trial import Trial

RESULTS = os.path.join(HERE, 'results.json')
PROGRAM = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'artifacts/bin/Unbrick.Cli/release/unbrick')


def say(*words):
    print(time.strftime('%H:%M:%S'), *words, file=sys.stderr, flush=True)


def one(job):
    fault, seed, o = job
    try:
        kept = Trial(fault, seed, o.program, keep=o.keep).run()
    except Exception as e:
        kept = dict(fault=fault.name, seed=seed, expect=sorted(fault.codes()), ranking=[], came=[], infos=[], right=False, trouble=repr(e))
    if not kept['right'] or o.verbose:
        say('%-3s %s/%d: %s%s' % ('ok' if kept['right'] else 'NOT', kept['fault'], seed, ', '.join(kept['ranking']) or '-', ''.join('; ' + kept[k] for k in ('unseen', 'trouble') if k in kept)))
    return kept


def run(jobs, o, what):
    """Several at once; most of the time they wait."""
    done, wrong, began = [], 0, time.time()
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        for kept in pool.map(one, jobs):
            done.append(kept)
            wrong += not kept['right']
            if len(done) % 50 == 0:
                say('%s: %d of %d, %d not right, %.0f s' % (what, len(done), len(jobs), wrong, time.time() - began))
    return done


def save(part, rows, o):
    try:
        with open(o.results) as f:
            everything = json.load(f)
    except (OSError, ValueError):
        everything = {}
    everything[part] = dict(measured=time.strftime('%Y-%m-%dT%H:%MZ', time.gmtime()), seeds=o.seeds, jobs=o.jobs, load=os.getloadavg()[0], rows=rows)
    with open(o.results, 'w') as f:
        json.dump(everything, f, indent=0)
        f.write('\n')


def choose(faults, o):
    names = o.only.split(',') if o.only else ['*']
    chosen = []
    for fault in faults:
        if not (fault.name in names or any(n.endswith('*') and fault.name.startswith(n[:-1]) for n in names)):
            continue
        absent = [program for program in getattr(fault, 'programs', ()) if not shutil.which(program)]
        if absent:
            say('NOT MEASURED: %s needs %s' % (fault.name, ' and '.join(absent)))
        else:
            chosen.append(fault)
    return chosen


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('program', nargs='?', default=os.environ.get('UNBRICK_EXE') or PROGRAM)
    p.add_argument('--seeds', type=int, default=20)
    p.add_argument('--first-seed', type=int, default=1)
    p.add_argument('--jobs', type=int, default=8)
    p.add_argument('--only', help='names, with commas; NAME* for all that begin so')
    p.add_argument('--faults', action='store_true', help='only the faults alone')
    p.add_argument('--pairs', action='store_true', help='only the pairs')
    p.add_argument('--healthy', type=int, metavar='N', help='only N runs with nothing wrong')
    p.add_argument('--kill', type=int, metavar='N', help='only N runs that are killed')
    p.add_argument('--keep', nargs='?', const='wrong', choices=['wrong', 'all'], help='keep the JSON lines of the runs that were not right, or of all')
    p.add_argument('--results', default=RESULTS)
    p.add_argument('--table', action='store_true')
    p.add_argument('--story', action='store_true', help='measures nothing: what happened in the runs whose lines were kept')
    p.add_argument('--verbose', action='store_true')
    o = p.parse_args()
    if o.table:
        return table.show(o.results)
    if o.story:
        return table.stories(o.results)
    o.program = os.path.abspath(o.program)
    tempfile.tempdir = tempfile.mkdtemp(prefix='unbrick-matrix-')
    common.CLEAN.append(lambda: shutil.rmtree(tempfile.tempdir, ignore_errors=True))
    atexit.register(common.cleanup)
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, common.on_signal)
    everything = not (o.faults or o.pairs or o.healthy is not None or o.kill is not None)
    seeds = range(o.first_seed, o.first_seed + o.seeds)
    if o.faults or everything:
        save('faults', run([(f, s, o) for s in seeds for f in choose(FAULTS, o)], o, 'faults'), o)
    if o.pairs or everything:
        save('pairs', run([(f, s, o) for s in seeds for f in choose(PAIRS, o)], o, 'pairs'), o)
    if o.healthy is not None or everything:
        save('healthy', run([(HEALTHY[n % len(HEALTHY)], o.first_seed + n, o) for n in range(o.healthy or 100)], o, 'healthy'), o)
    if o.kill is not None or everything:
        import kill
        save('kill', kill.run(o.kill or 200, o, say), o)
    return table.show(o.results)


if __name__ == '__main__':
    sys.exit(main())
