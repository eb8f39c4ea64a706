"""One trial: a fault, a device, the program; what the program said, and when, beside when the evidence was there."""
import hashlib, json, os, random, shutil, signal, subprocess, sys, tempfile, threading, time

from bench_net import HERE, Places

NO_VERDICT = ('still-writing', 'interrupted', 'lives-low', 'leftover-removed')      # advice about what goes on, or about the bench's own Ctrl-C
NETWORKS = [('192.168.0.66', '192.168.0.86'), ('192.168.1.66', '192.168.1.86'), ('10.10.10.3', '10.10.10.123'), ('192.168.31.100', '192.168.31.1'),
            ('192.168.0.10', '192.168.0.2'), ('192.168.1.254', '192.168.1.1')]
LOADER_MACS = ('00:03:7f:11:22:33', '00:aa:bb:cc:dd:ee', '00:0c:43:28:80:01', '00:e0:4c:12:34:56')


class Trial:
    """Runs once. `result` has what is kept of it."""

    def __init__(self, fault, seed, program, keep=None):
        self.fault, self.seed, self.program, self.keep = fault, seed, program, keep
        self.dice = random.Random('%s/%d' % (fault.name, seed))
        self.events, self.lines, self.lock = [], [], threading.Lock()
        self.ours, device = self.dice.choice(fault.networks or NETWORKS)
        mac = self.dice.choice(LOADER_MACS)
        self.size = self.dice.randrange(*fault.size)
        self.plan = dict(seed=self.dice.getrandbits(32), mac=mac, ip=device, server=self.ours, bench=self.ours, file='recovery.bin', lan='192.168.1.1',
                         firmware_mac=self.dice.choice([mac, '74:4d:28:%02x:10:01' % (seed & 255)]), hostname=self.dice.choice(['OpenWrt', 'router', 'TL-WR841N']),
                         openwrt=self.dice.random() < .4, lldp=self.dice.random() < .3, ipv6=self.dice.random() < .8, bounce=self.dice.random() < .5,
                         driver_resets=self.dice.random() < .6, line={k: v(self) if callable(v) else v for k, v in fault.line.items()})
        self.plan.update({k: v(self) if callable(v) else v for k, v in fault.device.items()})

    # -- what the faults use

    def blocks(self):
        return self.size // 1468

    def happened(self, what, at=None):
        with self.lock:
            self.events.append((what, at or time.time()))
        for action in self.fault.on.get(what, ()):
            threading.Thread(target=self.act, args=(action,), daemon=True).start()

    def act(self, action):
        try:
            action(self)
        except Exception as e:
            if not self.places.stopping:
                self.trouble = repr(e)

    def when(self, what, nth=1):
        with self.lock:
            times = sorted(at for name, at in self.events if name == what)
        return times[nth - 1] if len(times) >= nth else None

    # -- the run

    def run(self):
        self.work, self.trouble = tempfile.mkdtemp(prefix='unbrick-matrix-'), None
        self.places = Places(switch=self.fault.switch, ipv6=self.dice.random() < .5)
        try:
            self.prepare()
            for action in self.fault.before:
                action(self)
            return self.watch()
        finally:
            self.places.close()
            shutil.rmtree(self.work, ignore_errors=True)

    def prepare(self):
        content = random.Random(self.plan['seed']).randbytes(self.size)
        root = os.path.join(self.work, 'root')
        os.mkdir(root)
        with open(os.path.join(root, 'recovery.bin'), 'wb') as f:
            f.write(content)
        self.plan['sha256'] = hashlib.sha256(content).hexdigest()
        what = ['--root', root, '--until', 'done'] if self.fault.folder else [os.path.join(root, 'recovery.bin'), '--watch', '20']
        dhcp = [] if self.plan.get('dhcp') or self.fault.dhcp else ['--no-dhcp']
        self.command = [self.program, 'serve'] + what + ['--interface', 'pc0', '--address', self.ours + '/24', '--json'] + dhcp
        self.env = dict(os.environ, XDG_STATE_HOME=os.path.join(self.work, 'state'), XDG_CONFIG_HOME=os.path.join(self.work, 'config'))

    def watch(self):
        self.started = time.time()
        self.happened('start', self.started)
        server = self.places.start(self.places.pc, *self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env)
        reading = threading.Thread(target=self.read_program, args=(server,), daemon=True)
        reading.start()
        self.wait(lambda: self.serving() or server.poll() is not None, 20)
        self.happened('serving')
        if server.poll() is None:
            device = self.places.start(self.places.device, sys.executable, os.path.join(HERE, 'device.py'), 'dev0', json.dumps(self.plan), stdout=subprocess.PIPE, text=True)
            threading.Thread(target=self.read_device, args=(device,), daemon=True).start()
        self.cut = not self.wait(lambda: server.poll() is not None or self.enough(), self.fault.cap)
        if server.poll() is None:
            os.kill(self.child(server), signal.SIGINT)
            self.wait(lambda: server.poll() is not None, 10)
        reading.join(5)
        return self.judge(server)

    def child(self, server):
        return server.pid                               # `ip netns exec` becomes the program

    def wait(self, done, seconds):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def read_program(self, server):
        for line in server.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            said['heard'] = time.time()
            with self.lock:
                self.lines.append(said)
            if len(self.lines) == 1:
                self.happened('running', said.get('at', said['heard']))
        errors = server.stderr.read()
        if errors:
            self.errors = errors[-500:]

    def read_device(self, device):
        for line in device.stdout:
            said = json.loads(line)
            self.happened(said['what'], said['at'])
            if said['what'] in ('offer', 'dhcp-request') and said['server'] != self.ours:
                self.happened('foreign-' + said['what'], said['at'])
            if said['what'] == 'loaded' and not said['right']:
                self.happened('wrong-content', said['at'])

    def said(self, kind):
        with self.lock:
            return [x for x in self.lines if x['type'] == kind]

    def serving(self):
        return any(x['topic'] == 'serving' for x in self.said('note'))

    # -- verdicts

    def problems(self):
        """(code, at) of the verdicts, as they came."""
        return [(x['problem']['code'], x['at']) for x in self.said('problem') if self.is_verdict(x['problem'])]

    def is_verdict(self, problem):
        return (problem['severity'] in ('warning', 'error') or problem['code'] in self.fault.codes()) and (problem['code'] not in NO_VERDICT or problem['code'] in self.fault.codes())

    def evidence(self):
        """The moment when all that there is to see had been seen; None before it."""
        times = [self.when(*e) for e in self.fault.evidence]
        return max(times) if times and None not in times else None

    def enough(self):
        """Two seconds after a verdict that the evidence was there for."""
        got = self.problems()
        if self.fault.healthy or not got:
            return False
        if not self.fault.needs <= len({code for code, _ in got}) and not self.fault.codes() <= {code for code, _ in got}:
            return False
        seen = self.evidence()
        if self.fault.evidence and seen is None:
            return False
        return time.time() >= max(got[-1][1], seen or 0) + 2

    def judge(self, server):
        ended = self.said('result')
        result = ended[-1] if ended else {}
        ranking = [p['code'] for p in result.get('diagnosis', []) if self.is_verdict(p)]
        came = self.problems()
        infos = sorted({x['problem']['code'] for x in self.said('problem') if x['problem']['severity'] == 'note'}
                       | {p['code'] for p in result.get('diagnosis', []) if p['severity'] == 'note'})
        seen, at = self.evidence(), None
        times = dict(reversed(came))
        wanted = [c for c in ranking if c in self.fault.codes()]
        if wanted:
            at = times.get(wanted[0], result.get('heard'))
        kept = dict(fault=self.fault.name, seed=self.seed, expect=sorted(self.fault.codes()), ranking=ranking, came=[c for c, _ in came], infos=infos,
                    outcome=result.get('outcome'), exit=server.poll(), cut=self.cut, seconds=round(time.time() - self.started, 1),
                    after_evidence=round(at - seen, 2) if at and seen and self.fault.timed else None, after_start=round(at - self.started, 2) if at else None)
        if not ended or self.trouble:
            kept['trouble'] = self.trouble or getattr(self, 'errors', 'no result')
        if self.when('wrong-content'):
            kept['trouble'] = 'the device got something else than the image'
        if self.fault.evidence and seen is None:
            kept['unseen'] = 'the evidence never came'
        kept['right'] = self.fault.is_right(kept)
        if self.keep and (not kept['right'] or self.keep == 'all'):
            kept['lines'] = [x for x in self.lines if x['type'] != 'progress']
            kept['began'] = self.started
            kept['device'] = [(what, round(at - self.started, 3)) for what, at in self.events if what != 'lost']
        return kept
