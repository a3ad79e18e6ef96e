#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every JSON output of every capture is what its schema says; the schemas refuse what is
not.

usage: schemas.py P2PTOOL SCHEMAS [CORPUS]"""
import copy
import glob
import json
import os
import sys

import jsonschema

import cli
import group_promises
import transaction_outputs

JUDGED = (0, 3, 4)
PLANNED = (*JUDGED, 1, 7)  # no ACS bit can grant it; a guard refuses
PLANS = (("all",), ("all", "--scope", "turn"), ("all", "--scope", "switch"),
         ("all", "--mode", "isolate"), ("all", "--mode", "translated"),
         ("all", "--mode", "egress"), ("all", "--mode", "one-way", "--initiator", "all,^gpu"),
         ("class=0604", "--mode", "set", "--bits", "config_acs:0000xxx", "--vector", "none"))
BOOT = ("--cmdline", "intel_iommu=on pci=disable_acs_redir=pci:0:0;pci=junk "
                     "pci=config_acs=x01x0@pci:0:0", "--kernel", "6.12.117")
GROUPINGS = ((), ("--rule", "strict"), BOOT, (*BOOT, "--firmware"),
             ("--cmdline", "", "--rule", "strict"))


def spoil(*path, **values):
    """Puts the values into the first member of each array on the path; False where there
    is none."""
    def change(record):
        for key in path:
            if not record.get(key):
                return False
            record = record[key][0]
        record.update(values)
        return True
    return change


SPOILT = (("apply", spoil(extra=1)), ("apply", spoil(changed=None)),
          ("apply", spoil("ops", result="done")), ("apply", spoil("ops", read_back="11")),
          ("apply", spoil("ops", transaction=1)), ("apply", spoil("guards", verdict="maybe")),
          ("apply", spoil("guards", name="all")), ("plan", spoil("guards", evidence="none")),
          ("restore", spoil(guards=[{}])), ("restore", spoil("ops", transaction=None)),
          ("restore", spoil(transaction=0)), ("status", spoil(unfinished="no")),
          ("status", spoil("drift", now=17)), ("status", spoil("drift", why="bad luck")),
          ("status", spoil("transactions", state="open")),
          ("status", spoil("transactions", time="today")))


def read_schemas(folder):
    schemas = {}
    for path in glob.glob(os.path.join(folder, "p2ptool.*.schema.json")):
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas[schema["$id"]] = schema
    return schemas


def validator(schemas, name):
    schema = schemas[f"p2ptool.{name}.schema.json"]
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=schemas)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def nulls(value, path=""):
    """Where null stands in a record, as `missing` names it; an array by its own key."""
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from nulls(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for member in value:
            yield from nulls(member, path)


class Checker:
    def __init__(self, folder):
        self.schemas = read_schemas(folder)
        self.by_name = {name: validator(self.schemas, name)
                        for name in ("scan", "pair", "pairs", "explain", "groups",
                                     "plan", "diff", "apply", "restore", "status")}
        self.wrong, self.checked = 0, 0

    def complain(self, text):
        self.wrong += 1
        print(text)

    def check(self, name, value, what):
        self.checked += 1
        for error in list(self.by_name[name].iter_errors(value))[:3]:
            where = "/".join(map(str, error.absolute_path))
            self.complain(f"{what}: {name}: {where}: {error.message[:200]}")

    def run(self, *words):
        made = cli.run(*words)
        empty = not made.stdout and made.returncode != 4 and "ndjson" not in words
        if made.returncode not in JUDGED or empty:
            self.complain(f"{' '.join(words)}: exit {made.returncode}: {made.stderr}")
        return made.stdout

    def check_capture(self, path):
        """The scan; all pairs, wrapped and a line each, with the same records."""
        out = self.run("scan", "-j", "-F", path)
        if not out:
            return
        scan = json.loads(out)
        self.check("scan", scan, path)
        self.check_promises(scan, path)
        self.check_pairs(path, "peer")
        ends = [f for f in scan["functions"] if f["vfs"] is not None and
                f["class"] not in ("0600", "0601") and f["readable"] and
                f["kind"] in ("endpoint", "legacy-endpoint", "rciep", "rcec", "pci", "vf")]
        if ends and len(scan["functions"]) < 100:
            self.check_pairs(path, "all")
        self.check_explained(path, scan)
        self.check_groups(path, scan)
        self.check_compared(path)
        self.check_plans(path)

    def check_groups(self, path, scan):
        for words in GROUPINGS:
            out = self.run("groups", "-j", *words, "-F", path)
            said = json.loads(out)
            self.check("groups", said, f"{path} {' '.join(words)}")
            for sentence in group_promises.broken(said, scan):
                self.complain(f"{path} {' '.join(words)}: {sentence}")
            if not words and said["groups"] != scan["groups"]:
                self.complain(f"{path}: scan and groups have other groups")

    def check_plans(self, path):
        """Writes change what their mask says and are grouped by phase; refusals and writes
        exclude each other; what was not read is said."""
        for words in PLANS:
            said = self.plan(path, *words)
            if not said:
                continue
            self.check("plan", said, f"{path} {' '.join(words)}")
            if said["ops"] and said["refusals"]:
                self.complain(f"{path} {' '.join(words)}: writes what is refused")
            phases = [op["phase"] for op in said["ops"]]
            if phases != sorted(phases, key=["forward", "close", "completion", "open",
                                             "validate"].index):
                self.complain(f"{path} {' '.join(words)}: phases out of order")
            for op in said["ops"]:
                null = set(nulls(op))
                if null != {entry["what"] for entry in op["missing"]}:
                    self.complain(f"{path}: {op['function']}: null without reason")
                if not null and int(op["old"], 16) ^ int(op["new"], 16) != int(op["mask"], 16):
                    self.complain(f"{path}: {op['function']}: changes more than its mask")

    def plan(self, path, *words):
        """None where nothing is selected, or one function."""
        made = cli.run("plan", "-j", *words, "-F", path)
        if made.returncode == 2 and not made.stdout:
            return None
        if made.returncode not in PLANNED:
            self.complain(f"{path} {' '.join(words)}: exit {made.returncode}: {made.stderr}")
        said = json.loads(made.stdout)
        refuses = any(guard["verdict"] == "refuse" for guard in said["guards"])
        if refuses != (made.returncode == 7) or bool(said["guards"]) != bool(said["ops"]):
            self.complain(f"{path} {' '.join(words)}: guards and exit code differ")
        return said

    def check_promises(self, scan, what):
        """null has its reason in `missing`; labels and addresses are unique."""
        for function in scan["functions"]:
            null = set(nulls(function))
            said = {entry["what"] for entry in function["missing"]}
            if null != said:
                self.complain(f"{what}: {function['address']}: null without reason, or the "
                              f"reverse: {sorted(null ^ said)}")
        for key in ("address", "label"):
            values = [function[key] for function in scan["functions"]]
            if len(set(values)) != len(values):
                self.complain(f"{what}: the same {key} twice")

    def check_pairs(self, path, what):
        selector = ["all"] if what == "all" else []
        wrapped = json.loads(self.run("pairs", *selector, "-j", "-F", path))
        lines = self.run("pairs", *selector, "-o", "ndjson", "-F", path).splitlines()
        rows = self.run("pairs", *selector, "-o", "csv", "-F", path).splitlines()
        self.check("pairs", wrapped, path)
        for line in lines:
            self.check("pair", json.loads(line), path)
        self.check_reasons(wrapped["pairs"], path)
        if [json.loads(line) for line in lines] != wrapped["pairs"]:
            self.complain(f"{path}: ndjson and json differ")
        if len(rows) != len(lines) + 1:
            self.complain(f"{path}: csv has {len(rows)} lines for {len(lines)} pairs")

    def check_reasons(self, pairs, what):
        for pair in pairs:
            lacks = {entry["what"] for entry in pair["missing"]}
            wants = {"smi": lacks & {"numa", "bridge", "type"}, "distance": {"bridge"} & lacks,
                     "accepted": lacks, "direct": lacks}
            for key, reasons in wants.items():
                value = pair[key] if key in pair else pair["kernel"][key]
                if value is None and not reasons:
                    self.complain(f"{what}: {pair['from']} {pair['to']}: {key} is null "
                                  f"without reason: {sorted(lacks)}")

    def check_hops(self, path, what):
        for hop in path:
            null = set(nulls(hop)) - {"function"}
            said = {entry["what"] for entry in hop["missing"]}
            if null != said:
                self.complain(f"{what}: hop {hop['label']}: {sorted(null ^ said)}")

    def check_compared(self, path):
        """A capture is as itself; beside another one each change is told."""
        same = json.loads(self.run("diff", path, path, "-j"))
        self.check("diff", same, path)
        if not same["same"] or same["changes"]:
            self.complain(f"{path}: differs from itself")
        other = cli.run("diff", path, cli.fixture("two-hosts/lspci.txt"), "-j").stdout
        self.check("diff", json.loads(other), path)

    def check_explained(self, path, scan):
        ends = [f["address"] for f in scan["functions"]
                if f["kind"] not in ("root-port", "switch-up", "switch-down")]
        for a, b in {(ends[0], ends[-1]), (ends[len(ends) // 2], ends[-1])} if ends else ():
            out = self.run("explain", a, b, "-j", "-F", path)
            if out:
                self.check("explain", json.loads(out), path)
                self.check_hops(json.loads(out)["path"], path)

    def check_refusals(self, path):
        """A schema that takes anything would prove nothing."""
        scan = json.loads(self.run("scan", "-j", "-F", path))
        breaks = [lambda s: s.update(extra=1), lambda s: s["host"].pop("cpu"),
                  lambda s: s["functions"][0].update(vendor=4318),
                  lambda s: s["functions"][0].update(acs=True),
                  lambda s: s["functions"][0].pop("missing"),
                  lambda s: s.update(schema="p2ptool.scan/2")]
        for number, spoil in enumerate(breaks):
            broken = copy.deepcopy(scan)
            spoil(broken)
            if self.by_name["scan"].is_valid(broken):
                self.complain(f"the schema of scan takes spoilt output {number}")
        groups = json.loads(self.run("groups", "-j", *BOOT, "-F", path))
        breaks = [lambda g: g.pop("equal"), lambda g: g.update(extra=1),
                  lambda g: g["groups"][0].pop("live"),
                  lambda g: g["groups"][0].update(viable="yes"),
                  lambda g: g["groups"][0].update(functions=[]),
                  lambda g: g["registers"][0].update(new="0x1d"),
                  lambda g: g.update(remarks=["odd"]),
                  lambda g: g.update(boot_assumed=["odd"])]
        for number, spoil in enumerate(breaks):
            broken = copy.deepcopy(groups)
            spoil(broken)
            if self.by_name["groups"].is_valid(broken):
                self.complain(f"the schema of groups takes spoilt output {number}")

        plan = self.plan(cli.fixture("switch-acs/lspci.txt"), "gpu0,nvme0")
        breaks = [lambda p: p.update(extra=1), lambda p: p.pop("refusals"),
                  lambda p: p["ops"][0].update(mask="c"), lambda p: p["ops"][0].pop("why"),
                  lambda p: p["ops"][0].update(phase="later"),
                  lambda p: p["effects"].update(live_groups_bridged=[[1]]),
                  lambda p: p["effects"]["changed"][0].update(more=["all"]),
                  lambda p: p.update(mode="open")]
        for number, spoil in enumerate(breaks):
            broken = copy.deepcopy(plan)
            spoil(broken)
            if self.by_name["plan"].is_valid(broken):
                self.complain(f"the schema of plan takes spoilt output {number}")

    def check_transactions(self):
        """Of transactions: all that there is to print, and every spoilt one refused."""
        seen = {"apply": [], "restore": [], "status": []}
        for name, value in (*transaction_outputs.of_all(), *transaction_outputs.of_refusals()):
            self.check(name, value, f"{name} of a tree")
            seen.setdefault(name, []).append(value)
        verdicts = {guard["verdict"] for plan in seen["plan"] for guard in plan["guards"]}
        if verdicts != {"pass", "refuse", "allowed", "cannot tell"}:
            self.complain(f"guards of plans say no more than {sorted(verdicts)}")
        for name, spoil in SPOILT:
            broken = [copy.deepcopy(value) for value in seen[name]]
            taken = [value for value in broken if spoil(value) and
                     self.by_name[name].is_valid(value)]
            if taken or broken == seen[name]:
                self.complain(f"the schema of {name} takes spoilt output: {taken[:1]}")

    def check_words(self):
        """What verdicts and groups may rest on stands in three schemas: the same words."""
        lists = {json.dumps(schema["$defs"]["assumed"]["items"]["enum"])
                 for schema in self.schemas.values()
                 if "assumed" in schema.get("$defs", {})}
        if len(lists) != 1:
            self.complain("schemas differ in the words of assumed")


def captures(corpus):
    yield from sorted(glob.glob(cli.fixture("*/lspci*.txt")))
    yield from sorted(glob.glob(cli.fixture("bad/damaged-*.txt")))
    for folder in ("xxxx", "xxx") if corpus else ():
        yield from sorted(glob.glob(os.path.join(corpus, folder, "*.txt")))


def main():
    checker = Checker(sys.argv[2])
    paths = list(captures(sys.argv[3] if len(sys.argv) > 3 else ""))
    for path in paths:
        checker.check_capture(path)
    checker.check_refusals(paths[0])
    checker.check_transactions()
    checker.check_words()
    print(f"{len(paths)} captures, {checker.checked} outputs, {checker.wrong} wrong")
    return 1 if checker.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
