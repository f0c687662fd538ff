"""What signing, cosigning and tiles cost: the same captures with all of it, and with nothing signed.

Both sides have the same core, and take turns, so that what changes on the machine meets both. With
it, the server is asked for cosignatures of three witnesses every second, and for its tiles by a
mirror; the witnesses and the mirror run on the core of the load. Without it, the server waits for a
witness who is not there, and takes captures.
"""

import lib
import witnessing
from served import served

ROUNDS = 2
INTERVAL_S = 1


class Side:
    def __init__(self):
        self.events, self.seconds, self.cpu_seconds, self.p99_ms = 0, 0, 0, 0
        self.mirrored, self.cosigned = 0, 0

    def add(self, server, load):
        before = server.cpu_seconds()
        done = server.capture(**load)
        self.cpu_seconds += server.cpu_seconds() - before
        self.events += load["captures"] * load["events"]
        self.seconds += done["seconds"]
        self.p99_ms = max(self.p99_ms, done["p99_ms"])

    def rate(self):
        return self.events / self.seconds

    def cpu_us(self):
        return 1e6 * self.cpu_seconds / self.events


def with_all(bench, side, load):
    with served(bench, "witnessed-", None) as server, witnessing.witnesses(server) as policy:
        server.start(bench.server, "--policy", policy, "--witness-interval", INTERVAL_S)
        with witnessing.Mirror(server) as mirror:
            side.add(server, load)
        side.mirrored += mirror.records
        side.cosigned += server.witnesses()["cosigned"]["size"]
        server.stop()


def with_nothing(bench, side, load):
    with served(bench, "unsigned-", None) as server:
        server.start(bench.server, "--policy", witnessing.unsigned(server))
        side.add(server, load)
        if server.witnesses()["signing"]:
            raise RuntimeError("the ledger signs that should not")
        server.stop()


def compared(bench, name, **load):
    full, bare = Side(), Side()
    for _ in range(ROUNDS):
        with_nothing(bench, bare, load)
        with_all(bench, full, load)
    reference = lib.Reference(f"{name}_unsigned", bare.rate(), "events/s", bench.server)
    return bench.row(f"{name}_witnessed", full.rate(), "events/s", reference=reference, goal=0.9,
                     conditions={"load": load, "rounds": ROUNDS, "witnesses": len(witnessing.NAMES),
                                 "witness_interval_s": INTERVAL_S, "witness_and_mirror_core": bench.load,
                                 "load_core": bench.load, "p99_ms": full.p99_ms,
                                 "p99_ms_unsigned": bare.p99_ms, "cpu_us_per_event": full.cpu_us(),
                                 "cpu_us_per_event_unsigned": bare.cpu_us(),
                                 "records_mirrored": full.mirrored, "records_cosigned": full.cosigned})


def measure(bench):
    return [compared(bench, "capture_single", captures=20_000, events=1),
            compared(bench, "capture_run", captures=400, events=500, connections=8)]
