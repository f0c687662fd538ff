"""What capture_single compares with."""


def measure(bench):
    reference = bench.p256_verify()
    return bench.row("reference_p256", reference.value, reference.unit, cores=reference.cores)
