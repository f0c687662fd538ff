#!/usr/bin/env python3
"""Reads what ctest knows and reports, for tests/run.sh.

results.py match BUILD PATTERN   a regular expression of the tests whose name or label matches
results.py total FOLDER          the totals over FOLDER/*.xml (JUnit), as the last line
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def match(build, pattern):
    wanted = re.compile(pattern)
    shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                           capture_output=True, text=True).stdout
    names = []
    for test in json.loads(shown)["tests"]:
        labels = [label for entry in test.get("properties", []) if entry["name"] == "LABELS"
                  for label in entry["value"]]
        if any(wanted.search(text) for text in [test["name"], *labels]):
            names.append(re.escape(test["name"]).replace(r"\-", "-"))
    return f"^({'|'.join(names)})$" if names else ""


def outcome(case):
    """A test that ctest could not start has failed, although ctest calls it skipped."""
    status = case.get("status")
    if status == "run":
        return "passed"
    skipped = case.find("skipped")
    reason = "" if skipped is None else skipped.get("message", "")
    if status == "disabled" or reason.startswith("SKIP_"):
        return "skipped"
    return "failed"


def total(folder, skip_is_failure):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    notes = []
    for path in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            result = outcome(case)
            if result == "skipped" and skip_is_failure:
                notes.append(f"{path.stem}: {case.get('name')}: skipped, which CI counts as a failure")
                result = "failed"
            elif result != "passed":
                notes.append(f"{path.stem}: {case.get('name')}: {result}")
            counts[result] += 1
    for path in sorted(folder.glob("*.not-*")):
        notes.append(f"{path.stem}: {path.suffix[1:].replace('-', ' ')}")
        counts["failed"] += 1
    if not any(counts.values()):
        notes.append("no test was run")
    for note in notes:
        print(note)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not any(counts.values()) else 0


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "match":
        try:
            print(match(arguments[1], arguments[2]))
        except re.error:
            return 2
        return 0
    if len(arguments) == 2 and arguments[0] == "total":
        return total(pathlib.Path(arguments[1]), os.environ.get("CI") == "true")
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
