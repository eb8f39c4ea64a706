#!/usr/bin/env python3
"""terminal-picture.py - draws what a command printed as an SVG, so that the README shows a real run.

  ./unbrick demo archer-c7-stall --speed fast 2>&1 | docs/terminal-picture.py './unbrick demo archer-c7-stall' [--from TEXT] > docs/demo.svg

--from leaves out the lines before the first one that holds TEXT, and says so.
"""
import re
import sys
from xml.sax.saxutils import escape

command = sys.argv[1]
start = sys.argv[sys.argv.index('--from') + 1] if '--from' in sys.argv else None
lines = [re.sub(r'\x1b\[[0-9;]*[A-Za-z]', '', l.rstrip('\n')) for l in sys.stdin]
lines = [l for l in lines if not l.startswith(('unbrick: building', 'record:'))]
shown = ['$ ' + command]
if start:
    at = next(i for i, l in enumerate(lines) if start in l)
    if at:
        shown.append('...')
    lines = lines[at:]
shown += lines

COLOURS = [(r'^\$ ', '#7ee787'), (r'^(error|warning|note)\[', '#ffa657'), (r'^(recovered|checked|now)\b', '#7ee787'), (r'^act ', '#79c0ff'), (r'^  (seen|means|try|more) ', '#c9d1d9')]
width, height, pad = 8.4, 18, 14
print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">'
      % (2 * pad + max(map(len, shown)) * width, 2 * pad + len(shown) * height))
print('<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
for i, line in enumerate(shown):
    colour = next((c for rx, c in COLOURS if re.search(rx, line)), '#c9d1d9')
    print('<text x="%d" y="%d" fill="%s" xml:space="preserve">%s</text>' % (pad, pad + (i + 1) * height - 5, colour, escape(line)))
print('</svg>')
