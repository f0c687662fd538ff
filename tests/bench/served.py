"""A ledger of the benchmark's own profile behind a trace-api, for the rows that need one."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

PARTY = "https://id.example.org/party/bench"
THING = "https://id.example.org/thing/"
CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
           {"nianlun": "urn:nianlun:voc:", "bench": "urn:bench:voc:"}]


def template(step, action, biz_step):
    """About 700 octets of JSON; bench_load fills in item, serial and time."""
    return json.dumps({
        "@context": CONTEXT, "type": "ObjectEvent", "action": action, "bizStep": biz_step,
        "eventID": "urn:uuid:00000000-0000-4000-8000-{serial}", "eventTime": "{time}",
        "eventTimeZoneOffset": "+08:00", "disposition": "active", "nianlun:step": f"bench/{step}",
        "epcList": [THING + "{item}"],
        "readPoint": {"id": "geo:38.9876543,115.1234567"},
        "bizLocation": {"id": "https://id.example.org/place/plot-{item}"},
        "bench:size": 12, "bench:batch": "batch-{serial}",
        "bench:note": "Crown even, leader straight, no dead wood; stakes and ties in order."})


TEMPLATES = [template("made", "ADD", "commissioning"), template("seen", "OBSERVE", "inspecting")]


class Served:
    def __init__(self, bench, name):
        self.bench = bench
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=name, dir=bench.folder))
        self.ledger = self.folder / "ledger"
        self.authority = self.folder / "authority.pem"
        self.first_item = 1_000_000
        self.device = 1
        self.process = None
        self.tool("keygen", self.authority)
        made = self.tool("init", self.ledger, "--origin", "bench.example.org/log",
                         "--domain", "https://id.example.org", "--authority", self.authority,
                         "--profile", pathlib.Path(__file__).parent / "profile.json")
        self.identity = json.loads(made)["identity"]
        self.log_key = json.loads(made)["logKey"]

    def tool(self, *arguments, cores=None):
        return self.bench.run([self.bench.bin / "ledger", *arguments], cores or self.bench.all_cores)

    def start(self, cores, *arguments):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        threads = str(len(cores.split(",")))
        self.process = subprocess.Popen(
            ["taskset", "-c", cores, str(self.bench.bin / "trace-api"), "--ledger", str(self.ledger),
             "--listen", "127.0.0.1:0", "--port-file", str(port_file), "--threads", threads,
             *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=(self.folder / "server.log").open("a"))
        for _ in range(600):
            if port_file.exists() and port_file.read_text().strip():
                self.port = port_file.read_text().strip()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("trace-api did not start: " + (self.folder / "server.log").read_text())

    def cpu_seconds(self):
        """That the server has taken so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            if self.process.wait(timeout=120) != 0:
                raise RuntimeError("trace-api stopped with an error")
            self.process = None

    def capture(self, captures, events, items=None, connections=64, cores=None, rounds=1):
        """Sends `captures` of `events` events each; `items` things are gone around in turn."""
        setup = self.folder / "setup.json"
        items = items or captures * events
        setup.write_text(json.dumps({
            "identity": self.identity, "party": PARTY + str(self.device), "role": "bench/maker",
            "authority": str(self.authority), "connections": connections, "captures": captures,
            "events": events, "first_item": self.first_item, "items": items,
            "device": self.device, "templates": TEMPLATES}))
        self.first_item += items
        self.device += connections
        return json.loads(self.bench.run(
            [self.bench.bin / "bench_load", "capture", self.port, setup], cores or self.bench.load))

    def bytes_on_disk(self):
        return sum(path.stat().st_size for path in self.ledger.rglob("*") if path.is_file())

    def body(self, target):
        """What a GET of it yields, as bench_load asks for it."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}",
                                         headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def witnesses(self):
        return json.loads(self.body("/witnesses"))

    def get(self, targets, requests, connections, cores=None, rate=None):
        """Each connection asks as soon as it is answered, or all together `rate` times a second."""
        command = [self.bench.bin / "bench_load", "get", self.port, targets, requests, connections]
        return json.loads(self.bench.run(command + ([rate] if rate else []),
                                         cores or self.bench.load))


@contextlib.contextmanager
def served(bench, name, cores):
    """A server that is stopped whatever happens; without cores it is started by the row itself."""
    server = Served(bench, name)
    if cores:
        server.start(cores)
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()
