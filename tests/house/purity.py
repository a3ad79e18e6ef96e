#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""core calls memory, string, formatting and sorting functions, and nothing else.
In: nm, then the static library of core."""
import re
import subprocess
import sys

import house

ALLOWED = re.compile(r"""
      malloc | calloc | realloc | reallocarray | free
    | mem(chr|cmp|cpy|mem|move|rchr|set|pcpy)
    | str(n?casecmp|chr|chrnul|cmp|coll|cspn|dup|len|n?cat|ncmp|n?cpy|ndup|nlen|pbrk|rchr
         |spn|str|sep|casestr) | stpn?cpy | rawmemchr
    | strtou?ll? | strtou?l | strtou?max
    | v?snprintf | __v?snprintf_chk | __(mem|st[rp])\w+_chk
    | bcmp | qsort | qsort_r | bsearch
    | isoc\d+_strtou?(ll?|max) | __isoc\d+_strtou?(ll?|max)
    | __ctype_(b|tolower|toupper)_loc | tolower | toupper
    | __errno_location | __assert_fail
    | _GLOBAL_OFFSET_TABLE_ | __stack_chk_fail(_local)? | __tls_get_addr
    | __(asan|ubsan|sanitizer|tsan|msan|hwasan|gcov|llvm)_\w+ | ___asan_\w+
    """, re.VERBOSE)


def main(nm, library):
    wrong = house.Complaints()
    listing = subprocess.run([nm, "--format=posix", library], capture_output=True,
                             text=True, check=True).stdout
    objects, undefined, defined = "", [], set()
    count = 0
    for line in listing.splitlines():
        words = line.split()
        if line.endswith(":"):
            objects = line.rstrip(":")
            count += 1
        elif len(words) >= 2 and words[1] in "Uvw" and len(words[1]) == 1:
            undefined.append((objects, words[0]))
        elif len(words) >= 2:
            defined.add(words[0])
    for place, symbol in undefined:
        if symbol not in defined and not ALLOWED.fullmatch(symbol):
            wrong.add(place, f"calls {symbol}: core does no I/O, asks no clock and no "
                      "environment, and never exits")
    return wrong.done(count)


sys.exit(main(*sys.argv[1:]))
