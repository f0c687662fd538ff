"""A court asks for evidence of a tree: one ZIP, which holds where there is neither ledger nor server."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import zipfile

from forest_story import PICTURE, PHOTO, tree


def make(world):
    """While the ledger is served: whoever asks needs nothing but its address and whom to trust."""
    (world.folder / "picture").write_text(PICTURE)
    bundle(world, "evidence.zip", "--server", world.url)


def bundle(world, name, *source):
    world.ledger("bundle", tree(1), *source, "--policy", world.policy, "--file", world.folder / "picture", "--out",
                 world.folder / name)
    return (world.folder / name).read_bytes()


def verify(world):
    """On a machine that has only the program `ledger`, the keys, and what was handed over."""
    world.holds(bundle(world, "one.zip", "--ledger", world.ledger_folder)
                == bundle(world, "two.zip", "--ledger", world.ledger_folder),
                "a bundle of evidence has the same octets whenever it is made of the same ledger")
    elsewhere = world.folder / "court"
    elsewhere.mkdir()
    shutil.copy(world.programs / "ledger", elsewhere / "ledger")
    evidence = (world.folder / "evidence.zip").read_bytes()
    keys = [world.log_key, *(witness.key for witness in world.witnesses.values())]
    options = [option for key in keys for option in ("--log", key)]

    def run(octets, exits):
        (elsewhere / "evidence.zip").write_bytes(octets)
        done = subprocess.run(["./ledger", "verify", "evidence.zip", *options, "--json"], cwd=elsewhere, env={},
                              capture_output=True, text=True, timeout=120)
        world.holds(done.returncode == exits[0], exits[1], done.stdout + done.stderr)
        return json.loads(done.stdout) if done.returncode == 0 else None

    told = run(evidence, (0, "it holds in an empty folder with the program ledger alone, the server being away"))
    files = [file for file in told["files"] if file["ni"] == PHOTO]
    world.holds(files and files[0]["present"], "and says that the picture is the one that a record names", told)
    world.holds({one["name"] for one in told["records"][0]["cosigned"]} >= {"inspection.example.org/witness"},
                "and who witnessed it", told)
    place = evidence.index(b"STORY-1")
    run(evidence[:place] + b"X" + evidence[place + 1:], (7, "with one octet changed it does not"))
    by_hand(world, zipfile.ZipFile(io.BytesIO(evidence)))


def by_hand(world, bundle):
    """As README.en.txt tells it, with SHA-256 and nothing of ours."""
    manifest = json.loads(bundle.read("manifest.json"))
    world.holds(all(hashlib.sha256(bundle.read(member["path"])).hexdigest() == member["sha256"]
                    for member in manifest["members"])
                and bundle.namelist()[1:] == [member["path"] for member in manifest["members"]],
                "without it, the manifest names every file by its SHA-256")
    proofs = [name for name in bundle.namelist() if name.endswith(".tlog-proof")]
    world.holds(proofs and all(leads_to_root(bundle, name, world.suite) for name in proofs),
                f"and {len(proofs)} proofs lead from the records to the roots that the log signed")


def leads_to_root(bundle, name, suite):
    lines = bundle.read(name).decode().split("\n\n", 1)
    header, checkpoint = lines[0].split("\n"), lines[1].split("\n")
    index, path = int(header[1].split(" ")[1]), [base64.b64decode(line) for line in header[2:]]
    record = bundle.read(name.replace(".tlog-proof", ".json"))
    entry = hashlib.new("sm3" if suite == "sm2-sm3" else "sha256", record).digest()
    return root_of(index, int(checkpoint[1]), entry, path) == base64.b64decode(checkpoint[2])


def root_of(index, size, entry, path):
    """RFC 9162, 2.1.3.2."""
    found = hashlib.sha256(b"\0" + entry).digest()
    last = size - 1
    for sibling in path:
        if index % 2 or index == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while index and not index % 2:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        index, last = index >> 1, last >> 1
    return found
