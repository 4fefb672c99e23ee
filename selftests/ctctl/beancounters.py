#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# beancounters.py - read a file in the format of OpenVZ's user beancounters, version 2.5
#
# Usage: beancounters.py FILE
#
# Knows the format from its descriptions alone, not from the module.  Prints one JSON
# object, container to resource to its five numbers; fails where a line is anything
# else than that format allows.

import json
import re
import sys

COLUMNS = ["uid", "resource", "held", "maxheld", "barrier", "limit", "failcnt"]
# In this order since version 2.5; what another version added stands behind them.
ROWS = """kmemsize lockedpages privvmpages shmpages dummy numproc physpages vmguarpages
oomguarpages numtcpsock numflock numpty numsiginfo tcpsndbuf tcprcvbuf othersockbuf
dgramrcvbuf numothersock dcachesize numfile dummy dummy dummy numiptent""".split()
# Ten places for the id and one for its colon, then columns that a blank ends.
LINE = re.compile(r"^(?:(?P<uid> *\d+):|[ ]{11}) (?P<name>[a-z]+) +(?P<numbers>[\d ]+)$")


def parse(text):
    lines = text.splitlines()
    if not text.endswith("\n") or lines[0] != "Version: 2.5":
        raise ValueError("no version 2.5")
    if lines[1].split() != COLUMNS:
        raise ValueError("other columns: " + lines[1])
    found, rows = {}, []
    for line in lines[2:]:
        match = LINE.match(line)
        if not match or len(line) != len(lines[1]):
            raise ValueError("not a row: " + repr(line))
        numbers = [int(n) for n in match["numbers"].split()]
        if len(numbers) != 5 or max(numbers) > 2 ** 63 - 1:
            raise ValueError("not five numbers of a long: " + line)
        if match["uid"]:
            rows = found.setdefault(match["uid"].strip(), [])
            if rows or len(match["uid"]) != 10:
                raise ValueError("a container twice, or out of its column: " + line)
        rows.append((match["name"], numbers))
    for uid, rows in found.items():
        if [name for name, _ in rows][:len(ROWS)] != ROWS:
            raise ValueError("other rows of " + uid)
    return found


with open(sys.argv[1], encoding="ascii") as file:
    result = parse(file.read())
json.dump({uid: {name: dict(zip(COLUMNS[2:], numbers))
                 for name, numbers in rows if name != "dummy"}
           for uid, rows in result.items()}, sys.stdout)
