"""What the rows of the benchmark share: cores, references measured once per run, and the table.

A row is a file tests/bench/rows/NAME.py with

    def measure(bench):                  # returns one row or a list of them
        rate = ...                       # bench.run([...], cores=bench.server) and the like
        return bench.row("NAME", rate, "events/s", reference=bench.p256_verify(), goal=0.6)

A goal is a ratio to its reference: `goal=0.6` wants at least that, `goal=3, at_most=True` at most.
Further bounds on the value itself go into `value_min` and `value_max`; conditions of the measurement
(batch, clients, percentiles) into `conditions`, which the JSON lines carry.
"""

import dataclasses
import functools
import importlib.util
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20260101


@dataclasses.dataclass(frozen=True)
class Reference:
    """Something measured in the same run on the same machine. No value: it is not installed."""
    name: str
    value: float | None
    unit: str
    cores: str


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    value: float
    unit: str
    reference: Reference | None = None
    goal: float | None = None
    at_most: bool = False
    value_min: float | None = None
    value_max: float | None = None
    cores: str = ""
    conditions: dict = dataclasses.field(default_factory=dict)

    @property
    def ratio(self):
        known = self.reference is not None and self.reference.value is not None
        return self.value / self.reference.value if known else None

    @property
    def verdict(self):
        """met, missed, or - for a row that has no goal, or nothing to compare with."""
        wants = []
        if self.goal is not None and self.ratio is not None:
            wants.append(self.ratio <= self.goal if self.at_most else self.ratio >= self.goal)
        if self.value_min is not None:
            wants.append(self.value >= self.value_min)
        if self.value_max is not None:
            wants.append(self.value <= self.value_max)
        if not all(wants):
            return "missed"
        return "met" if wants and (self.goal is None or self.ratio is not None) else "-"

    @property
    def goal_text(self):
        parts = []
        if self.goal is not None:
            parts.append(f"{'<=' if self.at_most else '>='}{self.goal:g}x")
        if self.value_min is not None:
            parts.append(f">={self.value_min:g}")
        if self.value_max is not None:
            parts.append(f"<={self.value_max:g}")
        return "&".join(parts) or "-"

    def line(self):
        value = f"{self.value:.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        to = self.reference.name if self.reference else "-"
        if self.reference and self.reference.value is None:
            to += ":absent"
        return "  ".join([self.name, value, self.unit, ratio, to, self.goal_text, self.verdict])

    def record(self):
        return {"name": self.name, "value": self.value, "unit": self.unit, "ratio": self.ratio,
                "to": dataclasses.asdict(self.reference) if self.reference else None,
                "goal": self.goal_text, "verdict": self.verdict, "cores": self.cores,
                "conditions": self.conditions}


class Bench:
    """`server` and `load` are cores as taskset takes them; with one core they are the same."""

    def __init__(self, build=ROOT / "build/release", folder=None):
        self.bin = build / "bin"
        cores = sorted(os.sched_getaffinity(0))
        self.server = str(cores[0])
        self.load = str(cores[1]) if len(cores) > 1 else self.server
        self.all_cores = ",".join(map(str, cores))
        self.folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=build))

    def close(self):
        shutil.rmtree(self.folder)

    def run(self, command, cores, **options):
        """What `command`, bound to `cores`, prints; a failure raises."""
        done = subprocess.run(["taskset", "-c", cores, *map(str, command)], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        return done.stdout or done.stderr  # zstd reports on the latter

    def row(self, name, value, unit, **more):
        return Row(name, value, unit, **{"cores": self.server, **more})

    @functools.cache
    def p256_verify(self):
        """P-256 verifications of OpenSSL per second on one core."""
        out = self.run(["openssl", "speed", "-mr", "-seconds", "3", "ecdsap256"], self.server)
        verify = float(re.search(r"^\+F4:\d+:256:[\d.]+:([\d.]+)$", out, re.M).group(1))
        # OpenSSL 3.0 prints rates here; before, and after in some builds, seconds per operation.
        return Reference("openssl_p256_verify", verify if verify > 1 else 1 / verify, "/s", self.server)

    @functools.cache
    def sha256(self, block_bytes):
        """Octets per second that OpenSSL hashes on one core, in pieces of `block_bytes`."""
        out = self.run(["openssl", "speed", "-mr", "-seconds", "2", "-bytes", block_bytes, "-evp", "sha256"],
                       self.server)
        speed = float(re.search(r"^\+F:\d+:sha256:([\d.]+)$", out, re.M | re.I).group(1))
        return Reference("openssl_sha256", speed, "B/s", self.server)

    @functools.cache
    def zstd_decompress(self, path, level=3, piece_bytes=None, dictionary=None):
        """Octets of output per second that zstd makes of the compressed file, on one core.

        The file is packed whole, or in pieces that are each packed alone with a dictionary.
        """
        pieces = [f"-B{piece_bytes}", "-D", dictionary] if piece_bytes else []
        out = self.run(["zstd", f"-b{level}", "-i2", "--single-thread", *pieces, path], self.server)
        speeds = re.findall(r"([\d.]+) MB/s", out.replace("\r", "\n"))
        return Reference("zstd_decompress", float(speeds[-1]) * 1e6, "B/s", self.server)

    @functools.cache
    def leveldb_batches(self, events=100_000, value_bytes=700, index_keys=3, batch=500):
        """Events per second of a bare LevelDB with a sync per batch."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            out = self.run([self.bin / "bench_leveldb", pathlib.Path(folder) / "db", events, value_bytes,
                            index_keys, batch], self.server)
        done = json.loads(out)
        return Reference("leveldb_batches", done["events"] / done["seconds"], "events/s", self.server)

    @functools.cache
    def event_text(self, events=20_000):
        """A file of synthetic events, about 700 octets of JSON each; the same in every run."""
        draw = random.Random(SEED)
        path = self.folder / f"events-{events}.ndjson"
        with path.open("w") as out:
            for number in range(events):
                out.write(json.dumps({
                    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
                    "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting",
                    "eventID": f"ni:///sha-256;{draw.randbytes(32).hex()}?ver=CBV2.0",
                    "eventTime": f"2026-03-{draw.randint(1, 28):02}T{number % 24:02}:{number % 60:02}:07.000Z",
                    "eventTimeZoneOffset": "+08:00", "disposition": "active",
                    "epcList": [f"https://id.example.org/01/09521234543213/21/{draw.randrange(10**9):09}"],
                    "readPoint": {"id": f"geo:{draw.uniform(38, 39):.7f},{draw.uniform(115, 116):.7f}"},
                    "sensorElementList": [{"sensorReport": [
                        {"type": "Length", "value": round(draw.uniform(1, 30), 2), "uom": "CMT"}]}],
                    "nianlun:sd": [draw.randbytes(32).hex() for _ in range(2)],
                }, separators=(",", ":")) + "\n")
        return path


def rows_of(only=None, folder=pathlib.Path(__file__).parent / "rows"):
    names = sorted(path.stem for path in folder.glob("*.py"))
    chosen = [name for name in names if only is None or name == only]
    if only is not None and not chosen:
        raise SystemExit(f"there is no row {only}; there are: {', '.join(names)}")
    return [folder / f"{name}.py" for name in chosen]


def main(only, out=sys.stdout):
    paths = rows_of(only)
    failed = False
    bench = Bench()
    print("NAME  VALUE  UNIT  RATIO  TO  GOAL  VERDICT", file=out)
    with (ROOT / "build/bench.jsonl").open("w") as lines:
        for path in paths:
            spec = importlib.util.spec_from_file_location(path.stem, path)
            module = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(module)
                rows = module.measure(bench)
            except Exception as error:  # one row that cannot be measured leaves the others
                detail = getattr(error, "stderr", None) or ""
                print(f"{path.stem}  failed: {error} {detail}".rstrip(), file=out, flush=True)
                failed = True
                continue
            for row in rows if isinstance(rows, list) else [rows]:
                print(row.line(), file=out, flush=True)
                print(json.dumps(row.record()), file=lines, flush=True)
    bench.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
