"""Provenance of one item with 20 events over HTTP, items drawn at random from 50,000 (1 M events)."""

from served import served


def measure(bench):
    items = 50_000
    with served(bench, "trace-", bench.all_cores) as server:
        server.capture(captures=items * 20 // 500, events=500, items=items, connections=1,
                       cores=bench.all_cores)
        targets = server.folder / "targets"
        targets.write_text("".join(
            f"/items/https%3A%2F%2Fid.example.org%2Fthing%2F{1_000_000 + number}\n"
            for number in range(items)))
        server.stop()
        server.start(bench.server)
        done = server.get(targets, 20_000, 16)
    return bench.row("trace_item", done["requests"] / done["seconds"], "requests/s",
                     conditions={"events": items * 20, "connections": 16, "p50_ms": done["p50_ms"],
                                 "p99_ms": done["p99_ms"], "load_core": bench.load})
