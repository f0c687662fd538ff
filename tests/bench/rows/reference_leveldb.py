"""What capture_run compares with: the same octets and as many keys in a bare LevelDB, synced."""

CONDITIONS = {"events": 100_000, "value_bytes": 700, "index_keys": 3, "batch": 500}


def measure(bench):
    reference = bench.leveldb_batches(**CONDITIONS)
    return bench.row("reference_leveldb", reference.value, reference.unit, cores=reference.cores,
                     conditions=CONDITIONS)
