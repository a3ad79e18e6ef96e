#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What INDEX.tsv says to be odd about a capture is true of what p2ptool makes of it. Each
phrase of its last column has a rule in oddity_rules.py, or stands in plain_phrases.txt:
it tells whose machine it is, and nothing that could be read wrongly.

usage: oddities.py CORPUS P2PTOOL [NAME...]"""
import os
import sys

import captures
from oddity_case import Case
from oddity_rules import RULES
from raw import Raw

PLAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain_phrases.txt")


class Tally:
    def __init__(self):
        with open(PLAIN, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.plain = {line for line in lines if line and not line.startswith("#")}
        self.met, self.held = set(), dict.fromkeys((rule.pattern for rule, _ in RULES), 0)
        self.phrases, self.wrong = 0, 0

    def complain(self, name, words):
        self.wrong += 1
        print(f"{name}: {words}")


def check_phrase(case, phrase, tally):
    found = [(rule, rule.search(phrase), holds) for rule, holds in RULES]
    found = [(rule, match, holds) for rule, match, holds in found if match]
    for rule, match, holds in found:
        tally.held[rule.pattern] += 1
        for words in list(holds(case, match))[:10]:
            tally.complain(case.name, f"{match[0]}: {words}")
    if not found and phrase not in tally.plain:
        tally.complain(case.name, f"no rule knows the phrase {phrase!r}")
    if phrase in tally.plain:
        tally.met.add(phrase)


def check(corpus, p2ptool, row, tally):
    path = os.path.join(corpus, row["file"])
    try:
        said = captures.ask(p2ptool, path, "scan")
    except captures.Refused as refusal:
        tally.complain(row["file"], refusal)
        return
    case = Case(row["file"], Raw(path), said)
    for phrase in row["special"].split("; "):
        tally.phrases += 1
        check_phrase(case, phrase, tally)


def main(corpus, p2ptool, *names):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    tally = Tally()
    for row in captures.index(corpus):
        if not names or row["file"] in names:
            check(corpus, p2ptool, row, tally)
    if not names:
        for phrase in sorted(tally.plain - tally.met):
            tally.complain("plain_phrases.txt", f"nothing says {phrase!r}")
        for pattern in (pattern for pattern, count in tally.held.items() if not count):
            tally.complain("oddity_rules.py", f"nothing is matched by {pattern}")
    for pattern, count in tally.held.items():
        print(f"{count:5} {pattern}")
    print(f"{tally.phrases} phrases, {sum(tally.held.values())} times a rule, "
          f"{len(tally.met)} plain ones, {tally.wrong} wrong")
    return 1 if tally.wrong or not tally.phrases else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
