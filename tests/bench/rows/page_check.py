"""What a visitor's phone takes to check the receipt of the newest entry, after it has come: Chromium slowed down
four times by its own tools, each visit by somebody who never was here before."""

import json
import statistics
import sys

import lib

sys.path.insert(0, str(lib.ROOT / "tests"))
import npm  # noqa: E402

VISITS = 20


def measure(bench):
    web = lib.ROOT / "tests/web"
    npm.install(web)
    out = bench.run(["node", web / "check_time.mjs", bench.bin, VISITS], bench.all_cores)
    ms = json.loads(out.splitlines()[-1])["ms"]
    return bench.row("page_check", statistics.median(ms), "ms", value_max=100, cores=bench.all_cores,
                     conditions={"visits": VISITS, "slowed_down": 4, "worst_ms": max(ms)})
