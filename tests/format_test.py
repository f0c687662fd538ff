#!/usr/bin/env python3
"""Every C++ source is as clang-format leaves it: clang-format -i FILE mends one that is not."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("ledger", "labels", "scanner", "trace-api", "tests")


def main():
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))
             if path.suffix in (".cc", ".h") and "node_modules" not in path.parts]
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", "--ferror-limit=1", *files],
                          capture_output=True, text=True, cwd=ROOT)
    changed = sorted(set(re.findall(r"^(.+?):\d+:\d+: error", done.stderr, re.M)))
    for path in changed:
        print(f"clang-format -i {pathlib.Path(path).relative_to(ROOT)}")
    if done.returncode and not changed:
        print(done.stderr)
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
