#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is told of a transaction after another boot: that registers are lost with a reboot,
and may live on after kexec. In a mount namespace whose kernel has another boot id.

usage: boots.py P2PTOOL"""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position
from tree import cli  # noqa: E402  pylint: disable=wrong-import-position

BOOT_ID = "/proc/sys/kernel/random/boot_id"
OTHER_BOOT = "11111111-2222-3333-4444-555555555555\n"


def _status(made, *words, boot_id=None):
    """Of this machine, with the journal of a tree."""
    own = [cli.program(), "status", "--state", made.state, *words]
    if boot_id:
        path = os.path.join(made.top, "boot_id")
        with open(path, "w", encoding="utf-8") as file:
            file.write(boot_id)
        own = ["unshare", "-m", "sh", "-c",
               f'mount --bind "{path}" {BOOT_ID} && exec "$@"', "sh", *own]
    return subprocess.run(own, capture_output=True, text=True, check=False,
                          env=cli.environment())


def _applied():
    if os.geteuid() or not shutil.which("unshare"):
        raise cli.Skip("needs root and unshare")
    if subprocess.run(["unshare", "-m", "mount", "--bind", "/dev/null", BOOT_ID],
                      capture_output=True, check=False).returncode:
        raise cli.Skip("nothing may be mounted over /proc here")
    if not os.path.isdir("/sys/bus/pci/devices") or not os.listdir("/sys/bus/pci/devices"):
        raise cli.Skip("this machine has no PCI functions")
    made = tree.Tree()
    assert made.apply("--domain", "gpu0,nvme0").returncode == 0
    return made


def a_transaction_of_this_boot_is_of_this_boot():
    with _applied() as made:
        assert "earlier boot" not in _status(made).stdout
        report = json.loads(_status(made, "-j").stdout)
        assert report["transactions"][0]["earlier_boot"] is False, report


def a_transaction_of_an_earlier_boot_says_so():
    with _applied() as made:
        told = _status(made, boot_id=OTHER_BOOT)
        assert told.returncode == 1, (told.returncode, told.stderr)
        assert "of an earlier boot: after a reboot the registers are lost" in told.stdout
        assert "after kexec they may live on" in told.stdout
        report = json.loads(_status(made, "-j", boot_id=OTHER_BOOT).stdout)
        assert report["transactions"][0]["earlier_boot"] is True, report


if __name__ == "__main__":
    cli.main()
