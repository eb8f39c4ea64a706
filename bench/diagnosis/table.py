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


def said_first(rows):
    """How often the first problem that was said was the right one; refusals to start are said in the result only."""
    return '%d/%d' % (sum((r['came'] or r['ranking'])[:1] == r['expect'] for r in rows), len(rows))


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
    yield '| fault | right verdict | right | right when it was said | first verdict, times | evidence to verdict, s: median / worst |'
    yield '|---|---|---|---|---|---|'
    for name, group in grouped(rows).items():
        yield '| %s | %s | %s | %s | %s | %s |' % (name, ', '.join(group[0]['expect']) or 'none', share(group), said_first(group), counts([first(r) for r in group]), times(group))


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


def stories(path):
    """What the device did and what the program said, in one order, of the runs that were kept with their lines."""
    with open(path) as f:
        parts = json.load(f)
    for row in (r for part in parts.values() for r in part['rows'] if 'lines' in r):
        print('\n%s/%d: wanted %s, got %s; %s' % (row['fault'], row['seed'], ', '.join(row['expect']) or 'nothing', ', '.join(row['ranking']) or 'nothing', row['outcome']))
        began = row['began']
        story = [(at, '', what) for what, at in row['device']] + [(x.get('at', x['heard']) - began, x['type'], words(x)) for x in row['lines']]
        for at, kind, what in sorted(story):
            print('%8.2f  %s' % (at, '%-8s %s' % (kind, what) if kind else '                    | ' + what))


def words(line):
    if line['type'] == 'problem':
        return '%(severity)s %(code)s: %(seen)s' % line['problem']
    if line['type'] == 'transfer':
        return '%(outcome)s, %(bytes)d B in %(seconds).1f s, %(resent)d again, loss %(loss_to_device)g %(loss_from_device)g, %(loader)s, lives %(lives_left)s' % line
    return line.get('text') or line.get('outcome') or line.get('subject') or ''
