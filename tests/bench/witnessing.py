"""Three witnesses of a ledger and somebody who mirrors it, all on the cores of the load.

They belong to others, who have disks of their own: their folders are in memory, where there is such a place, so
that their syncs are not counted as the ledger's.
"""

import contextlib
import pathlib
import subprocess
import tempfile
import threading
import time

MEMORY = pathlib.Path("/dev/shm")
NAMES = ("first", "second", "third")
QUORUM = f"group two 2 {' '.join(NAMES)}\nquorum two\n"


def new_witness(server, folder, name):
    key = server.tool("witness", "--dir", folder, "init", "--name", f"{name}.example.org/w").strip()
    server.tool("witness", "--dir", folder, "add-log", server.log_key)
    return key


def elsewhere(server, prefix):
    """A folder of somebody else, which is gone afterwards."""
    return tempfile.TemporaryDirectory(prefix=prefix, dir=MEMORY if MEMORY.is_dir() else server.folder)


class Witness:
    def __init__(self, server, name):
        self.home = elsewhere(server, f"{name}-")
        folder = pathlib.Path(self.home.name) / "witness"
        key = new_witness(server, folder, name)
        port_file = folder / "port"
        self.process = subprocess.Popen(
            ["taskset", "-c", server.bench.load, str(server.bench.bin / "ledger"), "witness", "--dir",
             str(folder), "--listen", "127.0.0.1:0", "--port-file", str(port_file)],
            stdout=subprocess.DEVNULL)
        while not port_file.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"the witness {name} did not start")
            time.sleep(0.05)
        self.line = f"witness {name} {key} http://127.0.0.1:{port_file.read_text().strip()}\n"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.home.cleanup()


@contextlib.contextmanager
def witnesses(server):
    """The policy that names three witnesses, which run."""
    running = []
    try:
        for name in NAMES:
            running.append(Witness(server, name))
        yield written(server, "".join(one.line for one in running) + QUORUM)
    finally:
        for one in running:
            one.stop()


def unsigned(server):
    """A policy under which nothing is signed: the server waits for a witness who never runs."""
    key = new_witness(server, server.folder / "nobody", "nobody")
    return written(server, f"witness nobody {key} http://127.0.0.1:1\nquorum nobody\n")


def written(server, policy):
    path = server.folder / "policy.txt"
    path.write_text(policy)
    return path


class Mirror:
    """`ledger mirror` over and over, a second apart; `records` were copied and compared."""

    def __init__(self, server):
        self.server, self.records = server, 0
        self.failed = None
        self.home = elsewhere(server, "mirror-")
        self.folder = pathlib.Path(self.home.name)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.home.cleanup()
        if self.failed:
            raise self.failed

    def run(self):
        try:
            while not self.stopping.wait(1):
                self.server.tool("mirror", f"http://127.0.0.1:{self.server.port}", self.folder, "--key",
                                 self.server.log_key, cores=self.server.bench.load)
                note = (self.folder / "checkpoint").read_text().split("\n")
                self.records = int(note[1])
        except Exception as error:  # shown where the row is measured
            self.failed = error
