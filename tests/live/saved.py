#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What root captured at boot is used by ordinary users, if nobody else can have written it
and it is of this boot and these functions. In a mount namespace whose /run is empty.

usage: saved.py P2PTOOL"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import cli  # noqa: E402  pylint: disable=wrong-import-position

BEFORE = """
set -e
mount -t tmpfs -o mode=755 none /run
mkdir -m 755 /run/p2ptool
umask 022
"$P" capture --redact -o /run/p2ptool/snapshot
"""
ORDINARY = "setpriv --reuid=65534 --regid=65534 --clear-groups "


def _see(change="", asked='"$P" scan -j'):
    """What an ordinary user is told after @change was made to the file."""
    if os.geteuid() or not shutil.which("unshare") or not shutil.which("setpriv"):
        raise cli.Skip("needs root, unshare and setpriv")
    if not os.path.isdir("/sys/bus/pci/devices") or not os.listdir("/sys/bus/pci/devices"):
        raise cli.Skip("this machine has no PCI functions")
    if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/run"],
                      capture_output=True, check=False).returncode:
        raise cli.Skip("a mount namespace may not be made here")
    with tempfile.TemporaryDirectory() as shared:
        os.chmod(shared, 0o755)
        program = shutil.copy(cli.program(), shared)
        return subprocess.run(["unshare", "-m", "sh", "-c",
                               BEFORE + change + "\nset +e\n" + ORDINARY + asked],
                              capture_output=True, text=True, check=False,
                              env=cli.environment(P=program))


def _is_used(made):
    assert made.returncode in (0, 3), f"{made.returncode}: {made.stderr}"
    return "snapshot" in json.loads(made.stdout)["rules"]["assumed"]


def ordinary_users_see_the_registers_of_the_boot():
    made = _see()
    assert _is_used(made), made.stdout[:400]
    root = json.loads(cli.run("scan", "-j").stdout)["functions"]
    for mine, theirs in zip(root, json.loads(made.stdout)["functions"]):
        assert mine["address"] == theirs["address"]
        assert mine["acs"] == theirs["acs"] and mine["link"] == theirs["link"]


def verdicts_that_rest_on_them_are_assumed():
    made = _see(asked='"$P" pairs all -o ndjson')
    records = [json.loads(line) for line in made.stdout.splitlines()]
    others = [r for r in records if r["from"] != r["to"]]
    assert all(r["certainty"] != "certain" for r in others)
    assert all("snapshot" in r["assumed"] for r in others)


def the_header_says_how_old_they_are():
    made = _see(asked='"$P" scan')
    assert "registers as of " in made.stdout and "0 min ago" in made.stdout, made.stdout


def records_say_when_they_were_read():
    as_of = json.loads(_see().stdout)["host"]["as_of"]
    assert as_of and re.fullmatch(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}Z", as_of), as_of
    assert json.loads(cli.run("scan", "-j").stdout)["host"]["as_of"] is False


def what_others_may_have_written_is_not_believed():
    for change in ("chmod 666 /run/p2ptool/snapshot", "chmod 664 /run/p2ptool/snapshot",
                   "chown 65534 /run/p2ptool/snapshot",
                   "cd /run/p2ptool; mv snapshot other; ln -s other snapshot",
                   "rm /run/p2ptool/snapshot; mkfifo /run/p2ptool/snapshot",
                   "rm /run/p2ptool/snapshot; mkdir /run/p2ptool/snapshot",
                   "chmod 600 /run/p2ptool/snapshot", "rm /run/p2ptool/snapshot",
                   ": > /run/p2ptool/snapshot"):
        assert not _is_used(_see(change)), change


def another_boot_or_other_functions_do_not_count():
    for change in ("sed -i 's/^# system.boot-id ./&0/' /run/p2ptool/snapshot",
                   "sed -i '/^# system.boot-id/d' /run/p2ptool/snapshot",
                   "sed -i 's/^# system.time 20/# system.time 30/' /run/p2ptool/snapshot",
                   "sed -i 's/^00: ../00: 77/' /run/p2ptool/snapshot",
                   "sed -i '$d' /run/p2ptool/snapshot",
                   "printf '\\n0000:ff:1f.7 0600: 8086:1234\\n\\n' >> /run/p2ptool/snapshot"):
        assert not _is_used(_see(change)), change


def captures_show_what_their_user_may_read():
    made = _see(asked='"$P" capture')
    assert made.returncode == 3 and "# denied yes" in made.stdout, made.stderr


def without_it_the_way_to_have_it_is_named():
    made = _see("rm /run/p2ptool/snapshot", '"$P" pairs all')
    if made.returncode != 3:
        raise cli.Skip("nothing is denied to ordinary users here")
    if "CAP_SYS_ADMIN" in made.stderr:
        assert "p2ptool-snapshot.service" in made.stderr, made.stderr


if __name__ == "__main__":
    cli.main()
