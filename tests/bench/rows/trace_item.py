"""Provenance of one item with 20 events over HTTP, items drawn at random from 50,000 (1 M events),
against a file of the same size from nginx, and the same query of PostgreSQL without HTTP."""

import lib
import rivals
from served import THING, served

CONNECTIONS = 16
REQUESTS = 20_000


def measure(bench):
    items = 50_000
    with served(bench, "trace-", bench.all_cores) as server:
        first = server.first_item
        server.capture(captures=items * 20 // 500, events=500, items=items, connections=1,
                       cores=bench.all_cores)
        targets = server.folder / "targets"
        quoted = THING.replace(":", "%3A").replace("/", "%2F")
        targets.write_text("".join(f"/items/{quoted}{first + number}\n" for number in range(items)))
        server.stop()
        server.start(bench.server)
        octets = len(server.body(f"/items/{quoted}{first}"))
        done = server.get(targets, REQUESTS, CONNECTIONS)
        rate = done["requests"] / done["seconds"]
        # With every connection always waiting, how long one waits is how many there are.
        half = server.get(targets, REQUESTS, CONNECTIONS, rate=rate / 2)
        server.stop()
        with rivals.postgres(bench) as postgres:
            query = lib.Reference("postgres_query", None, "requests/s", bench.server)
            if postgres:
                postgres.load(rivals.events_of(server))
                query = postgres.of_item(THING, first, first + items - 1, REQUESTS, CONNECTIONS)
    conditions = {"events": items * 20, "connections": CONNECTIONS, "p50_ms": done["p50_ms"],
                  "p99_ms": done["p99_ms"], "load_core": bench.load, "octets": octets}
    return [bench.row("trace_item", rate, "requests/s", goal=0.25, conditions=conditions,
                      reference=rivals.nginx_static(bench, octets, 5 * REQUESTS, CONNECTIONS)),
            bench.row("trace_item_postgres", rate, "requests/s", goal=1, conditions=conditions,
                      reference=query),
            bench.row("trace_item_p99", done["p99_ms"], "ms", value_max=5, conditions=conditions),
            bench.row("trace_item_half_load_p99", half["p99_ms"], "ms",
                      conditions={**conditions, "p50_ms": half["p50_ms"], "p99_ms": half["p99_ms"],
                                  "requests_per_s": rate / 2})]
