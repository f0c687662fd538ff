"""`ledger check --quick`: every record, tile and root recomputed, against OpenSSL's SHA-256 of the same octets
after zstd has made them of pieces like the log's. Both have one core, where the check is one
thread; with two it reads ahead in a second."""

import re
import time

import lib
import rivals
from served import served

FRAME_RECORDS = int(re.search(r"kFrameRecords = (\d+);",
                              (lib.ROOT / "ledger/src/record_packing.h").read_text()).group(1))
DICTIONARY_BYTES = 32 << 10
TRAINED_WITH = 1024
UNPACKED = 64_000  # records are the reference's sample; all would take minutes


def reference(bench, folder, sizes, sample):
    """Octets per second of unpacking and then hashing them, on the core that the check has."""
    folder.mkdir()
    for number, octets in enumerate(sample[:TRAINED_WITH]):
        (folder / str(number)).write_bytes(octets)
    dictionary, packed = folder / "dictionary", folder / "records"
    bench.run(["zstd", "-q", "--train", "-r", folder, f"--maxdict={DICTIONARY_BYTES}",
               "-o", dictionary], bench.all_cores)
    packed.write_bytes(b"".join(sample))
    mean = sum(sizes) // len(sizes)
    zstd = bench.zstd_decompress(packed, piece_bytes=mean * FRAME_RECORDS, dictionary=dictionary)
    sha256 = bench.sha256(mean)
    return lib.Reference("sha256_and_zstd", 1 / (1 / sha256.value + 1 / zstd.value), "B/s",
                         bench.server), {"sha256": sha256.value, "zstd": zstd.value}


def measure(bench):
    captures, events = 400, 500
    with served(bench, "check-", bench.all_cores) as server:
        server.capture(captures=captures, events=events, connections=8, cores=bench.all_cores)
        server.stop()
        begin = time.monotonic()
        server.tool("check", "--quick", server.ledger, cores=bench.server)
        seconds = time.monotonic() - begin
        sizes, sample = [], []
        for octets in rivals.exported(server, bench.all_cores):
            sizes.append(len(octets))
            if len(sample) < UNPACKED:
                sample.append(octets)
        compared, parts = reference(bench, server.folder / "pieces", sizes, sample)
    return bench.row("check", sum(sizes) / seconds, "B/s", reference=compared, goal=0.4,
                     conditions={"records": len(sizes), "octets": sum(sizes), "threads": 1, **parts,
                                 "dictionary": "trained by zstd of the first records"})
