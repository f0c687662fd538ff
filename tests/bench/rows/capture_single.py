"""Signed captures of one event over HTTP, durable: server on one core, load on the other."""

from served import served


def measure(bench):
    captures = 30_000
    with served(bench, "single-", bench.server) as server:
        done = server.capture(captures=captures, events=1)
        server.stop()
        server.tool("compact", server.ledger)
        stored = server.bytes_on_disk()
    conditions = {"connections": 64, "events_per_capture": 1, "p50_ms": done["p50_ms"],
                  "p99_ms": done["p99_ms"], "load_core": bench.load}
    return [bench.row("capture_single", done["requests"] / done["seconds"], "events/s",
                      reference=bench.p256_verify(), goal=0.6, conditions=conditions),
            bench.row("bytes_per_event_single", stored / captures, "B", value_max=350,
                      conditions={"events": captures, "compacted": True})]
