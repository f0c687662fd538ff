"""`ledger verify` of one receipt of each form, the process with all that it has to load: what a reader waits for."""

import time

import lib

RUNS = 100
GOLDEN = lib.ROOT / "tests/golden"
RECORD = ["--record", GOLDEN / "record.json"]
FORMS = {"verify_receipt": ("receipt.json", []), "verify_receipt_tlog_proof": ("receipt.tlog-proof", RECORD),
         "verify_receipt_cose": ("receipt.cose", RECORD)}


def measured(bench, name, file, more):
    command = [bench.bin / "ledger", "verify", GOLDEN / file, *more, "--log",
               (GOLDEN / "log.vkey").read_text().strip()]
    bench.run(command, bench.server)
    begin = time.monotonic()
    for _ in range(RUNS):
        bench.run(command, bench.server)
    milliseconds = 1000 * (time.monotonic() - begin) / RUNS
    return bench.row(name, milliseconds, "ms", at_most=True, value_max=20, conditions={"runs": RUNS})


def measure(bench):
    return [measured(bench, name, *form) for name, form in FORMS.items()]
