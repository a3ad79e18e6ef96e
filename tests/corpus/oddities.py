#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What INDEX.tsv says is odd about a capture does not mislead: each kind of remark in its
last column has a claim here about what is read of that file.

usage: oddities.py CORPUS P2PTOOL"""
import csv
import json
import os
import re
import subprocess
import sys

SKIPPED = 77
ADDRESS = re.compile(r"^((?:[0-9a-f]{4,8}:)[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s", re.MULTILINE)
DEVICE = re.compile(r"^\s*(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\s")
SIZES = (64, 256, 4096)
UNWHOLE = re.compile(r"\b(240|4048)\b")


class Capture:
    """A file, what INDEX.tsv says of it, and what p2ptool does."""

    def __init__(self, corpus, program, row):
        path = os.path.join(corpus, row["file"])
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            self.text = file.read()
        made = subprocess.run([program, "scan", "-F", path, "-j", "-v"], check=False,
                              capture_output=True, text=True)
        assert made.returncode in (0, 3, 4), made.stderr
        self.code, self.said, self.json = made.returncode, made.stderr, made.stdout
        self.report = json.loads(made.stdout)
        self.functions = self.report["functions"]
        self.row = row

    def acs(self):
        """Those whose ACS control is told. Of Intel's wide registers, which have no UF,
        lspci prints the wrong half: told is nothing."""
        return [f for f in self.functions if f["acs"] and
                (None not in f["acs"]["bits"].values() or
                 f["vendor"] == "8086" and "UF" not in f["acs"]["bits"])]

    def lacking(self, what, why):
        return [f for f in self.functions
                if {"what": what, "why": why} in f["missing"]]

    def findings(self):
        return {finding["id"] for finding in self.report["findings"]}


def counted(c, match):
    """Foreign lines, prompts and passages make and hide no function."""
    assert len(c.functions) == int(c.row["functions"])
    assert len({f["address"] for f in c.functions}) == len(c.functions)


def text_only(c, match):
    assert re.search(r"recognised as lspci -v*$", c.said, re.MULTILINE), c.said


def mixed(c, match):
    assert re.search(r"recognised as lspci -v*x+", c.said), c.said


def lspci_reads(c, match):
    """What lspci decodes from bytes is known here too; text may tell more."""
    known = [f for f in c.functions if f["acs"]]
    assert len(known) >= int(match[1]), len(known)


def controls(c, match):
    """As many functions with known controls as there are lines that tell some: text that
    stands twice is of one function, bytes may tell more."""
    devices, told = None, set()
    for line in c.text.splitlines():
        if DEVICE.match(line.lstrip("> ")):
            devices = line.split()[0]
        elif "ACSCtl:" in line and devices:
            told.add(devices)
    assert len(c.acs()) >= len(told) > 0, (len(c.acs()), len(told))


def lengths(c, match):
    sizes = {int(n) for n in match[1].split("/")}
    assert max(f["readable"] for f in c.functions) >= max(sizes & set(SIZES), default=0)
    if sizes - set(SIZES) - {0}:
        assert c.code == 4, "a row too few is damage"


def domains(c, match):
    known = {f["address"] for f in c.functions}
    missing = [a for a in ADDRESS.findall(c.text) if a not in known]
    assert not missing, missing


def denied(c, match):
    """What an ordinary user may not read is unknown, not off."""
    assert len(c.lacking("acs", "captured without privilege")) >= int(match[1])
    assert c.code == 3


def filtered(c, match):
    assert "orphan" in c.findings()


def beyond_bytes(c, match):
    """Text knows more than the bytes beside it."""
    assert any(f["acs"] for f in c.functions) or not int(c.row["acs_functions"])
    assert max(f["readable"] for f in c.functions) >= 256


def clean_ends(c, match):
    assert "\\r" not in c.json and "\r" not in c.json


def headers_only(c, match):
    assert {f["readable"] for f in c.functions} == {64}
    assert not any(f["acs"] for f in c.functions)


def paths(c, match):
    assert len(c.functions) == int(c.row["functions"])
    assert not any("/" in f["address"] for f in c.functions)


def without_state(c, match):
    """A single -v names ACS without its state."""
    told = [f for f in c.functions if f["acs"]]
    assert all(set(f["acs"]["bits"].values()) == {None} for f in told), "off is not known"


def spoiled(c, match):
    assert c.code == 4 and c.report["damage"], c.code


def wide_domains(c, match):
    assert any(len(f["address"].split(":")[0]) > 4 for f in c.functions)


def cardbus(c, match):
    assert any(f["kind"] == "cardbus" for f in c.functions)


def numeric(c, match):
    assert all(f["vendor"] and f["device"] and f["class"] for f in c.functions)


def elided(c, match):
    """What was left out is unknown: nothing is said not to be there."""
    assert not any(f["acs"] is False for f in c.functions)


def names_type(c, match):
    assert all(f["pcie_type"] is not None for f in c.functions)


def no_express(c, match):
    assert not any(f["kind"] == "root-port" for f in c.functions)


CLAIMS = [
    (r"text only", text_only),
    (r"(?:Intel desktop |Intel laptop, )?text\+hex mixed", mixed),
    (r"lspci -F ok \(-vvv shows (\d+) ACS\)", lspci_reads),
    (r"(\d+) ACSCtl text lines", controls),
    (r"hex lengths ([\d/]+)", lengths),
    (r"domain prefix on (\d+)/(\d+)", domains),
    (r"access denied on (\d+) functions", denied),
    (r"FILTERED: only vendor", filtered),
    (r"ACS only in text, hex stops at", beyond_bytes),
    (r"CRLF$", clean_ends),
    (r"lspci run on WINDOWS", clean_ends),
    (r"gathered without root: config is only 64", headers_only),
    (r"plain lspci -x", headers_only),
    (r"(\d+) PATH \(-P/-PP\) addresses|.*PATH ADDRESSES", paths),
    (r".*, -v$|-v$|.*, -vnn$", without_state),
    (r".*extra digit", spoiled),
    (r".*one function cut to 240 bytes", spoiled),
    (r"lspci -F FAILS", counted),
    (r"longest line \d+", counted),
    (r"(\d+) lines not indented/wrapped or foreign", counted),
    (r"mail body had|leading shell prompt|mail quoting|.*text pass|lspci -nn$", counted),
    (r"ODD: three passes|lspci -xxx\): every address|.*lspci -xxx pass", counted),
    (r"ODD: all leading whitespace lost", controls),
    (r".*stderr", counted),
    (r"MODIFIED BY HAND", counted),
    (r"32-bit PCI domain numbers|.*VMD domain|.*\(VMD 10000\)", wide_domains),
    (r"CardBus bridge \(header type 2\)", cardbus),
    (r"numeric `lspci -nv`", numeric),
    (r".*\[\.\.\.\] elisions|grep fragments", elided),
    (r"spaces instead of tabs", names_type),
    (r"old SuperMicro i860", no_express),
    (r".*no PCIe root", no_express),
]
# What a machine is, and what is said a second time.
PLAIN = re.compile(r"(?i).*(laptop|desktop|server|workstation|host\b|switch|APU|board|"
                   r"sample|hex$|hex,|non-root|same machine|ThinkPad|NUC|EP/|Ryzen|UNMATCHED|"
                   r"machine|Westmere|LoongArch|MCP79|virtio|root ports?|PCIe-PCI|netbook|"
                   r"domains?\b|DVSEC|functions|endpoint|Kaby|non-contiguous|quoted|"
                   r"inconsistent text|bridges|single function|checkbox|eGPU|SoC|\d+ ACS$|"
                   r"upstream port|downstream port|H61|special)")


def claims_of(special):
    """The claims of each remark; a remark that nobody knows is one by itself."""
    for remark in filter(None, (part.strip().strip('"') for part in special.split("; "))):
        claims = [(claim, match) for pattern, claim in CLAIMS
                  if (match := re.match(pattern, remark))]
        if not claims and not PLAIN.match(remark):
            raise AssertionError(f"no claim about: {remark}")
        yield from ((remark, claim, match) for claim, match in claims)


def main(corpus, program):
    if not corpus:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
        return SKIPPED
    with open(os.path.join(corpus, "INDEX.tsv"), encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
    held, wrong, used = 0, 0, set()
    for row in rows:
        capture = Capture(corpus, program, row)
        for remark, claim, match in claims_of(row["special"]):
            try:
                claim(capture, match)
                held += 1
                used.add(claim)
            except AssertionError as error:
                wrong += 1
                print(f"{row['file']}: {remark}: {claim.__name__}: {error}")
    idle = {claim for _, claim in CLAIMS} - used
    print(f"{len(rows)} captures, {held} claims hold, {wrong} do not, "
          f"{len(idle)} kinds without a capture")
    return 1 if wrong or idle else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
