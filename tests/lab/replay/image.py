#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `lspci -xxxx` printed of a machine, as pcireplay takes it (image.c says how).

usage: image.py [-o IMAGE] CAPTURE
  Prints what is in the capture and which functions are left out: those whose bytes are
  not all there, and those on a bus that no bridge leads to though one spans it."""
import argparse
import re
import struct
import sys

NONE = 0xffffffff
SLOT = re.compile(r"(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-1][0-9a-f])\.([0-7])(?: |$)")
ROW = re.compile(r"([0-9a-f]{2,3}):((?: [0-9a-f]{2}){16})$")
LIKE_ROW = re.compile(r"[0-9a-fA-F]{2,3}:(?: |$)")
LENGTHS = (64, 128, 256, 4096)
BRIDGE, CARDBUS = 1, 2
ROOT_PORT, SWITCH_UP, SWITCH_DOWN, TO_PCI, EVENT_COLLECTOR = 4, 5, 6, 7, 10
CAP_PM, CAP_MSI, CAP_EXPRESS, CAP_MSIX = 0x01, 0x05, 0x10, 0x11
EXT_ACS, EXT_ARI, EXT_ATS, EXT_SRIOV = 0x0d, 0x0e, 0x0f, 0x10
EXT_PRI, EXT_PASID, EXT_DPC = 0x13, 0x1b, 0x1d
VFE_AND_MSE = 0x9
# drivers/pci/controller/vmd.c
VMD = {0x201d, 0x28c0, 0x467f, 0x4c3d, 0xa77f, 0x7d0b, 0xad0b, 0x9a0b, 0xb60b, 0xb06f}
# pci_quirk_intel_spt_pch_acs_match(): ACS registers of 32 bits, the control one at 8
SUNRISE = (range(0xa110, 0xa120), range(0xa167, 0xa16b), range(0xa290, 0xa2a0),
           range(0xa2e7, 0xa2ef), range(0x9d10, 0x9d1c))


class Unfit(Exception):
    """Why a capture cannot be replayed."""


class Function:
    """A function's address and bytes, and the walks over its capabilities."""

    def __init__(self, domain, bus, devfn):
        self.domain, self.bus, self.devfn = domain, bus, devfn
        self.config = bytearray()
        self.vfs = 0
        self.pf = None
        self.is_damaged = False

    def __str__(self):
        return f"{self.domain:04x}:{self.bus:02x}:{self.devfn >> 3:02x}.{self.devfn & 7}"

    @property
    def key(self):
        return self.domain, self.bus, self.devfn

    def get(self, at, size):
        """Little endian; what is beyond the end is zero."""
        return int.from_bytes(self.config[at:at + size], "little")

    @property
    def has_extended(self):
        return len(self.config) > 256

    @property
    def header(self):
        return self.get(0x0e, 1) & 0x7f

    @property
    def is_vf(self):
        return self.pf is not None

    @property
    def is_absent(self):
        return self.get(0, 2) == 0xffff and not self.is_vf

    def capability(self, wanted):
        """Where it is, or None."""
        at = self.get(0x14 if self.header == CARDBUS else 0x34, 1) & 0xfc
        for _ in range(48):
            if not self.get(6, 2) & 0x10 or at < 0x40 or self.get(at, 1) == 0xff:
                return None
            if self.get(at, 1) == wanted:
                return at
            at = self.get(at + 1, 1) & 0xfc
        return None

    @property
    def express_type(self):
        at = self.capability(CAP_EXPRESS)
        return None if at is None else self.get(at + 2, 2) >> 4 & 15

    def extended(self, wanted):
        at = 0x100
        for _ in range(480):
            head = self.get(at, 4)
            if at < 0x100 or head in (0, NONE):
                return None
            if head & 0xffff == wanted:
                return at
            at = head >> 20 & 0xffc
        return None


def take_line(function, line):
    """Rows follow each other, whole: a gap would be taken for zeros."""
    row = ROW.match(line)
    if row and int(row[1], 16) == len(function.config):
        function.config += bytes.fromhex(row[2])
    elif LIKE_ROW.match(line):
        function.is_damaged = True


def parse(lines):
    """The functions of a capture in the order of their addresses."""
    functions, current = {}, None
    for line in (line.rstrip() for line in lines):
        slot = SLOT.match(line)
        if slot:
            current = Function(int(slot[1] or "0", 16), int(slot[2], 16),
                               int(slot[3], 16) << 3 | int(slot[4]))
            if current.key in functions:
                raise Unfit(f"{current}: comes twice")
            functions[current.key] = current
        elif current:
            take_line(current, line)
    return sorted(functions.values(), key=lambda function: function.key)


def is_whole(function):
    return not function.is_damaged and len(function.config) in LENGTHS


def acs_masks(function, at):
    """Control bits stay as written where the capability has them."""
    can = function.get(at + 4, 2)
    if function.get(0, 2) == 0x8086 and any(function.get(2, 2) in ids for ids in SUNRISE):
        yield at + 8, can & 0x7f
        return
    yield at + 4, (can & 0x7f | (0x1f80 if can & 0x80 else 0)) << 16
    if can & 0x20:
        size = can >> 8 or 256
        for word in range((size + 31) // 32):
            yield at + 8 + 4 * word, (1 << min(32, size - 32 * word)) - 1


def express_masks(function, at):
    flags = function.get(at + 2, 2)
    kind = flags >> 4 & 15
    yield at + 8, 0xffff if kind == TO_PCI else 0x7fff
    yield at + 0x10, 0x0fdb
    if kind in (ROOT_PORT, SWITCH_DOWN) and flags & 0x100:
        yield at + 0x18, 0x1fff
    if kind in (ROOT_PORT, EVENT_COLLECTOR):
        yield at + 0x1c, 0x1f
    if flags & 15 >= 2:
        yield at + 0x28, 0xe7df | function.get(at + 0x24, 4) & 0x20


def header_masks(function):
    yield 4, 0x0547
    if function.header == BRIDGE:
        yield 0x18, 0xffffff
        yield 0x3c, 0x085f0000


def control(offset, bits):
    """The masks of a capability with one control register."""
    return lambda function, at: [(at + offset, bits)]


MASKS = {CAP_PM: control(4, 0x0103), CAP_MSI: control(0, 0x00710000),
         CAP_MSIX: control(0, 0xc0000000), CAP_EXPRESS: express_masks}
EXTENDED_MASKS = {
    EXT_ACS: acs_masks, EXT_ATS: control(4, 0x801f0000), EXT_PRI: control(4, 0x3),
    EXT_PASID: control(4, 0x70000), EXT_DPC: control(4, 0xbf0000),
    EXT_ARI: lambda function, at: [(at + 4, (function.get(at + 4, 2) & 3 | 0x70) << 16)],
    EXT_SRIOV: lambda function, at: [(at + 8, 0x1f), (at + 0x10, 0xffff),
                                     (at + 0x20, NONE)],
}


def masks(function):
    """Offset and bits of all that keeps what is written. BARs are not among it: the
    kernel takes them for missing, and no resource is in anybody's way."""
    found = list(header_masks(function))
    for walk, table in ((function.capability, MASKS),
                        (function.extended, EXTENDED_MASKS)):
        for capability, bits_of in table.items():
            at = walk(capability)
            if at is not None:
                found += bits_of(function, at)
    end = 4096 if function.has_extended else 256
    return [(at, bits) for at, bits in found if bits and at + 4 <= end]


def find_vfs(functions):
    """VFs are brought up where all that a PF has on are in the capture: there they are
    told by their addresses, and in config space they say no ids."""
    at = {function.key: function for function in functions}
    for pf in functions:
        sriov = pf.extended(EXT_SRIOV)
        if sriov is None or not pf.get(sriov + 8, 2) & 1:
            continue
        first = (pf.bus << 8 | pf.devfn) + pf.get(sriov + 0x14, 2)
        step, count = pf.get(sriov + 0x16, 2), pf.get(sriov + 0x10, 2)
        ids = [first + step * i for i in range(count)]
        keys = [(pf.domain, i >> 8, i & 255) for i in ids]
        vfs = [at[key] for key in keys if key in at]
        pf.vfs = count if len(vfs) == count else 0
        for vf in vfs:
            vf.pf = pf
            vf.config[0:4] = b"\xff" * 4
        pf.config[sriov + 8] &= ~VFE_AND_MSE


def is_bridge(function):
    return function.header == BRIDGE and function.get(0x19, 1) > 0


def root_buses(functions):
    """Domain and number of each bus that no bridge leads to."""
    below = {(f.domain, f.get(0x19, 1)) for f in functions if is_bridge(f)}
    return sorted({(f.domain, f.bus) for f in functions if not f.is_vf} - below)


def is_cut_off(domain, bus, functions):
    """Does a bridge span a bus that none leads to?"""
    return any(f.domain == domain and f.get(0x19, 1) < bus <= f.get(0x1a, 1)
               for f in functions if is_bridge(f))


def with_ends(roots):
    """Domain, first and last bus number: up to the next root bus."""
    ends = [after[1] - 1 if after[0] == this[0] else 0xff
            for this, after in zip(roots, roots[1:] + [(NONE, 0)])]
    return [(domain, bus, end) for (domain, bus), end in zip(roots, ends)]


def vmd_of(functions, roots):
    """PCI domain to the VMD function that made it: both are numbered in bus order."""
    makers = [i for i, f in enumerate(functions)
              if f.get(0, 2) == 0x8086 and f.get(2, 2) in VMD]
    made = sorted({domain for domain, _, _ in roots if domain >= 0x10000})
    return dict(zip(made, makers))


def pack(functions, roots):
    vmd = vmd_of(functions, roots)
    parts = [b"P2PIMG01", struct.pack("<II", len(roots), len(functions))]
    parts += [struct.pack("<IBBI", domain, first, last, vmd.get(domain, NONE))
              for domain, first, last in roots]
    for f in functions:
        stored = bytes(f.config).rstrip(b"\0")
        kept = masks(f)
        parts.append(struct.pack("<IBBHHHH", f.domain, f.bus, f.devfn,
                                 max(len(f.config), 256), len(stored), len(kept), f.vfs))
        parts.append(stored)
        parts += [struct.pack("<HI", at, bits) for at, bits in kept]
    return b"".join(parts)


def is_part(functions, roots):
    """Are it parts of a machine? Switches stand on no root bus."""
    on_roots = [f for f in functions if f.key[:2] in {root[:2] for root in roots}]
    return any(f.express_type in (SWITCH_UP, SWITCH_DOWN) for f in on_roots)


def split(functions, is_kept):
    """Those kept, and those not; without its function 0 no kernel finds a device."""
    out = [function for function in functions if not is_kept(function)]
    firsts = {function.key for function in out if not function.devfn & 7}
    out = [f for f in functions if f in out or (*f.key[:2], f.devfn & ~7) in firsts]
    return [function for function in functions if function not in out], out


def read_machine(path):
    """The functions to replay, the root buses, and what is left out. Raises Unfit."""
    with open(path, encoding="utf-8", errors="replace") as file:
        functions, damaged = split(parse(file), is_whole)
    find_vfs(functions)
    functions, absent = split(functions, lambda function: not function.is_absent)
    cut_off = {bus for bus in root_buses(functions) if is_cut_off(*bus, functions)}
    functions, lost = split(functions, lambda function: function.key[:2] not in cut_off)
    if not functions:
        raise Unfit("no function has all its bytes")
    return functions, with_ends(root_buses(functions)), damaged + absent + lost


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ", maxsplit=1)[1])
    parser.add_argument("capture")
    parser.add_argument("-o", dest="image")
    options = parser.parse_args()
    try:
        functions, roots, left_out = read_machine(options.capture)
    except (OSError, Unfit) as error:
        sys.exit(f"image.py: {options.capture}: {error}")
    if options.image:
        with open(options.image, "wb") as file:
            file.write(pack(functions, roots))
    print(f"{len(functions)} functions, {sum(f.is_vf for f in functions)} of them VFs;",
          "root buses", " ".join(f"{domain:04x}:[{first:02x}-{last:02x}]"
                                 for domain, first, last in roots))
    if left_out:
        print("left out:", " ".join(map(str, left_out)))


if __name__ == "__main__":
    main()
