"""Three who vouch for the ledger: each keeps a witness of its own, and any two of them are enough."""

import shutil
import signal
import subprocess
import time

from world import Failed

# Name in the policy, name of the key, who it is.
WITNESSES = [
    ("inspection", "inspection.example.org/witness", "林草监督机构", "Forestry inspection"),
    ("audit", "witness.example.org/audit", "审计局", "Audit office"),
    ("press", "press.example.net/witness", "日报社", "Daily newspaper"),
]


class Witness:
    def __init__(self, world, name, key_name):
        self.world, self.name = world, name
        self.folder = world.folder / f"{name}.witness"
        self.key = world.ledger("witness", "--dir", self.folder, "init", "--name", key_name).strip()
        world.ledger("witness", "--dir", self.folder, "add-log", world.log_key)
        self.process, self.port = None, 0

    def start(self):
        """On the same port each time, since the policy names it."""
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        log = (self.world.folder / "server.log").open("a")
        self.process = subprocess.Popen(
            [str(self.world.programs / "ledger"), "witness", "--dir", str(self.folder), "--listen",
             f"127.0.0.1:{self.port}", "--port-file", str(port_file)], stdout=subprocess.DEVNULL, stderr=log)
        for _ in range(600):
            if port_file.exists():
                break
            if self.process.poll() is not None:
                raise Failed(f"the witness {self.name} did not start")
            time.sleep(0.05)
        self.port = int(port_file.read_text())

    def line(self):
        return f"witness {self.name} {self.key} http://127.0.0.1:{self.port}\n"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)


def start(world):
    """The witnesses and the policy that names them; the server is started with it."""
    world.witnesses = {name: Witness(world, name, key) for name, key, _, _ in WITNESSES}
    for witness in world.witnesses.values():
        witness.start()
    world.policy = world.folder / "policy.txt"
    about = "".join(f"# {name}: {zh}, {en}\n" for name, _, zh, en in WITNESSES)
    world.policy.write_text(
        f"{about}log {world.log_key}\n" + "".join(one.line() for one in world.witnesses.values())
        + f"group two-of-three 2 {' '.join(world.witnesses)}\nquorum two-of-three\n")


def until_cosigned(world, size, by):
    """What /witnesses says once so many records are vouched for by at least these."""
    for _ in range(600):
        told = world.get("/witnesses")
        cosigned = told["cosigned"]
        if cosigned and cosigned["size"] >= size and by <= {one["name"] for one in cosigned["by"]}:
            return told
        time.sleep(0.1)
    raise Failed(f"{size} records were not cosigned by {by}\n{told}")


def play_together(world):
    size = world.get("/health")["size"]
    until_cosigned(world, size, set(world.witnesses))
    note = world.get("/checkpoint", accept="text/plain")
    names = [key for _, key, _, _ in WITNESSES]
    world.holds(all(f"\n— {name} " in note for name in names),
                "the published checkpoint is signed by the log, the inspection, the auditors and the press")
    receipt = world.folder / "witnessed.receipt.json"
    receipt.write_text(world.receipt(size - 1))
    out = world.ledger("verify", receipt, "--policy", world.policy)
    world.holds("two-of-three" in out and "inspection.example.org/witness" in out,
                "ledger verify says which witnesses vouch for a receipt", out)
    world.holds(world.ledger("verify", receipt, "--log", world.log_key) != out,
                "with the log's key alone it holds too, and says less", out)
    world.witnesses["press"].kill()
    world.stop()
    shutil.copytree(world.ledger_folder, world.folder / "older")
    world.start()


def play_apart(world):
    """After the story, all of which one witness missed."""
    size = world.get("/health")["size"]
    told = until_cosigned(world, size, {"inspection", "audit"})
    press = told["witnesses"][2]
    world.holds(press["error"] and told["cosigned"]["size"] == size,
                "with one witness away, the two others are the quorum and nothing waits for it")
    world.witnesses["press"].start()


def play_set_back(world, size):
    """The operator puts an older copy in the place of the ledger. It is in order, and tells nothing."""
    world.ledger("check", world.folder / "older", "--quick")
    newest, world.ledger_folder = world.ledger_folder, world.folder / "older"
    log = world.folder / "server.log"
    before = log.stat().st_size
    try:
        world.start()
        refused = False
    except Failed:
        refused = True
    said = log.read_text()[before:]
    world.holds(refused and str(size) in said and any(key in said for _, key, _, _ in WITNESSES),
                "a ledger that was set back does not start to sign: its witnesses have seen more", said)
    world.ledger_folder = newest
    world.start()
    world.holds(world.get("/health")["size"] == size, "with the newest copy in its place it goes on")
    world.stop()
