# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture for the rules of oddity_rules.py: what stands in it beside what p2ptool says,
and what many rules ask."""


class Case:
    """A capture: what stands in it, and what p2ptool says of it."""

    def __init__(self, name, raw, said):
        self.name, self.raw, self.said = name, raw, said
        self.functions = {f["address"]: f for f in said["functions"]}
        self.damage = said["damage"]["places"]

    def both(self):
        """Functions as p2ptool says them and as they are told."""
        for address, told in self.raw.functions.items():
            if address in self.functions:
                yield self.functions[address], told


def differ(what, ours, wanted):
    if ours != wanted:
        yield f"{what}: {ours}, not {wanted}"


def all_found(case, _=None):
    """Lines that are no device's make no function, and no function is lost."""
    for address in sorted(case.raw.functions.keys() ^ case.functions.keys()):
        yield f"{address}: {'made up' if address in case.functions else 'not found'}"


def undamaged(case, _=None):
    for place in case.damage:
        yield f"damage: {place['text']}"
