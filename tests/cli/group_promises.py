# SPDX-License-Identifier: GPL-2.0-or-later
"""What the JSON of groups promises beyond its schema: every function stands in one group,
null means what the manual says it means, and what is told twice is told alike."""


def _is_told(number):
    return number is not None and number is not False


def _place(groups):
    return {function: group for group in groups for function in group["functions"]}


def _about_members(groups, functions):
    members = [function for group in groups for function in group["functions"]]
    if sorted(members) != sorted(functions):
        yield "a function is in no group, or in two"
    if [group["id"] for group in groups] != list(range(len(groups))):
        yield "ids do not count the groups"


def _about_one(group, knows_drivers):
    inside = set(group["functions"])
    ties = [(tie["function"], tie["rule"]) for tie in group["why"]]
    lacking = {entry["what"].rpartition(" ")[2] for entry in group["missing"]}
    if not inside >= {function for function, _ in ties} or len(set(ties)) != len(ties):
        yield "a tie is outside, or twice"
    if len(inside) == 1 and ties:
        yield "one function is tied"
    if len(inside) > 1 and not ties and not lacking:
        yield "nothing ties them"
    if not inside >= set(group["unbind"]):
        yield "who has to let go is outside"
    if (group["viable"] is False) != bool(group["unbind"]):
        yield f"viable is {group['viable']}, to unbind {group['unbind']}"
    if (group["viable"] is None) != (not knows_drivers):
        yield f"viable is {group['viable']}, drivers are told: {knows_drivers}"
    if not inside >= lacking:
        yield f"missing names others: {lacking - inside}"
    if group["certainty"] == "unknown" and not lacking:
        yield "unknown without reason"
    if group["certainty"] != "unknown" and \
            (group["certainty"] == "assumed") != bool(group["assumed"]):
        yield f"{group['certainty']}, assumed {group['assumed']}"


def _about_live(groups, numbers):
    """The live number stands where just its functions are together, of those told."""
    for group in groups:
        here = {numbers[f] for f in group["functions"] if _is_told(numbers[f])}
        alike = {f for f, number in numbers.items() if _is_told(number) and number in here}
        same = len(here) == 1 and alike <= set(group["functions"])
        if group["live"] != (here.pop() if same else None):
            yield f"group {group['id']}: live is {group['live']}"
        if group["live"] is None and group["type"] is not None:
            yield f"group {group['id']}: the type of no live group"


def _about_differences(said, numbers):
    place = _place(said["groups"])
    for entry in said["differences"]:
        group = place.get(entry["function"])
        if not group or group["id"] != entry["predicted"]:
            yield f"{entry['function']} differs, but is not in group {entry['predicted']}"
        elif group["live"] is not None:
            yield f"{entry['function']} differs in a group that is a live one"
        if numbers[entry["function"]] != entry["live"]:
            yield f"{entry['function']}: live {entry['live']} is not what scan says"
    differing = {entry["function"] for entry in said["differences"]}
    told = {f for f, number in numbers.items() if _is_told(number)}
    for function in told:
        if (function in differing) != (place[function]["live"] is None):
            yield f"{function}: differs and does not"
    unsure = any(place[f]["certainty"] == "unknown" for f in differing)
    sure = any(place[f]["certainty"] != "unknown" for f in differing)
    equal = None if not told else False if sure else None if unsure else True
    if said["equal"] is not equal:
        yield f"equal is {said['equal']}, not {equal}"


def _about_boot(said):
    if said["cmdline"] is None:
        if said["registers"] or said["remarks"] or said["boot_assumed"]:
            yield "a boot that nobody asked for"
        return
    for entry in said["registers"]:
        if None in entry["bits"].values() and entry["new"] is not None:
            yield f"{entry['function']}: a value of bits that are not known"


def broken(said, scan):
    """Sentences on each promise that an output of `groups -j` over all functions breaks,
    beside `scan -j` of the same machine."""
    numbers = {function["address"]: function["group"] for function in scan["functions"]}
    knows_drivers = any(function["driver"] for function in scan["functions"]) or \
        scan["host"]["source"] == "live"
    yield from _about_members(said["groups"], numbers)
    for group in said["groups"]:
        for sentence in _about_one(group, knows_drivers):
            yield f"group {group['id']}: {sentence}"
    yield from _about_live(said["groups"], numbers)
    yield from _about_differences(said, numbers)
    yield from _about_boot(said)
