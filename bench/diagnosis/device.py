#!/usr/bin/env python3
"""
device.py IF PLAN - a device at the end of a cable, on raw frames: boots, asks for its file as its boot loader does, writes it, restarts into its
firmware. PLAN is JSON (see matrix.py: what is wrong with it); what happens is told on stdout, a JSON line each. Runs in a network namespace of its
own until it is killed.
"""
import hashlib, json, random, sys, threading, time

sys.dont_write_bytecode = True
from cable import Line, Nic, tell
from firmware import Firmware
from loader import Again, Loader


class Device:
    def __init__(self, adapter, plan):
        self.plan, self.dice = plan, random.Random(plan['seed'])
        self.nic = Nic(adapter, Line(plan.get('line', {}), random.Random(plan['seed'] + 1)))
        self.between = self.dice.uniform

    def run(self):
        plan, kind = self.plan, self.plan.get('kind', 'loader')
        if not plan.get('powered'):
            self.nic.link(False, quiet=True)
        tell('ready')
        time.sleep(self.between(0.4, 2.5))
        if kind == 'off':
            self.forever()
        self.power_on()
        if kind == 'silent':
            self.forever()
        if kind in ('lan', 'wan'):
            self.start_firmware()
        if 'flaps' in plan:
            threading.Thread(target=self.flap, daemon=True).start()
        while True:
            try:
                self.recover()
            except Again:                               # it reboots
                self.drop_link(0.5, 1.5)
                time.sleep(self.between(0.5, 2))

    def power_on(self):
        self.nic.link(True)
        if self.plan.get('bounce'):
            return self.bounce()
        time.sleep(self.between(*self.plan.get('thinks', (0.3, 1.5))))

    def bounce(self):
        """The loader resets its switch chip: the link falls once more."""
        time.sleep(self.between(0.2, 0.8))
        self.drop_link(0.2, 0.6)
        time.sleep(self.between(0.5, 1.5))

    def drop_link(self, least, most):
        self.nic.link(False)
        time.sleep(self.between(least, most))
        self.nic.link(True)

    def flap(self):
        """As a bad plug does it; before the device asks, nothing gets through until it is over."""
        self.nic.line.muted = not self.plan.get('flaps_late')
        for _ in range(self.plan['flaps']):
            time.sleep(self.between(1.5, 2.8))
            tell('flap')
            self.drop_link(0.4, 0.9)
        self.nic.line.muted = False

    def recover(self):
        loader = Loader(self.nic, self.plan, self.dice)
        while True:
            content = loader.load()
            right = hashlib.sha256(content).hexdigest() == self.plan.get('sha256')
            tell('loaded', right=right)
            if self.plan.get('after') == 'refuse':
                loader.sleep(self.between(2, 8))        # it checks the image and goes back to its beginning
                continue
            time.sleep(self.between(2, 3))              # it writes
            if self.plan.get('after') == 'silent':
                self.forever()
            if self.plan.get('another'):                # a loader that loads several parts
                self.plan['file'], loader.file = self.plan['another'], self.plan.pop('another')
                continue
            break
        self.drop_link(0.4, 1.2)
        tell('restarts')
        time.sleep(self.between(0.5, 1.5))
        self.start_firmware()

    def start_firmware(self):
        if self.plan.get('driver_resets', True):        # Linux brings the switch up anew
            time.sleep(self.between(0.5, 1.5))
            self.drop_link(0.2, 0.6)
        time.sleep(self.between(0.5, 2))
        Firmware(self.nic, self.plan, self.dice).run()

    def forever(self):
        while True:
            time.sleep(60)


if __name__ == '__main__':
    Device(sys.argv[1], json.loads(sys.argv[2])).run()
