"""What check compares with, second half: decompressing events."""


def measure(bench):
    path = bench.event_text()
    reference = bench.zstd_decompress(path)
    return bench.row("reference_zstd", reference.value, reference.unit, cores=reference.cores,
                     conditions={"level": 3, "bytes": path.stat().st_size})
