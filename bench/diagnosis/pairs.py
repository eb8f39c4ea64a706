"""
Two things wrong at once. Only pairs whose second half leaves a trace although the first is there: with the cable out nothing else can be seen, a
request that a firewall drops ends before names, options and losses matter, and a transfer that is never begun loses no block. Of those some stand
here all the same, with one code: what can be seen must be said first, and nothing else may come before it.
"""
from dataclasses import dataclass

from faults import Fault, by_name


@dataclass
class Pair(Fault):
    expect_both: tuple = ()

    def codes(self):
        return set(self.expect_both)

    def is_right(self, kept):
        if 'trouble' in kept:
            return False
        return set(self.expect_both) <= set(kept['ranking'][:len(self.expect_both)])


def pair(first, second, only=None):
    """`only`: the one of the two that leaves a trace."""
    a, b = by_name(first), by_name(second)
    seen = [by_name(only)] if only else [a, b]
    on = {event: a.on.get(event, ()) + b.on.get(event, ()) for event in a.on.keys() | b.on.keys()}
    return Pair('%s + %s' % (first, second), '', {**a.device, **b.device}, {**a.line, **b.line}, a.before + b.before, on,
                tuple(e for f in seen for e in f.evidence), timed=False, switch=a.switch or b.switch, dhcp=a.dhcp or b.dhcp, folder=a.folder or b.folder,
                size=max(a.size, b.size), cap=max(a.cap, b.cap) + 15, needs=len(seen), expect_both=tuple(f.expect for f in seen))


PAIRS = [
    pair('second-adapter', 'other-name'),
    pair('second-adapter', 'drop-69'),
    pair('second-adapter', 'loss-both'),
    pair('second-adapter', 'other-address'),
    pair('second-adapter', 'arp-replies-ignored'),
    pair('second-adapter', 'refuses-image'),
    pair('second-adapter', 'silent'),
    pair('loss-both', 'refuses-image'),
    pair('loss-both', 'reboots'),
    pair('loss-both', 'dies'),
    pair('loss-both', 'asks-without-options'),
    pair('loss-17th', 'refuses-image'),
    pair('asks-without-options', 'refuses-image'),
    pair('asks-without-options', 'reboots'),
    pair('slow-flash', 'refuses-image'),
    pair('link-flaps', 'refuses-image'),
    pair('link-flaps', 'other-name'),
    pair('link-flaps', 'loss-both'),
    pair('address-taken-away', 'second-adapter'),
    pair('twin-there', 'other-name', only='twin-there'),      # the device may well have asked the twin
    pair('twin-later', 'refuses-image', only='twin-later'),
    pair('other-name', 'drop-69', only='drop-69'),      # the request is on the cable and not in the program: the firewall comes first
    pair('loss-both', 'cable-out', only='cable-out'),
    pair('refuses-image', 'wan', only='wan'),
    pair('loss-both', 'other-name', only='other-name'),
    pair('refuses-image', 'drop-high', only='drop-high'),
]
