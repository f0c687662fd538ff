"""A neighbour who trusts nobody copies the log and watches it, until an old backup is served for it."""

import base64
import hashlib
import json
import shutil
import time


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """RFC 6962, 2.1, as it stands there."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:split]), root_of(leaves[split:]))


def root_from_bundles(folder, size):
    """The root over a copy's entries, without any code of the project."""
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        name = f"{index:03}" if width == 256 else f"{index:03}.p/{width}"
        bundle = (folder / "tile/entries" / name).read_bytes()
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            leaves.append(hashlib.sha256(b"\0" + bundle[2:2 + length]).digest())
            bundle = bundle[2 + length:]
    return base64.b64encode(root_of(leaves)).decode() if len(leaves) == size else None


def published(world):
    """How many records the checkpoint covers, once it covers all."""
    size = world.get("/health")["size"]
    for _ in range(100):
        covered = int(world.get("/checkpoint", accept="text/plain").splitlines()[1])
        if covered == size:
            return size
        time.sleep(0.1)
    return covered


def serve(world, ledger_folder):
    port = world.url.rsplit(":", 1)[1]
    world.ledger_folder = ledger_folder
    world.start(port)


class Neighbour:
    def __init__(self, world):
        self.world = world
        self.copy = world.folder / "neighbour"
        self.state = world.folder / "neighbour.json"
        self.backup = world.folder / "backup"

    def mirror(self, exits=(0,)):
        return self.world.ledger("mirror", self.world.url, self.copy, "--key", self.world.log_key,
                                 exits=exits)

    def audit(self, exits=(0,)):
        return self.world.ledger("audit", self.world.url, "--key", self.world.log_key, "--state",
                                 self.state, exits=exits)

    def bundles(self):
        return {path for path in (self.copy / "tile/entries").rglob("*") if path.is_file()}

    def begin(self):
        world = self.world
        size = published(world)
        out = self.mirror()
        self.audit()
        world.holds(str(size) in out, f"a neighbour has copied the log's {size} records over HTTP", out)
        world.holds((self.copy / "checkpoint").read_text() ==
                    world.get("/checkpoint", accept="text/plain"),
                    "the copy ends with the checkpoint that the server shows")
        covered, root = (self.copy / "checkpoint").read_text().splitlines()[1:3]
        world.holds(root_from_bundles(self.copy, int(covered)) == root,
                    "twenty lines of Python make the signed root of the copied entries")
        folder = world.ledger_folder
        world.stop()
        shutil.copytree(folder, self.backup)
        serve(world, folder)

    def end(self):
        world = self.world
        before = self.bundles()
        size = published(world)
        out = self.mirror()
        audited = self.audit()
        world.holds(str(size) in out and str(size) in audited,
                    f"what came since is copied too, and extends what was there: {size} records", out)
        world.holds(len(self.bundles() - before) < len(before), "only what is new was fetched")
        folder = world.ledger_folder
        world.stop()
        serve(world, self.backup)
        self.mirror(exits=(6,))
        self.audit(exits=(6,))
        evidence = [json.loads(path.read_text()) for path in world.folder.glob("neighbour*.evidence-*")]
        world.holds([found["kind"] for found in evidence] == ["rollback", "rollback"],
                    "an old backup in its place is noticed, and the evidence kept")
        world.stop()
        serve(world, folder)
        self.audit()
