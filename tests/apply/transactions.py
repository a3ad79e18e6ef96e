#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""plan, apply, status and restore on a writable copy of a sysfs tree: the bytes are those
expected, and setpci and lspci see them too.

usage: transactions.py P2PTOOL"""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position
from tree import OTHER, PAIR, PORT, cli  # noqa: E402  pylint: disable=wrong-import-position


def _traced():
    """LeakSanitizer cannot run where somebody traces already."""
    return cli.environment(
        ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")


def apply_writes_what_plan_said_and_nothing_else():
    with tree.Tree() as made:
        plan = made.report("plan", *PAIR)
        assert {op["function"] for op in plan["ops"]} == {PORT, OTHER}
        expected = {address: bytearray(config) for address, config in made.original.items()}
        for op in plan["ops"]:
            at, width = int(op["offset"], 16), op["width"] // 8
            assert int(op["mask"], 16) & ~0xc == 0, op
            expected[op["function"]][at:at + width] = \
                int(op["new"], 16).to_bytes(width, "little")
        made.applied()
        assert made.configs() == expected
        assert made.control(PORT) == made.control(OTHER) == 0x11


def setpci_and_lspci_see_what_was_written():
    with tree.Tree() as made:
        made.applied()
        assert made.setpci("-s", PORT, "ECAP_ACS+6.w") == ["0011"]
        shown = re.search(r"ACSCtl:(.*)", made.lspci("-vv", "-s", PORT))[1]
        assert "ReqRedir-" in shown and "CmpltRedir-" in shown and "SrcValid+" in shown


def what_plan_offers_for_setpci_writes_the_same_registers():
    with tree.Tree() as by_hand, tree.Tree() as made:
        for op in made.report("plan", *PAIR)["ops"]:
            by_hand.setpci("-s", op["function"],
                           f"{int(op['offset'], 16):x}.w={int(op['new'], 16):x}:"
                           f"{int(op['mask'], 16):x}")
        made.applied()
        assert by_hand.configs() == made.configs()


def apply_then_plan_is_empty():
    with tree.Tree() as made:
        made.applied()
        assert made.report("plan", *PAIR)["ops"] == []
        again = made.apply(*PAIR)
        assert again.returncode == 0 and "nothing to do" in again.stdout, again
        assert len(made.report("status")["transactions"]) == 1


def apply_then_restore_gives_the_very_same_bytes():
    for name, mode in (("switch-acs", PAIR),
                       ("switch-acs", ("--scope", "turn", *PAIR)),
                       ("switch-acs", ("--mode", "set", "--bits", "RR-,DT+", "--domain",
                                       f"{PORT},{OTHER}")),
                       ("switch-acs", ("--mode", "one-way", "--initiator", "nvme0", *PAIR)),
                       ("switch-acs", ("--scope", "switch", "--domain", "gpu1,nvme4")),
                       ("switch-acs-off", ("--mode", "isolate", "--domain",
                                           "under=0000:00:03.0"))):
        with tree.Tree(name) as made:
            made.applied(*mode)
            assert made.configs() != made.original, (name, mode)
            taken = made.run("restore", "--yes")
            assert taken.returncode == 0, (mode, taken.stderr)
            assert made.configs() == made.original, mode


def a_dry_run_of_restore_says_what_it_would_put_back():
    with tree.Tree() as made:
        made.applied()
        before = made.configs()
        done = made.run("restore", "--dry-run")
        assert done.returncode == 0 and f"{PORT}  0x0011 -> 0x001d" in done.stdout, done
        assert "2 registers would be put back" in done.stdout, done
        assert made.configs() == before


def power_is_held_while_it_is_applied_and_put_back_by_restore():
    with tree.Tree() as made:
        made.applied()
        assert made.read(PORT, "power/control") == "on\n"
        assert made.read("0000:02:02.0", "power/control") == "auto\n"
        assert made.run("restore", "--yes").returncode == 0
        assert made.read(PORT, "power/control") == "auto\n"


def started_with_no_standard_files_it_writes_into_none_of_its_own():
    with tree.Tree() as made:
        for words in (("apply", f"--allow={tree.UNTOLD}", *PAIR), ("restore",)):
            done = subprocess.run(
                ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", "strace", "-qq", "-o",
                 os.path.join(made.top, "calls"), "-e", "trace=openat",
                 cli.program(), *made.words(words[0], "--yes", *words[1:])],
                env=_traced(), timeout=cli.SECONDS,
                check=False)
            assert done.returncode == 0, done
            with open(os.path.join(made.top, "calls"), encoding="utf-8") as file:
                opened = re.findall(r'openat\(.*"(.*)".* = ([012])$', file.read(), re.M)
            ours = [(name, number) for name, number in opened
                    if name == "lock" or name.startswith(made.top)]
            assert not ours, ours
        assert made.configs() == made.original


def without_yes_and_a_terminal_nothing_is_written():
    with tree.Tree() as made:
        done = made.run("apply", f"--allow={tree.UNTOLD}", *PAIR)
        assert done.returncode == 2 and "--yes" in done.stderr, done
        assert made.configs() == made.original and not os.path.exists(made.journal)
        made.applied()
        before = made.configs()
        done = made.run("restore")
        assert done.returncode == 2 and "--yes" in done.stderr, done
        assert made.configs() == before


def a_guard_that_is_not_lifted_refuses_before_the_first_write():
    with tree.Tree() as made:
        made.bind("0000:04:00.0", "vfio-pci")
        done = made.run("apply", "--yes", *PAIR)
        assert done.returncode == 7 and "vfio" in done.stderr, (done.returncode, done.stderr)
        assert "0000:04:00.0" in done.stderr and "--allow=vfio" in done.stderr, done.stderr
        assert made.configs() == made.original
        assert made.read(PORT, "power/control") == "auto\n"
        assert made.report("status")["transactions"] == []
        assert made.run("plan", *PAIR).returncode == 7
        assert made.applied().returncode == 0


def the_last_apply_and_one_by_number_are_taken_back():
    with tree.Tree() as made:
        made.applied()
        between = made.configs()
        made.applied("--domain", "gpu1,nvme4")
        assert [one["id"] for one in made.report("status")["transactions"]] == [1, 2]
        done = made.run("restore", "2", "--yes")
        assert done.returncode == 0 and not done.stderr, done
        assert made.configs() == between
        assert made.run("restore", "1", "--yes").returncode == 0
        assert made.configs() == made.original
        none = made.run("restore", "7", "--yes")
        assert none.returncode == 2 and "7" in none.stderr, none


def what_may_rest_on_a_transaction_is_told_when_it_is_taken_back():
    with tree.Tree() as made:
        made.applied()
        made.applied("--domain", "gpu0,nvme0,nvme1")
        done = made.run("restore", "1", "--yes")
        assert done.returncode == 0, done
        assert "transaction 2 was planned while 1 was applied" in done.stderr, done
        assert made.report("plan", "gpu0,nvme0,nvme1")["ops"]


def what_a_later_apply_wrote_too_is_not_taken_back_before_it():
    with tree.Tree() as made:
        for bits in ("RR-,CR-", "RR+", "RR-"):
            made.applied("--mode", "set", "--bits", bits, "--domain", PORT)
        for number, later, words in (("1", "3", ()), ("2", "3", ("--allow=changed",))):
            before = made.configs()
            done = made.run("restore", number, "--yes", *words)
            assert done.returncode == 7 and f"restore {later} first" in done.stderr, done
            assert made.configs() == before
        assert len(made.report("status")["transactions"]) == 3
        assert made.run("restore", "3", "--yes").returncode == 0
        assert made.run("restore", "1", "--yes").returncode == 7
        assert made.run("restore", "--yes").returncode == 0
        assert made.configs() == made.original


def of_one_that_was_killed_status_names_the_later_one_first():
    with tree.Tree() as made:
        subprocess.run(["strace", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
                        "inject=pwrite64:signal=KILL:when=4", cli.program(), *made.words(
                            "apply", "--yes", f"--allow={tree.UNTOLD}", *PAIR)],
                       env=_traced(), check=False)
        assert made.configs() != made.original
        made.applied()
        for number in ("2", "1"):
            offered = _offered(made.run("status"), "restore", "--yes")
            assert f"restored {number}" in offered.stdout, offered
        assert made.configs() == made.original


def restore_without_a_number_takes_all_back_the_latest_first():
    with tree.Tree() as made:
        made.applied()
        made.applied("--domain", "gpu0,nvme0,nvme1")
        assert made.run("restore", "--yes").returncode == 0
        assert made.configs() == made.original
        assert "nothing to do" in made.run("restore", "--yes").stdout


def numbers_for_names_are_for_what_writes_nothing():
    with tree.Tree() as made:
        for words in (("apply", "-n", *PAIR), ("restore", "-n")):
            done = made.run(*words)
            assert done.returncode == 2 and "--numeric" in done.stderr, done
        assert made.run("status", "-n").returncode == 0


def a_signal_in_the_middle_leaves_all_as_it_was_and_says_so():
    with tree.Tree() as made:
        for name, words, said in (
                ("apply", (f"--allow={tree.UNTOLD}", *PAIR), "all registers are as before"),
                ("restore", (), "all registers are as they were applied")):
            for number in ("INT", "TERM", "HUP"):
                made.reset()
                if name == "restore":
                    made.applied()
                before = made.configs()
                done = subprocess.run(
                    ["strace", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
                     f"inject=pwrite64:signal={number}:when=3", cli.program(),
                     *made.words(name, "--yes", *words)], capture_output=True, text=True,
                    env=_traced(), check=False)
                assert done.returncode == 5 and said in done.stderr, (name, number, done)
                assert "restored 1" not in done.stdout or "not restored" in done.stdout
                assert made.configs() == before, (name, number)
                if name == "apply":
                    assert made.read(PORT, "power/control") == "auto\n"
                    assert made.report("status")["transactions"] == []


def json_of_apply_and_restore_says_what_became_of_each_register():
    with tree.Tree() as made:
        done = made.apply(*PAIR, "-j")
        report = json.loads(done.stdout)
        assert report["schema"] == "p2ptool.apply/1" and report["changed"] is True
        assert report["transaction"] == 1
        assert {op["result"] for op in report["ops"]} == {"written"}
        last = {op["function"]: op["read_back"] for op in report["ops"]}
        assert last == {PORT: "0x0011", OTHER: "0x0011"}
        report = json.loads(made.run("restore", "--yes", "-j").stdout)
        assert report["schema"] == "p2ptool.restore/1" and report["changed"] is True
        assert {op["function"] for op in report["ops"]} == {PORT, OTHER}


def a_report_that_cannot_be_kept_is_known_before_anything_is_written():
    with tree.Tree() as made:
        for path in ("/nonexistent/report.json", os.path.join(made.top, "no/report.json")):
            done = made.apply(*PAIR, "-o", path)
            assert done.returncode == 5 and path in done.stderr, done
        assert made.configs() == made.original and not os.path.exists(made.journal)


def a_report_that_is_lost_leaves_the_code_of_what_was_written():
    with tree.Tree() as made:
        for words, was in (("apply", f"--allow={tree.UNTOLD}", *PAIR), "applied"), \
                (("restore",), "as before"):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run(
                    [cli.program(), *made.words(words[0], "--yes", *words[1:])],
                    stdout=full, stderr=subprocess.PIPE, text=True,
                    env=cli.environment(), check=False)
            assert done.returncode == 0, done
            assert "only the report is lost" in done.stderr and was in done.stderr, done
        assert made.configs() == made.original


def the_commands_that_are_offered_do_what_they_say():
    with tree.Tree() as made:
        _offered(made.applied(), "restore 1", "--yes")
        assert made.configs() == made.original
        for bit, *words in ((4, *PAIR),
                            (4, "--mode", "set", "--bits", "RR-,CR-", "--domain", PORT),
                            (8, "--mode", "one-way", "--initiator", "nvme0", *PAIR)):
            made.reset()
            made.applied(*words)
            after = made.configs()
            made.set_control(PORT, made.control(PORT) ^ bit)
            done = _offered(made.run("status"), "", "--yes", f"--allow={tree.UNTOLD}")
            assert made.configs() in (after, made.original), (words, done)


def _offered(done, what, *more):
    """Carries out the command that a report names, as somebody would who pastes it."""
    command, = re.findall(rf"p2ptool ({what}.*)", done.stdout)
    if command.startswith("restore"):
        more = more[:1]
    again = subprocess.run(["sh", "-c", f'"$0" {command} "$@"', cli.program(), *more],
                           capture_output=True, text=True, env=cli.environment(),
                           check=False)
    assert again.returncode == 0, (command, again)
    return again


def what_is_no_number_and_names_left_out_are_refused():
    with tree.Tree() as made:
        for words in (("apply", "--wait", " 5", *PAIR), ("apply", "-n", *PAIR),
                      ("restore", "+1"), ("restore", " 1"), ("restore", "0"),
                      ("restore", "-n")):
            done = made.run(words[0], "--yes", *words[1:])
            assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)
        assert made.configs() == made.original
        assert made.run("status", "-n").returncode == 0
        assert made.apply("--dry-run", "-n", *PAIR).returncode == 0


def captures_are_neither_applied_nor_restored():
    with tree.Tree():
        for command in (("apply", "--domain", "gpu"), ("restore",), ("status",)):
            done = cli.run(*command, "-F", os.path.join(cli.fixture("switch-acs"),
                                                        "lspci.txt"))
            assert done.returncode == 2, (command, done)


def dry_run_is_plan():
    with tree.Tree() as made:
        dry = made.apply(*PAIR, "--dry-run", "-j")
        assert dry.returncode == 0, dry
        assert json.loads(dry.stdout)["schema"] == "p2ptool.plan/1"
        assert made.configs() == made.original


if __name__ == "__main__":
    cli.main()
