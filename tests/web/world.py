#!/usr/bin/env python3
"""A small forest on a server of its own, for tests that need pages.

usage: world.py BIN

Prints one line of JSON, `{"url": …, "codes": [<tag code>, …], "oldKey": <vkey>}`, and serves until its
standard input ends. The log's key was changed before.
"""

import contextlib
import json
import pathlib
import sys
import tempfile

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))
import forest_story  # noqa: E402
import story  # noqa: E402
import witnesses  # noqa: E402
from world import World  # noqa: E402


def main():
    with tempfile.TemporaryDirectory(prefix="nianlun-web-") as folder:
        world = World(folder, sys.argv[1], "en")
        try:
            with contextlib.redirect_stdout(sys.stderr):
                story.set_up(world, 0, witnessed=True)
                forest_story.play(world)
                old_key = witnesses.rotate_log_key(world)
            codes = (world.folder / "codes.txt").read_text().split()
            print(json.dumps({"url": world.url, "codes": codes, "oldKey": old_key}), flush=True)
            sys.stdin.read()
        finally:
            world.close()


if __name__ == "__main__":
    main()
