# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine as p2ptool's scan shows it against lspci -vvv and setpci of the same moment.
Each function returns lines that say what differs."""
import re

import lab

TYPES = {
    "Endpoint": 0, "Legacy Endpoint": 1, "Root Port": 4, "Upstream Port": 5,
    "Downstream Port": 6, "PCI-Express to PCI/PCI-X Bridge": 7,
    "PCI/PCI-X to PCI-Express Bridge": 8, "Root Complex Integrated Endpoint": 9,
    "Root Complex Event Collector": 10,
}
LETTERS = {
    "SrcValid": "SV", "TransBlk": "TB", "ReqRedir": "RR", "CmpltRedir": "CR",
    "UpstreamFwd": "UF", "EgressCtrl": "EC", "DirectTrans": "DT",
}
ADDRESS = re.compile(r"^([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ")
EXPRESS = re.compile(r"^\s+Capabilities: \[\w+\] Express \(v\d\) ([^,(]*?)(?: \(Slot.\))?,",
                     re.MULTILINE)
BUSES = re.compile(r"Bus: primary=(\w\w), secondary=(\w\w), subordinate=(\w\w)")
LINK = r"^\s+{}:\s.*?Speed (?:([\d.]+)GT/s|unknown).*?, Width x(\d+)"


def lspci_functions(directory):
    blocks = lab.read(directory, "lspci.txt").split("\n\n")
    return {ADDRESS.match(block)[1]: block for block in blocks if ADDRESS.match(block)}


def bits(block, register):
    """What +, what -: {"SV": True, ...}, or False without the capability."""
    line = re.search(rf"^\s+{register}:\t?(.*)$", block, re.MULTILINE)
    if not line:
        return False
    return {LETTERS[name]: sign == "+" for name, sign in
            re.findall(r"(\w+)([+-])", line[1])}


def acs_of(block):
    """As p2ptool has it: the state of the bits that are there."""
    cap = bits(block, "ACSCap")
    if not cap:
        return False
    return {letter: on for letter, on in bits(block, "ACSCtl").items() if cap[letter]}


def link_of(block):
    """Speed and width, the most of both; False without a link."""
    found = [re.search(LINK.format(register), block, re.MULTILINE)
             for register in ("LnkSta", "LnkCap")]
    if not all(found):
        return False
    (gts, width), (max_gts, max_width) = (one.groups() for one in found)
    return {"gts": float(gts or 0), "width": int(width),
            "max_gts": float(max_gts or 0), "max_width": int(max_width)}


def expected(block):
    express = EXPRESS.search(block)
    return {"pcie_type": TYPES[express[1]] if express else False,
            "acs": acs_of(block), "link": link_of(block)}


def shown(function):
    """A VF has its PF's link, and none of its own."""
    acs, link = function["acs"], function["link"]
    return {"pcie_type": function["pcie_type"], "acs": acs and acs["bits"],
            "link": link and {what: value or 0 for what, value in link.items()}}


def below(functions, bridge, block):
    """Functions on the bridge's secondary bus hang below it."""
    buses = BUSES.search(block)
    if not buses or buses[2] == "00":
        return []
    bus = bridge[:-7] + buses[2] + ":"
    return [f"  {address}: below {function['parent']}, lspci says {bridge}"
            for address, function in functions.items()
            if address.startswith(bus) and function["parent"] != bridge]


def scan_against_lspci(directory):
    answer = lab.Answer(directory, "scan.json")
    if answer.code or not answer.json:
        return [f"  scan: exit code {answer.code}: {answer.words}"]
    functions = {one["address"]: one for one in answer.json["functions"]}
    blocks = lspci_functions(directory)
    wrong = [f"  {address}: only on one side" for address in set(functions) ^ set(blocks)]
    for address in set(functions) & set(blocks):
        ours, theirs = shown(functions[address]), expected(blocks[address])
        if functions[address]["kind"] == "vf":
            theirs["link"] = False
        wrong += [f"  {address}: {what}: {ours[what]}, lspci says {theirs[what]}"
                  for what in ours if ours[what] != theirs[what]]
        wrong += below(functions, address, blocks[address])
    return sorted(wrong)


def scan_against_setpci(directory):
    """The ACS registers of every function that has them, and of no other."""
    answer = lab.Answer(directory, "scan.json")
    if not answer.json:
        return []
    ours = {one["address"]: (int(one["acs"]["cap"], 16), int(one["acs"]["ctrl"], 16))
            for one in answer.json["functions"] if one["acs"]}
    theirs = lab.registers(directory)
    return [f"  {address}: ACS {ours.get(address)}, setpci says {theirs.get(address)}"
            for address in sorted(set(ours) | set(theirs))
            if ours.get(address) != theirs.get(address)]


def scan_against_sysfs(directory):
    """The number of the group that the running kernel put each function in."""
    answer = lab.Answer(directory, "scan.json")
    if not answer.json:
        return []
    ours = {one["address"]: one["group"] for one in answer.json["functions"]
            if one["group"] is not None and one["group"] is not False}
    theirs = {address: int(group) for address, group in lab.rows(directory, "groups.tsv")}
    return [f"  {address}: group {ours.get(address)}, sysfs says {theirs.get(address)}"
            for address in sorted(set(ours) | set(theirs))
            if ours.get(address) != theirs.get(address)]
