#!/usr/bin/env python3
"""Runs a test of the pages in Debian's Chromium.

usage: run.py BIN TEST.mjs [SCREENSHOTS]
"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import npm  # noqa: E402


def main():
    programs, test, *pictures = sys.argv[1:]
    npm.install(HERE)
    return subprocess.run(["node", HERE / test, programs, *pictures], timeout=540).returncode


if __name__ == "__main__":
    sys.exit(main())
