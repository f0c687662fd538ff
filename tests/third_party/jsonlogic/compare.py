#!/usr/bin/env python3
"""Compares our JsonLogic with json-logic-js from npm on random rules from a fixed seed.

usage: compare.py --lines BINARY [--count N] [--seed N]

Exits with 77 (skipped) if npm or its registry can't be reached, unless CI=true, and with 1 on a
difference, whose rule and data it prints.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
from decimal import Decimal

from rules import Generator

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
import npm  # noqa: E402

ROWS = HERE.parents[1] / "ledger" / "jsonlogic_rows.jsonl"
# Where JavaScript has an odd value, ours refuses by design: half a character, a list of names that
# is none or that holds rules.
REFUSED_BY_DESIGN = ("logic.split-character", "logic.not-a-list")
REFUSED_IF_NAN = ("logic.not-a-number", "logic.no-arguments", "decimal.too-large")  # or infinite
REFUSED_IF_INEXACT = "decimal.too-large"


def run(command, lines):
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True,
                          encoding="utf-8", check=True, timeout=300)
    return [json.loads(line, parse_float=Decimal) for line in done.stdout.splitlines()]


def same(a, b):
    """Equality that tells true from 1, as Python's own does not, but 1.0 not from 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    return a == b


def verdict(ours, reference):
    """The kind of agreement, or None if there is none."""
    error = ours.get("error")
    if error in REFUSED_BY_DESIGN:
        return error
    if "error" in reference:
        return "both refuse" if error else None
    if error is None and same(ours["value"], reference["value"]):
        return "equal"
    if reference["inexact"] and error in (None, REFUSED_IF_INEXACT):
        return "inexact"
    return "NaN refused" if reference["nan"] and error in REFUSED_IF_NAN else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20260501)
    arguments = parser.parse_args()
    npm.install(HERE)

    cases = []
    for row in ROWS.read_text(encoding="utf-8").splitlines():
        rule, data, _ = json.loads(row)
        cases.append({"rule": rule, "data": data})
    table_rows = len(cases)
    generator = Generator(arguments.seed)
    for _ in range(arguments.count):
        cases.append({"rule": generator.rule(4), "data": generator.data()})
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    ours = run([arguments.lines], lines)
    reference = run(["node", HERE / "evaluate.cjs", HERE], lines)
    assert len(ours) == len(reference) == len(cases)

    kinds = collections.Counter()
    differences = 0
    for index, (case, mine, theirs) in enumerate(zip(cases, ours, reference)):
        kind = verdict(mine, theirs)
        if index < table_rows and kind != "equal":
            kind = None  # the table is what json-logic-js says, without exception
        kinds[kind] += 1
        if kind is None:
            differences += 1
            if differences <= 10:
                print(json.dumps(case, ensure_ascii=False))
                print("  ours     ", mine, "\n  reference", theirs)
    print(f"seed {arguments.seed}: {dict(kinds)}")
    if kinds["equal"] < len(cases) // 2:
        sys.exit("too few rules could be compared")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
