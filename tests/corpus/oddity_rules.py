# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules of oddities.py: a pattern, and a function that yields what is wrong with what
p2ptool says of a capture to which a phrase of that pattern belongs."""
import json
import re

import captures
from oddity_case import all_found, differ, undamaged

PRIVILEGE = "captured without privilege"
# 100 and 200 Series, 7th and 8th generation (pci_quirk_intel_spt_pch_acs_match, 6.12)
WIDE_PORTS = re.compile("a11[0-9a-f]|a16[7-9a]|9d1[0-9ab]|a29[0-9a-f]|a2e[7-9a-e]")
# Where INDEX.tsv counts what its words do not say, and what it is instead.
OTHERWISE = {
    # first steps of paths
    ("vvv/ml-cometlake-s-titanridge-PP.txt", "domain prefix on 8/33"): 0,
    # of two machines' halves, five segments
    ("xxx/pciutils-PCI-X-bridges-and-domains.txt", "two domains"): 5,
}


def prefixes(case, match):
    wanted = OTHERWISE.get((case.name, match[0]), int(match[1]))
    yield from differ("lines with a PCI domain", len(case.raw.prefixed), wanted)
    yield from differ("functions", len(case.functions), int(match[2]))
    yield from all_found(case)


def lengths(case, match):
    wanted = sorted(map(int, match[1].split("/")))
    there = case.raw.lengths()
    yield from differ("lengths", there, [n for n in wanted if n or 0 in there])
    for f, told in case.both():
        length = len(told.bytes)
        if length and not told.is_dead():
            yield from own_header(f, told)
        if told.is_dead() or not (length or told.lines):
            yield from differ(f"{f['address']}: readable", f["readable"], 0)
        elif not any(map(str.strip, told.lines)):
            yield from differ(f"{f['address']}: readable", f["readable"], length)
        elif f["readable"] < length:
            yield f"{f['address']}: readable {f['readable']} of {length}"


def own_header(f, told):
    for key, offset in (("vendor", 0), ("device", 2), ("class", 10)):
        yield from differ(f"{f['address']}: {key}", f[key], f"{told.number(offset, 2):04x}")


def mixed(case, _):
    if not any(told.bytes for told in case.raw.functions.values()):
        yield "no function has bytes"
    for f, told in case.both():
        if told.is_dead() and (f["class"] is None or f["vendor"] is None):
            yield f"{f['address']}: is not what its device line tells"


def text_only(case, _):
    for f, told in case.both():
        bits = (f["acs"] or {"bits": {}})["bits"].values()
        if told.bytes:
            yield f"{f['address']}: has bytes"
        if any(bit is not None for bit in bits) and told.acs("ACSCtl") is None:
            yield f"{f['address']}: ACS control was told by nobody"


def acs_lines(case, match):
    told = {f["address"]: told for f, told in case.both() if told.acs("ACSCtl") is not None}
    yield from differ("functions with ACSCtl", len(told), int(match[1]))
    for address, lines in told.items():
        if len(lines.bytes) < 4096:
            yield from told_bits(case.functions[address], lines)
        elif not case.functions[address]["acs"]:
            yield f"{address}: no ACS"


def told_bits(f, told):
    """Of Intel's ports with wide registers lspci prints halves that they do not use, all
    off; a port without id may be one where chipsets have theirs."""
    control = told.acs("ACSCtl")
    if not f["acs"]:
        yield f"{f['address']}: no ACS"
        return
    is_chipset = re.search(r":1[bcd]\..$", f["address"]) and not any(control.values())
    is_other = f["vendor"] == "8086" and (
        WIDE_PORTS.fullmatch(f["device"]) if f["device"] else is_chipset)
    bits = f["acs"]["bits"]
    for letter, is_on in control.items():
        if letter in bits or is_on:
            wanted = None if is_other else is_on
            yield from differ(f"{f['address']}: {letter}", bits.get(letter), wanted)


def acs_of_lspci(case, match):
    whole = [f for f, told in case.both() if len(told.bytes) == 4096 and f["acs"]]
    yield from differ("functions with ACS", len(whole), int(match[1]))


def acs_in_text(case, _):
    for f, told in case.both():
        is_named = told.has("Access Control Services")
        if len(told.bytes) > 256:
            yield f"{f['address']}: {len(told.bytes)} bytes"
        if bool(f["acs"]) != is_named:
            yield f"{f['address']}: ACS {f['acs']}, {'named' if is_named else 'not named'}"
        if f["acs"] and not told.acs("ACSCtl") and set(f["acs"]["bits"].values()) - {None}:
            yield f"{f['address']}: its control was told by nobody"


def denied(case, match):
    told = {f["address"] for f, told in case.both() if told.has("<access denied>")}
    said = {address for address, f in case.functions.items()
            if PRIVILEGE in (m["why"] for m in f["missing"])}
    yield from differ("lines", len(told), int(match[1]))
    for address in sorted(told ^ said):
        yield f"{address}: denied {'only by p2ptool' if address in said else 'unnoticed'}"
    for address in sorted(told):
        for key in ("acs", "pcie_type", "link", "serial"):
            yield from differ(f"{address}: {key}", case.functions[address][key], None)


def paths(case, match):
    """The step before the last one is what a function hangs on."""
    steps = {f["address"]: told.steps[-1] for f, told in case.both() if told.steps}
    yield from differ("paths", len(steps), int(match[1]))
    yield from all_found(case)
    for address, above in steps.items():
        yield from differ(f"{address}: parent", case.functions[address]["parent"], above)


def more_than_lspci(case, match):
    yield from differ("functions", len(case.functions), int(match[1]))


def no_carriage_return(case, _):
    if b"\r\n" not in case.raw.content:
        yield "no CRLF in it"
    if "\\r" in json.dumps(case.said):
        yield "a carriage return is said"
    yield from undamaged(case)


def long_line(case, match):
    yield from differ("longest line", max(map(len, case.raw.lines)), int(match[1]))
    yield from undamaged(case)


def filtered(case, match):
    """Nobody hangs on the root bus of a machine that is not here."""
    vendors = set(re.findall(r"\b[0-9a-f]{4}\b", match[1]))
    for f in case.functions.values():
        if f["vendor"] not in vendors:
            yield f"{f['address']}: vendor {f['vendor']}"
        if not f["parent"] and not captures.is_orphan(f):
            yield f"{f['address']}: parent {f['parent']}"
    if "orphan" not in [finding["id"] for finding in case.said["findings"]]:
        yield "no finding that parents are missing"


def only_headers(case, match):
    """Without a capability list in Status there is no ACS; all else is unknown."""
    for f, told in case.both():
        has_list = told.number(6, 2) & 0x10
        yield from differ(f"{f['address']}: readable", f["readable"], int(match[1]))
        yield from differ(f"{f['address']}: acs", f["acs"], None if has_list else False)


def three_passes(case, match):
    times = {count for count in case.raw.repeated.values()}
    yield from differ("device lines of each", times, {int(match[1])})
    yield from differ("all of them", sum(case.raw.repeated.values()), int(match[2]))
    yield from all_found(case)
    yield from undamaged(case)


def one_row_short(case, match):
    short = [f for f, told in case.both() if len(told.bytes) == int(match[1])]
    yield from differ("short functions", len(short), 1)
    yield from differ("damage", [place["text"] for place in case.damage],
                      [f"{f['address']}: rows 0x080 to 0x080 are missing" for f in short])


def spoilt_rows(case, _):
    """Each is damage at its line, and nothing else is."""
    odd = [number for number, line in enumerate(case.raw.lines, 1)
           if re.match(r"[0-9a-f]{2,3}: ", line) and ("\ufffd" in line or " 000 " in line)]
    yield from differ("damaged lines", [place["line"] for place in case.damage], odd)
    for place in case.damage:
        if not re.search(r"row 0x[0-9a-f]{3} is damaged", place["text"]):
            yield place["text"]


def one_without_rows(case, _):
    empty = [f["address"] for f, told in case.both() if not told.bytes]
    yield from differ("functions without rows", len(empty), 1)
    yield from differ("damage", [place["text"] for place in case.damage],
                      [f"{address}: it has no rows, the file may be cut" for address in empty])


def unindented(case, _):
    below = [line for told in case.raw.functions.values() for line in told.lines]
    if any(line.startswith("\t") for line in below):
        yield "a line is indented"
    for f, told in case.both():
        used = [line.split(": ")[1] for line in told.lines if "Kernel driver in use" in line]
        yield from differ(f"{f['address']}: driver", f["driver"], (used or [None])[0])
        if told.has("Bus: primary=") and f["kind"] not in ("root-port", "switch-up",
                                                           "switch-down"):
            yield f"{f['address']}: kind {f['kind']}"


def message(case, match):
    """What a program said on standard error is part of nothing."""
    words = match[1]
    if not any(words in line for line in case.raw.lines):
        yield "the message is not there"
    if words in json.dumps(case.said):
        yield "the message is taken for a part of the capture"
    yield from undamaged(case)
    yield from all_found(case)


def config_not_there(case, _):
    """The file of one function could not be opened."""
    yield from undamaged(case)
    closed = [f for f, told in case.both() if not told.bytes]
    yield from differ("functions without bytes", len(closed), 1)
    for f in closed:
        yield from differ(f"{f['address']}: what is known", (f["acs"], f["kind"]), (None,) * 2)


def vmd(case, match):
    inside = [f for a, f in case.functions.items() if a.startswith(match[1] + ":")]
    if not inside:
        yield "no function of that PCI domain"
    for f in inside:
        if f["parent"] and not f["parent"].startswith(match[1] + ":"):
            yield f"{f['address']}: below {f['parent']}"


def wide_domains(case, match):
    least, most = int(match[1]), int(match[2])
    wide = [a for a in case.functions if least <= len(a.split(":")[0]) <= most]
    if not wide:
        yield "no function has such a PCI domain"
    yield from all_found(case)


def one_domain(case, match):
    yield from differ("PCI domains", {a.split(":")[0] for a in case.functions}, {match[1]})


def domains(case, match):
    wanted = OTHERWISE.get((case.name, match[0])) or int(match[1])
    yield from differ("PCI domains", len({a.split(":")[0] for a in case.functions}), wanted)


def spaces(case, _):
    below = [line for told in case.raw.functions.values() for line in told.lines if line]
    if any("\t" in line for line in below):
        yield "a tab is in it"
    for f, told in case.both():
        for key, words in (("numa", "NUMA node: "), ("slot", "Physical Slot: ")):
            lines = [line.split(words)[1] for line in told.lines if words in line]
            if lines:
                yield from differ(f"{f['address']}: {key}", str(f[key]), lines[0])


def numeric(case, _):
    for f, told in case.both():
        number = re.match(r"([0-9a-f]{4}): ([0-9a-f]{4}):([0-9a-f]{4})", told.headers[0])
        if not number:
            yield f"{f['address']}: no numbers"
            continue
        ours = (f["class"], f["vendor"], f["device"])
        yield from differ(f["address"], ours, number.groups())


def picked_lines(case, _):
    """Lines that somebody picked out tell what they tell; what was left out is unknown."""
    for f, told in case.both():
        is_told = told.acs("ACSCtl") is not None
        yield from differ(f"{f['address']}: ACS", bool(f["acs"]), is_told)
        yield from differ(f"{f['address']}: the rest", (f["kind"], f["ats"]), (None, None))


def elided(case, _):
    for f, told in case.both():
        if not told.has("[...]"):
            yield f"{f['address']}: nothing was left out"
        yield from differ(f"{f['address']}: acs", f["acs"], None)
    yield from undamaged(case)


def dead_ones(case, _):
    """Functions that did not answer there: known by name alone."""
    dead = [f for f, told in case.both() if told.is_dead()]
    if not dead:
        yield "none is dead"
    for f in dead:
        yield from differ(f"{f['address']}: readable", f["readable"], 0)
        yield from differ(f"{f['address']}: what is known", (f["acs"], f["kind"]), (None,) * 2)
        if f["vendor"] is None or f["class"] is None:
            yield f"{f['address']}: is not what its device line tells"


def has_kind(kind):
    def rule(case, _):
        if kind not in [f["kind"] for f in case.functions.values()]:
            yield f"no function is a {kind}"
    return rule


def has_no_kind(kind):
    def rule(case, _):
        for f in case.functions.values():
            if f["kind"] == kind:
                yield f"{f['address']}: is a {kind}"
    return rule


def by_registers(case, _):
    """The registers do not conflict: each bus has the bridge that leads to it."""
    yield from undamaged(case)
    leads = {(f["address"][:5] + f"{told.number(0x19, 1):02x}"): f["address"]
             for f, told in case.both() if told.number(14, 1) & 0x7f == 1}
    for f in case.functions.values():
        yield from differ(f"{f['address']}: parent", f["parent"],
                          leads.get(f["address"][:7], False))


def lone_endpoints(case, _):
    for f in case.functions.values():
        if f["class"] == "0604" or not captures.is_orphan(f):
            yield f"{f['address']}: class {f['class']}, parent {f['parent']}"


def some_orphans(case, _):
    if not any(f["parent"] is None for f in case.functions.values()):
        yield "every parent is there"
    yield from all_found(case)


def whole_header(case, match):
    for f in case.functions.values():
        yield from differ(f"{f['address']}: readable", f["readable"], int(match[1]))


RULES = [(re.compile(pattern), holds) for pattern, holds in (
    (r"domain prefix on (\d+)/(\d+)", prefixes),
    (r"^hex lengths ([\d/]+)", lengths),
    (r"^text\+hex mixed$", mixed),
    (r"^text only$", text_only),
    (r"^(\d+) ACSCtl text lines", acs_lines),
    (r"^lspci -F ok \(-vvv shows (\d+) ACS\)", acs_of_lspci),
    (r"^ACS only in text, hex stops at 256", acs_in_text),
    (r"^access denied on (\d+) functions", denied),
    (r"^(\d+) PATH \(-P/-PP\) addresses", paths),
    (r"^lspci -F reads only \d+ of (\d+) functions", more_than_lspci),
    (r"^CRLF$", no_carriage_return),
    (r"^longest line (\d+)", long_line),
    (r"^lspci -F FAILS: .* line too long", undamaged),
    (r"^lspci -F FAILS: .* Malformed line", all_found),
    (r"^\d+ lines not indented/wrapped or foreign", all_found),
    (r"^FILTERED: only vendor (.*) functions, parents missing", filtered),
    (r"config is only (\d+) bytes => no capabilities", only_headers),
    (r"every address appears (\d+) times, lspci -F lists (\d+)", three_passes),
    (r"one function cut to (\d+) bytes", one_row_short),
    (r"extra digit \"000\", U\+FFFD bytes inside rows", spoilt_rows),
    (r"^two root ports, one with 4K hex", one_without_rows),
    (r"all leading whitespace lost .* lines wrapped", unindented),
    (r"\"(lspci: Unable to load libkmod resources)\" stderr line", message),
    (r"^lspci stderr: pcilib: Cannot open", config_not_there),
    (r"VMD(?: domain)? (10000)\b", vmd),
    (r"^32-bit PCI domain numbers \((\d)-(\d) hex digits\)", wide_domains),
    (r"^32-bit-ish domain ([0-9a-f]{4})", one_domain),
    (r"\b(two|\d+) domains\b", domains),
    (r"^spaces instead of tabs", spaces),
    (r"^numeric `lspci -nv`", numeric),
    (r"^grep fragments with ACS lines", picked_lines),
    (r"\[\.\.\.\] elisions", elided),
    (r"^lspci run on WINDOWS", dead_ones),
    (r"^CardBus bridge \(header type 2\)", has_kind("cardbus")),
    (r"^PCIe-PCI bridge", has_kind("pcie-to-pci")),
    (r"\(RCiEP\) with ACS, plus RCEC", has_kind("rciep")),
    (r"with Mellanox VFs", has_kind("vf")),
    (r"\bno PCIe root\b", has_no_kind("root-port")),
    (r"bus number conflicts", by_registers),
    (r"only `lspci -vvv -s` of endpoints", lone_endpoints),
    (r"^non-contiguous subset of devices", some_orphans),
    (r"plain lspci -x\b.*: (64) bytes per function", whole_header),
)]
