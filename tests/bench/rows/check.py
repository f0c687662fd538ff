"""`ledger check`: every record, tile and root recomputed, against SHA-256 of the same octets."""

import time

from served import served


def measure(bench):
    captures, events = 400, 500
    with served(bench, "check-", bench.all_cores) as server:
        server.capture(captures=captures, events=events, connections=8, cores=bench.all_cores)
        server.stop()
        begin = time.monotonic()
        server.tool("check", server.ledger, cores=bench.server)
        seconds = time.monotonic() - begin
        exported = len(server.tool("export", server.ledger, cores=bench.server))
    rate = exported / seconds
    return bench.row("check", rate, "B/s", reference=bench.sha256(1024), goal=0.4,
                     conditions={"records": captures * events, "octets": exported,
                                 "without": "zstd decompression in the reference"})
