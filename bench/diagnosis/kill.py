"""
Runs that are killed (SIGKILL) at any moment, and the next start after each: what the first one had changed on the machine must be gone when the
second has ended, and what was there before must still be there.
"""
import concurrent.futures, os, random, shutil, signal, subprocess, tempfile, time

from bench_net import Places

OURS, DEVICE = '192.168.1.66', '192.168.1.1'
LINK = '  link '                                        # "pc0  link up  192.168.1.66/24 added for this run"
THERE = '10.1.2.3/24'                                   # not ours to touch, and neither are the neighbour and the rule
RULE = 'table inet theirs {\n chain c {\n type filter hook input priority 0\n udp dport 9 drop\n }\n}\n'


class Kill:
    def __init__(self, seed, program):
        self.seed, self.program, self.dice = seed, program, random.Random('kill/%d' % seed)

    def run(self):
        self.work, self.places = tempfile.mkdtemp(prefix='unbrick-kill-'), Places()
        try:
            return self.measure()
        finally:
            self.places.close()
            shutil.rmtree(self.work, ignore_errors=True)

    def measure(self):
        places, dice = self.places, self.dice
        self.log, self.image = os.path.join(self.work, 'log'), os.path.join(self.work, 'image.bin')
        with open(self.image, 'wb') as f:
            f.write(os.urandom(300_000))
        self.prepare()
        before = places.state()
        first, how = dice.choice(['address', 'put', 'put']), dice.choice(['any', 'setting-up', 'running', 'taking-back'])
        server, moment = self.start(first), dice.uniform(0, 2.2)
        if how == 'setting-up':                         # around the moment when it adds what it needs
            self.until_it_says(server, '"job-started"')
            moment = dice.uniform(0, .3)
        elif how != 'any':
            self.until_it_says(server, LINK)
        if how == 'taking-back':
            time.sleep(dice.uniform(0, .3))
            server.send_signal(signal.SIGINT)
            moment = dice.uniform(0, .15)
        time.sleep(moment)
        server.kill()
        server.wait()
        left = places.state()
        second = self.start(dice.choice(['address', 'put']))
        ready = self.until_it_says(second, LINK)
        time.sleep(0.3)
        second.send_signal(signal.SIGINT)
        try:
            second.wait(15)
        except subprocess.TimeoutExpired:
            second.kill()
            ready = False
        after = places.state()
        return dict(seed=self.seed, mode=first, when=how, moment=round(moment, 3), left=left != before, right=after == before and ready,
                    **({} if after == before and ready else dict(before=before, after=after, ready=ready, said=self.said()[-1500:])))

    def prepare(self):
        places = self.places
        places.ip(places.device, 'link set dev0 up')
        places.ip(places.pc, 'addr add %s dev pc0' % THERE)
        places.ip(places.pc, 'neigh add 10.1.2.9 lladdr 02:00:00:00:00:09 dev pc0 nud permanent')
        places.nft(places.pc, RULE)

    def start(self, mode):
        how = ['--address', OURS + '/24', '--no-dhcp'] if mode == 'address' else ['--address', OURS + '/24', '--device-mac', '02:aa:bb:cc:dd:20', '--put', DEVICE]
        env = dict(os.environ, XDG_STATE_HOME=os.path.join(self.work, 'state'), XDG_CONFIG_HOME=os.path.join(self.work, 'config'))
        with open(self.log, 'w') as log:
            return self.places.start(self.places.pc, self.program, 'serve', self.image, '--interface', 'pc0', '--json', *how, env=env, stdout=log, stderr=log)

    def said(self):
        with open(self.log) as log:
            return log.read()

    def until_it_says(self, server, words):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if words in self.said():
                return True
            if server.poll() is not None:
                return False
            time.sleep(0.02)
        return False


def run(count, o, say):
    def one(seed):
        try:
            kept = Kill(seed, o.program).run()
        except Exception as e:
            kept = dict(seed=seed, right=False, left=False, trouble=repr(e))
        if not kept['right'] or o.verbose:
            say('%s kill/%d: %s' % ('ok ' if kept['right'] else 'NOT', seed, {k: kept.get(k) for k in ('mode', 'when', 'moment', 'left', 'trouble')}))
        return kept
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        return list(pool.map(one, range(o.first_seed, o.first_seed + count)))
