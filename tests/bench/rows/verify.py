"""`ledger verify` of one receipt, the process with all that it has to load: what a reader waits for."""

import time

import lib

RUNS = 100
GOLDEN = lib.ROOT / "tests/golden"


def measure(bench):
    command = [bench.bin / "ledger", "verify", GOLDEN / "receipt.json", "--log",
               (GOLDEN / "log.vkey").read_text().strip()]
    bench.run(command, bench.server)
    begin = time.monotonic()
    for _ in range(RUNS):
        bench.run(command, bench.server)
    milliseconds = 1000 * (time.monotonic() - begin) / RUNS
    return bench.row("verify_receipt", milliseconds, "ms", at_most=True, value_max=20,
                     conditions={"runs": RUNS})
