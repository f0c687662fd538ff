"""The same with one seal per 500 events; and what such a ledger takes on disk."""

import subprocess

from served import served


def measure(bench):
    captures, events = 400, 500
    with served(bench, "run-", bench.server) as server:
        done = server.capture(captures=captures, events=events, connections=8)
        server.stop()
        total = captures * events
        size = int(subprocess.run(["du", "-sb", server.ledger], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout.split()[0])
    conditions = {"connections": 8, "events_per_capture": events, "p50_ms": done["p50_ms"],
                  "p99_ms": done["p99_ms"], "load_core": bench.load}
    return [bench.row("capture_run", total / done["seconds"], "events/s",
                      reference=bench.leveldb_batches(), goal=0.5, value_min=40_000,
                      conditions=conditions),
            bench.row("bytes_per_event", size / total, "B", value_max=250,
                      conditions={"events": total, "compacted": False})]
