"""Starts an independent ROM (vesp.py), a counted wire with noise (wire.py) and `unbrick esp`, and says what came of it."""
import json, os, random, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
UNBRICK = os.environ.get('UNBRICK', os.path.join(HERE, '..', '..', 'artifacts', 'bin', 'Unbrick.Cli', 'release', 'unbrick'))


def free_port():
    s = socket.socket(); s.bind(('127.0.0.1', 0)); p = s.getsockname()[1]; s.close(); return p


class Board:
    """vesp.py, and wire.py before it when there is noise or something to count."""

    def __init__(self, chip='esp8266', size='1M', content=None, faults=(), seed=1, line='tcp', boot='download', wire=None, extra=()):
        self.dir = tempfile.mkdtemp(prefix='esp-')
        self.flash = os.path.join(self.dir, 'flash.bin')
        if content is not None: open(self.flash, 'wb').write(content)
        self.stats = os.path.join(self.dir, 'stats.json'); self.wstats = os.path.join(self.dir, 'wire.json')
        port = free_port(); link = os.path.join(self.dir, 'tty')
        where = {'tcp': ['--tcp', str(port)], 'rfc2217': ['--rfc2217', str(port)], 'pty': ['--pty', link]}[line]
        cmd = [sys.executable, os.path.join(HERE, 'vesp.py'), '--chip', chip, '--size', size, '--flash', self.flash, '--stats', self.stats,
               '--seed', str(seed), '--boot', boot, *where, *extra]
        for f in faults: cmd += ['--fault', f]
        self.procs = [subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)]
        self.procs[0].stdout.readline()
        self.port = {'tcp': 'tcp:127.0.0.1:%d' % port, 'rfc2217': 'rfc2217:127.0.0.1:%d' % port, 'pty': os.path.realpath(link)}[line]
        if wire is not None:
            listen = free_port()
            cmd = [sys.executable, os.path.join(HERE, 'wire.py'), '--chip', '127.0.0.1:%d' % port, '--listen', str(listen), '--stats', self.wstats, '--seed', str(seed), *wire]
            self.procs.append(subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
            self.procs[1].stdout.readline(); self.port = 'tcp:127.0.0.1:%d' % listen

    def close(self):
        for p in reversed(self.procs):
            if p.poll() is None: p.send_signal(signal.SIGTERM)
        for p in self.procs:
            try: p.wait(10)
            except subprocess.TimeoutExpired: p.kill()
        self.content = open(self.flash, 'rb').read() if os.path.exists(self.flash) else b''
        self.wire = json.load(open(self.wstats)) if os.path.exists(self.wstats) else {}
        return self


def run(*args, limit=600):
    """`unbrick esp ...`: exit code, the result, all events, seconds."""
    env = dict(os.environ, XDG_STATE_HOME=tempfile.mkdtemp(prefix='esp-state-')) if 'XDG_STATE_HOME' not in os.environ else dict(os.environ)
    t = time.time()
    try:
        p = subprocess.run([UNBRICK, 'esp', *args, '--json'], capture_output=True, text=True, timeout=limit, env=env)
    except subprocess.TimeoutExpired:
        return None, {}, [], time.time() - t
    events = [json.loads(line) for line in p.stdout.splitlines() if line.startswith('{')]
    return p.returncode, (events[-1] if events else {'stderr': p.stderr}), events, time.time() - t
