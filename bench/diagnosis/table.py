"""The tables of what was measured, in Markdown."""
import json, statistics


def share(rows):
    return '%d/%d' % (sum(r['right'] for r in rows), len(rows))


def grouped(rows):
    groups = {}
    for r in rows:
        groups.setdefault(r['fault'], []).append(r)
    return groups


def first(row):
    return 'TROUBLE' if row.get('trouble') and not row['ranking'] else row['ranking'][0] if row['ranking'] else 'nothing'


def times(rows):
    """Median and worst seconds from the evidence to the verdict; those before it count as none."""
    after = [max(0, r['after_evidence']) for r in rows if r['right'] and r.get('after_evidence') is not None]
    if after:
        return '%.1f / %.1f' % (statistics.median(after), max(after))
    waited = [r['after_start'] for r in rows if r['right'] and r.get('after_start') is not None]
    return '(%.0f from the start)' % statistics.median(waited) if waited else ''


def counts(words):
    return ', '.join('%s %d' % (w, words.count(w)) for w in sorted(set(words), key=lambda w: -words.count(w)))


def matrix(rows):
    yield '| fault | right verdict | right | first verdict, times | evidence to verdict, s: median / worst |'
    yield '|---|---|---|---|---|'
    for name, group in grouped(rows).items():
        yield '| %s | %s | %s | %s | %s |' % (name, ', '.join(group[0]['expect']) or 'none', share(group), counts([first(r) for r in group]), times(group))


def pairs(rows):
    yield '| pair | codes that must be there first | right | first two, times |'
    yield '|---|---|---|---|'
    for name, group in grouped(rows).items():
        yield '| %s | %s | %s | %s |' % (name, ' and '.join(group[0]['expect']), share(group), counts([' > '.join(r['ranking'][:2]) or first(r) for r in group]))


def late(rows):
    return [r for r in rows if (r.get('after_evidence') or 0) > 2]


def show(path):
    """Prints the parts that there are; 1 when something was not right."""
    with open(path) as f:
        parts = json.load(f)
    wrong = 0
    for part, lines in (('faults', matrix), ('pairs', pairs), ('healthy', matrix)):
        if part in parts:
            rows = parts[part]['rows']
            if not rows:
                continue
            wrong += sum(not r['right'] for r in rows)
            print('\n%s, %s: %s right%s\n' % (part, parts[part]['measured'], share(rows), ', %d verdicts more than 2 s after their evidence' % len(late(rows)) if part == 'faults' else ''))
            print('\n'.join(lines(rows)))
            if part == 'healthy':
                print('\noutcomes: %s' % counts([str(r.get('outcome')) for r in rows]))
    if 'kill' in parts:
        rows = parts['kill']['rows']
        wrong += sum(not r['right'] for r in rows)
        print('\nkilled, %s: %s left nothing behind after the next start; %d had left something for it' % (parts['kill']['measured'], share(rows), sum(r['left'] for r in rows)))
    return 1 if wrong else 0
