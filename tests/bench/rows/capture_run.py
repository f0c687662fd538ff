"""The same with one seal per 500 events; what such a ledger takes on disk, and how fast it folds."""

import time

import lib
import rivals
from served import served


def measure(bench):
    captures, events = 400, 500
    with served(bench, "run-", bench.server) as server:
        done = server.capture(captures=captures, events=events, connections=8)
        server.stop()
        total = captures * events
        server.tool("compact", server.ledger)
        stored = server.bytes_on_disk()
        with rivals.postgres(bench) as postgres:
            table = lib.Reference("postgres_table", None, "B", bench.server)
            if postgres:
                postgres.load(rivals.events_of(server))
                table = postgres.bytes_per_event()
        begin = time.monotonic()
        server.tool("rebuild", server.ledger, cores=bench.server)
        rebuilt = time.monotonic() - begin
    conditions = {"connections": 8, "events_per_capture": events, "p50_ms": done["p50_ms"],
                  "p99_ms": done["p99_ms"], "load_core": bench.load}
    rate = total / done["seconds"]
    return [bench.row("capture_run", rate, "events/s", reference=bench.leveldb_batches(), goal=0.5,
                      value_min=40_000, conditions=conditions),
            bench.row("bytes_per_event", stored / total, "B", reference=table, goal=0.25,
                      at_most=True, value_max=250,
                      conditions={"events": total, "compacted": True}),
            bench.row("replay", total / rebuilt, "events/s", goal=2, conditions={"events": total},
                      reference=lib.Reference("capture_run", rate, "events/s", bench.server))]
