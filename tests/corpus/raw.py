# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in a capture, by its lines alone: which functions, how many bytes of each,
and what is said about them. Nothing is decoded."""
import re

HEADER = re.compile(r"^\s*((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])"
                    r"((?:/[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])*) (.*)")
ROW = re.compile(r"^\s*([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ){15}[0-9a-f]{2})\s*$")
WORDS = {"SrcValid": "SV", "TransBlk": "TB", "ReqRedir": "RR", "CmpltRedir": "CR",
         "UpstreamFwd": "UF", "EgressCtrl": "EC", "DirectTrans": "DT"}
ACS_WORD = re.compile(rf"\b({'|'.join(WORDS)})([+-])")


def full(address):
    return address if address.count(":") == 2 else "0000:" + address


class Told:
    """Of one function: its device lines, its bytes and the lines below it."""

    def __init__(self, address):
        self.address, self.headers, self.steps = address, [], []
        self.bytes, self.lines = {}, []

    def has(self, words):
        return any(words in line for line in self.lines)

    def is_dead(self):
        """Its header reads all-ones, or lspci says so."""
        header = {self.bytes.get(i) for i in range(64)}
        return header == {0xff} or self.has("!!! Unknown header type 7f")

    def number(self, offset, width):
        return sum(self.bytes[offset + i] << 8 * i for i in range(width))

    def acs(self, register):
        """Bits by letter as the line of ACSCap or ACSCtl tells them, or None."""
        for line in self.lines:
            if register + ":" in line:
                return {WORDS[word]: sign == "+" for word, sign in ACS_WORD.findall(line)}
        return None


class Raw:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.content = file.read()
        self.lines = self.content.decode(errors="replace").split("\n")
        self.functions, self.repeated = {}, {}
        self.prefixed, now = set(), None
        for line in self.lines:
            now = self._take(line, now)

    def _begin(self, header):
        first, steps = header[1], header[2].split("/")[1:]
        domain = full(first).rsplit(":", 2)[0]
        address = full(f"{domain}:{steps[-1]}" if steps else first)
        told = self.functions.setdefault(address, Told(address))
        told.headers.append(header[3])
        told.steps = [full(first), *(f"{domain}:{step}" for step in steps)][:-1]
        self.repeated[address] = self.repeated.get(address, 0) + 1
        if first.count(":") == 2:
            self.prefixed.add(address)
        return told

    def _take(self, line, now):
        header, row = HEADER.match(line), ROW.match(line)
        if header:
            return self._begin(header)
        if not now:
            return None
        if row:
            offset = int(row[1], 16)
            now.bytes |= {offset + i: int(byte, 16) for i, byte in enumerate(row[2].split())}
        else:
            now.lines.append(line.rstrip("\r"))
        return now

    def lengths(self):
        return sorted({len(told.bytes) for told in self.functions.values()})
