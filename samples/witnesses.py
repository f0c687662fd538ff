"""Three who vouch for the ledger: each keeps a witness of its own, and any two of them are enough."""

import json
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
        self.process, self.port, self.next_key = None, 0, None

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
    write_policy(world, [world.log_key])


def write_policy(world, log_keys):
    """A witness whose key changes has two lines, of which any counts."""
    world.policy = world.folder / "policy.txt"
    about = "".join(f"# {name}: {zh}, {en}\n" for name, _, zh, en in WITNESSES)
    lines, members = "", []
    for name, one in world.witnesses.items():
        lines += one.line()
        members.append(name)
        if one.next_key:
            lines += f"witness {name}-next {one.next_key} http://127.0.0.1:{one.port}\n"
            lines += f"group any-{name} any {name} {name}-next\n"
            members[-1] = f"any-{name}"
    world.policy.write_text(
        about + "".join(f"log {key}\n" for key in log_keys) + lines
        + f"group two-of-three 2 {' '.join(members)}\nquorum two-of-three\n")


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


def rotate_log_key(world):
    """Both steps of it, with the server stopped; the old key."""
    old_key = world.log_key
    world.stop()
    for step in ((), ("--finish",)):
        made = json.loads(world.ledger("rotate-key", world.ledger_folder, "--authority", world.authority, *step))
    world.log_key = made["logKeys"][0]
    for witness in world.witnesses.values():
        world.ledger("witness", "--dir", witness.folder, "add-log", world.log_key)
    write_policy(world, [old_key, world.log_key])
    world.start()
    return old_key


def play_rotation(world):
    """The log's key and the inspection's change while everything goes on; what was handed out holds."""
    receipts = {"before": world.folder / "before.receipt.json"}
    size = world.get("/health")["size"]
    until_cosigned(world, size, {"inspection"})
    receipts["before"].write_text(world.receipt(size - 1))
    old_key = world.log_key
    world.stop()
    begun = json.loads(world.ledger("rotate-key", world.ledger_folder, "--authority", world.authority))
    next_key = begun["logKeys"][1]
    inspection = world.witnesses["inspection"]
    inspection.close()
    inspection.next_key = world.ledger("witness", "--dir", inspection.folder, "rotate").strip()
    for witness in world.witnesses.values():
        world.ledger("witness", "--dir", witness.folder, "add-log", next_key)
    inspection.start()
    write_policy(world, [old_key, next_key])
    world.start()
    size = world.get("/health")["size"]
    until_cosigned(world, size, {"inspection", "inspection-next"})
    note = world.get("/checkpoint", accept="text/plain")
    world.holds(note.count(f"\n— {old_key.split('+')[0]} ") == 2 and note.count("\n— inspection.") == 2,
                "while keys change, the log and a witness sign with two each", note)
    receipts["during"] = world.folder / "during.receipt.json"
    receipts["during"].write_text(world.receipt(size - 1))
    world.stop()
    world.ledger("rotate-key", world.ledger_folder, "--authority", world.authority, "--finish")
    inspection.close()
    world.ledger("witness", "--dir", inspection.folder, "rotate", "--finish")
    inspection.start()
    inspection.key, inspection.next_key = inspection.next_key, None  # the policy has both for good
    world.log_key = next_key
    world.start()
    size = world.get("/health")["size"]
    until_cosigned(world, size, {"inspection-next", "audit"})
    receipts["after"] = world.folder / "after.receipt.json"
    receipts["after"].write_text(world.receipt(size - 1))
    for name, receipt in receipts.items():
        out = world.ledger("verify", receipt, "--policy", world.policy)
        world.holds(out.count("inspection.example.org/witness") == 1,
                    f"a receipt of {name} the change holds, and its witness counts once", out)
    out = world.ledger("verify", receipts["after"], "--log", old_key)
    world.holds(f"record {size - 1} " in out, "who knows the log's old key alone is led to the new one", out)


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
