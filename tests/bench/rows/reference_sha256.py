"""What check compares with, first half: hashing as many octets as a record has."""

RECORD_BYTES = 700


def measure(bench):
    reference = bench.sha256(RECORD_BYTES)
    return bench.row("reference_sha256", reference.value, reference.unit, cores=reference.cores,
                     conditions={"block_bytes": RECORD_BYTES})
